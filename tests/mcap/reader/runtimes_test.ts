// MCAP files in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { runBundled } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";

const MODULE = new URL("runtime_main.ts", import.meta.url);

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapWriter, McapReader, readMcap() and recover() work in ${name}`, async (_, path) => {
    const expected = { last: ["1000", "999", "998"], missing: "ENOENT", recovered: 1000, streamed: 1000 };
    assertEquals(await runBundled(path, MODULE, ["a.mcap"]), expected);
  });
}
