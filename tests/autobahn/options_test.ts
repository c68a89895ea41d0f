// readOptions(): command lines of the Autobahn run.

import { assertEquals } from "@std/assert/equals";
import { readOptions } from "./options.ts";

/** Returns the numbers of the selected groups, or the help text. */
function groupsOf(...args: string[]): number[] | string {
  const options = readOptions(args);
  return "help" in options ? options.help : options.groups.map(({ number }) => number);
}

Deno.test("readOptions() selects groups in the order of Autobahn, also those of compression", () => {
  assertEquals(groupsOf("--groups", "12,9,1"), [1, 9, 12]);
  assertEquals(groupsOf("--groups=10"), [10]);
});

Deno.test("readOptions() defaults to all groups that do not need compression", () => {
  assertEquals(groupsOf(), [1, 2, 3, 4, 5, 6, 7, 9, 10]);
});

Deno.test("readOptions() requires Python, except with --optional", () => {
  const isOptional = [[], ["--optional"]].map((args) => {
    const options = readOptions(args);
    return "isOptional" in options && options.isOptional;
  });
  assertEquals(isOptional, [false, true]);
});

for (const args of [["--groups", "8"], ["--groups", "1,,2"], ["--groups", ""], ["--groups", "1,1"], ["--group", "1"]]) {
  Deno.test(`readOptions() returns the help text for the invalid ${JSON.stringify(args)}`, () => {
    const options = readOptions(args);
    assertEquals("help" in options && options.isMistake, true);
  });
}

Deno.test("readOptions() returns the help text for an argument that is not an option, and for --help", () => {
  const results = [["more"], ["--help"], ["--help", "--more"]].map(readOptions);
  assertEquals(results.map((each) => "help" in each && each.isMistake), [true, false, false]);
  assertEquals(results.every((each) => "help" in each && each.help.includes("--groups")), true);
});
