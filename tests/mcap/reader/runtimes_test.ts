// MCAP files in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { bundleForNode } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapWriter, McapReader, readMcap() and recover() work in ${name}`, async (_, path) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/main.mjs`;
      await bundleForNode(bundle, new URL("runtime_main.ts", import.meta.url));
      const { stdout, stderr } = await new Deno.Command(path, { args: [bundle, `${folder}/a.mcap`] }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      const expected = { last: ["1000", "999", "998"], missing: "ENOENT", recovered: 1000, streamed: 1000 };
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), expected);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
