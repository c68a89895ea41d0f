// valueLines(): values of messages as lines for people.

import { assertEquals } from "@std/assert/equals";
import { valueLines } from "../../../src/cli/format/value.ts";

const OPTIONS = { columns: 40, maxItems: 4 };

const CASES: readonly [name: string, value: unknown, lines: readonly string[]][] = [
  ["a number", 1.5, ["1.5"]],
  ["a bigint", 2n ** 63n, ["9223372036854775808"]],
  ["no value", null, ["null"]],
  ["plain text", "base_link", ["base_link"]],
  ["text that YAML would read as something else", ["12", "true", "", "a: b", "- x"], [
    '["12", "true", "", "a: b", … 1 more]',
  ]],
  ["control characters", "\x1b[2J\x9b2J\x7f", ['"\\u001b[2J\\u009b2J\\u007f"']],
  ["long text", "x".repeat(40), [`"${"x".repeat(32)}" … 8 more characters`]],
  ["bytes", new Uint8Array([0, 255, 3, 4, 5]), ["5 bytes: 00 ff 03 04 … 1 more"]],
  ["one byte and none", [new Uint8Array(1), new Uint8Array()], ["[1 byte: 00, 0 bytes]"]],
  ["empty objects and lists", { a: {}, b: [] }, ["a: {}", "b: []"]],
  ["members of members", { pose: { position: { x: 1 } }, "frame id": "map" }, [
    "pose:",
    "  position:",
    "    x: 1",
    "frame id: map",
  ]],
  ["lists that do not fit", { covariance: [1000000001, 1000000002, 1000000003, 1000000004] }, [
    "covariance:",
    "  [1000000001, 1000000002, 1000000003,",
    "   1000000004]",
  ]],
  ["lists of objects", { a: [{ x: 1, y: 2 }, { x: 3, y: 4 }] }, ["a:", "  - x: 1", "    y: 2", "  - x: 3", "    y: 4"]],
  ["lists of lists", [[1, 2], [3]], ["- [1, 2]", "- [3]"]],
  ["long lists", [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }], [
    "- a: 1",
    "- a: 2",
    "- a: 3",
    "- a: 4",
    "… 1 more",
  ]],
];

for (const [name, value, lines] of CASES) {
  Deno.test(`valueLines() shows ${name}`, () => assertEquals(valueLines(value, OPTIONS), lines));
}

Deno.test("valueLines() shows all of a value if maxItems is Infinity", () => {
  const lines = valueLines({ a: Array.from({ length: 100 }, (_, index) => index) }, {
    columns: 80,
    maxItems: Infinity,
  });
  assertEquals(lines.join(" ").includes("99]"), true);
  assertEquals(lines.every((line) => line.length <= 80), true);
});
