// The player in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { runBundled } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";

const MODULE = new URL("runtime_main.ts", import.meta.url);

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapPlayer plays in ${name}, and the process ends after close()`, async (_, path) => {
    const received = Array.from({ length: 16 }, (_, index) => `${index + 5} ${index + 5}`);
    assertEquals(await runBundled(path, MODULE, ["a.mcap"]), { status: "playing", received, ended: "ended" });
  });
}
