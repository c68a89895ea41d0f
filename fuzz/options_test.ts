// FuzzOptions: what command lines ask for.

import { assertEquals } from "@std/assert/equals";
import { readOptions } from "./options.ts";

Deno.test("readOptions() reads the time, the seed and the parts", () => {
  const options = readOptions(["--minutes", "1.5", "--seconds", "3", "--seed", "4294967295", "--only", "live,codec"]);
  assertEquals(options, { totalMs: 93_000, seed: 4_294_967_295, parts: ["codec", "live"] });
});

Deno.test("readOptions() takes a minute, all parts and a random seed for granted", () => {
  const [one, other] = [readOptions([]), readOptions([])];
  assertEquals({ ...one, seed: 0 }, { totalMs: 60_000, seed: 0, parts: ["codec", "model", "live"] });
  assertEquals("seed" in one && "seed" in other && one.seed !== other.seed, true);
});

for (
  const args of [["--minutes", "0"], ["--seconds", "x"], ["--seed", "-1"], ["--seed", "0.5"], ["--only", "all"], [
    "more",
  ]]
) {
  Deno.test(`readOptions() explains itself where ${args.join(" ")} was given`, () => {
    const options = readOptions(args);
    assertEquals("help" in options && options.isMistake, true);
  });
}

Deno.test("readOptions() helps who asks for it", () => {
  const options = readOptions(["--help"]);
  assertEquals("help" in options && !options.isMistake && options.help.includes("--seed"), true);
});
