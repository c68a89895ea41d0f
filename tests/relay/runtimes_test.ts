// The relay in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { bundleForNode } from "../runtimes/node_process.ts";
import { testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `relay() works in ${name}, and the process ends after close()`, async (_, path) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/main.mjs`;
      await bundleForNode(bundle, new URL("runtime_main.ts", import.meta.url));
      const { stdout, stderr } = await new Deno.Command(path, { args: [bundle] }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), { value: { x: 1 }, pong: { pong: true } });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
