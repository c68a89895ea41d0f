// The fuzzer as a program, in its own process.

import { assertEquals } from "@std/assert/equals";
import { IMPORT_MAP } from "../tests/support/import_map.ts";
import { Program } from "../tests/support/program.ts";
import { TRANSPORTS } from "../tests/support/transports.ts";

const MAIN = new URL("main.ts", import.meta.url).href;

/** Runs it with the permissions of the task. */
function fuzz(...args: string[]): Program {
  return new Program("--allow-net=127.0.0.1", "--v8-flags=--expose-gc", ...IMPORT_MAP, MAIN, ...args);
}

for (const transport of TRANSPORTS) {
  Deno.test(`fuzz prints seed and transport ${transport} first and a summary last, and exits with 0`, async () => {
    await using program = fuzz("--seconds", "0.6", "--seed", "1", "--transport", transport);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr, lines.length, lines[0]], [0, "", 2, `seed 1, transport ${transport}`]);
    const summary =
      /^fuzz: seed 1: codec: [\d,]+ inputs .*; protobuf: [\d,]+ inputs .*; websocket: [\d,]+ inputs .*; mcap: [\d,]+ inputs .*; mcap-file: [\d,]+ inputs .*; model: \d+ sequences; live: \d+ connections .*: no findings$/;
    assertEquals(summary.test(lines[1]!), true, lines[1]);
  });
}

Deno.test("fuzz exits with 2 if an option is unknown", async () => {
  await using program = fuzz("--sekonds", "5");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr.includes("--seconds")], [2, [], true]);
});
