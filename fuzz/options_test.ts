// readOptions(): command lines of the fuzzer.

import { assertEquals } from "@std/assert/equals";
import { PARTS, readOptions } from "./options.ts";

Deno.test("readOptions() reads the time, the seed, the parts and the transport", () => {
  const args = ["--minutes", "1.5", "--seconds", "3", "--seed", "4294967295", "--only", "live,codec"];
  assertEquals(readOptions([...args, "--transport", "direct"]), {
    totalMs: 93_000,
    seed: 4_294_967_295,
    parts: ["codec", "live"],
    transport: "direct",
  });
});

Deno.test("readOptions() defaults to a minute, all parts, a random seed and the transport native", () => {
  const [one, other] = [readOptions([]), readOptions([])];
  assertEquals({ ...one, seed: 0 }, { totalMs: 60_000, seed: 0, parts: [...PARTS], transport: "native" });
  assertEquals("seed" in one && "seed" in other && one.seed !== other.seed, true);
});

for (
  const args of [
    ["--minutes", "0"],
    ["--seconds", "x"],
    ["--seed", "-1"],
    ["--seed", "0.5"],
    ["--only", "all"],
    [
      "--transport",
      "tcp",
    ],
    ["--transport", ""],
    ["more"],
  ]
) {
  Deno.test(`readOptions() returns the help text for the invalid ${args.join(" ")}`, () => {
    const options = readOptions(args);
    assertEquals("help" in options && options.isMistake, true);
  });
}

Deno.test("readOptions() returns the help text for --help", () => {
  const options = readOptions(["--help"]);
  assertEquals("help" in options && !options.isMistake && options.help.includes("--seed"), true);
});
