// The player in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { bundleForNode } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapPlayer plays in ${name}, and the process ends after close()`, async (_, path) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/main.mjs`;
      await bundleForNode(bundle, new URL("runtime_main.ts", import.meta.url));
      const { stdout, stderr } = await new Deno.Command(path, { args: [bundle, `${folder}/a.mcap`] }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      const received = Array.from({ length: 16 }, (_, index) => `${index + 5} ${index + 5}`);
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), { status: "playing", received, ended: "ended" });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
