// FieldPath: members of messages.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { Failure } from "../../src/cli/failure.ts";
import { fieldOf, fieldsBeside, parseFieldPaths } from "../../src/cli/field_path.ts";

const VALUE = { pose: { position: { x: 1.5 } }, ranges: [[1, 2], [3, 4]], data: new Uint8Array([7]), none: null };

const FOUND: readonly [path: string, member: unknown][] = [
  ["pose.position.x", 1.5],
  ["pose.position", { x: 1.5 }],
  ["ranges[1][0]", 3],
  ["data[0]", 7],
  ["none", null],
  ["pose.position.z", undefined],
  ["ranges[9]", undefined],
  ["pose.position.x.y", undefined],
  ["none.x", undefined],
  ["toString", undefined],
];

for (const [path, member] of FOUND) {
  Deno.test(`fieldOf() finds "${path}"`, () => assertEquals(fieldOf(VALUE, parseFieldPaths(path)[0]!), member));
}

Deno.test("parseFieldPaths() reads several paths, and an index of a message that is a list", () => {
  assertEquals(parseFieldPaths("a.b[0], [1].x"), [
    { text: "a.b[0]", steps: ["a", "b", 0] },
    { text: "[1].x", steps: [1, "x"] },
  ]);
});

for (const text of ["", "a,", "a..b", "a.[0]", "a[x]", "a[0", "a]"]) {
  Deno.test(`parseFieldPaths() rejects "${text}"`, () => {
    assertEquals(assertThrows(() => parseFieldPaths(text), Failure).exitCode, 2);
  });
}

Deno.test("fieldsBeside() returns the names where a path ends", () => {
  const beside = (path: string) => fieldsBeside(VALUE, parseFieldPaths(path)[0]!);
  assertEquals(beside("x"), { parent: "", missing: "x", names: ["pose", "ranges", "data", "none"] });
  assertEquals(beside("pose.position.z"), { parent: "pose.position.", missing: "z", names: ["x"] });
  assertEquals(beside("ranges[7]"), { parent: "ranges.", missing: "7", names: ["[0] to [1]"] });
  assertEquals(beside("pose.position.x.y"), { parent: "pose.position.x.", missing: "y", names: [] });
});
