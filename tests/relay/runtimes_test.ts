// The relay in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { runBundled } from "../runtimes/node_process.ts";
import { testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";

const MODULE = new URL("runtime_main.ts", import.meta.url);

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `relay() works in ${name}, and the process ends after close()`, async (_, path) => {
    assertEquals(await runBundled(path, MODULE), { value: { x: 1 }, pong: { pong: true } });
  });
}
