// The fuzzer as a program.

import { assertEquals } from "@std/assert/equals";
import { IMPORT_MAP } from "../tests/support/import_map.ts";
import { Program } from "../tests/support/program.ts";

const MAIN = new URL("main.ts", import.meta.url).href;

/** With no more permissions than the task has. */
function fuzz(...args: string[]): Program {
  return new Program("--allow-net=127.0.0.1", "--v8-flags=--expose-gc", ...IMPORT_MAP, MAIN, ...args);
}

Deno.test("fuzz prints its seed first and what it did last, and ends with 0", async () => {
  await using program = fuzz("--seconds", "0.6", "--seed", "1");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr, lines.length, lines[0]], [0, "", 2, "seed 1"]);
  const summary =
    /^fuzz: seed 1: codec: [\d,]+ inputs .*; model: \d+ sequences; live: \d+ connections .*: no findings$/;
  assertEquals(summary.test(lines[1]!), true, lines[1]);
});

Deno.test("fuzz refuses what it does not know with 2", async () => {
  await using program = fuzz("--sekonds", "5");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr.includes("--seconds")], [2, [], true]);
});
