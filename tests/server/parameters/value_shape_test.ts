// Shapes: which values fit, and what becomes of them.

import { assertEquals } from "@std/assert/equals";
import type { ParameterValue } from "../../../src/protocol/parameter_values.ts";
import { reasonOf } from "../../../src/server/parameters/misfit_text.ts";
import { ANY, fit, Misfit, sameValue, shapeOf } from "../../../src/server/parameters/value_shape.ts";

/** Returns the copy of a value that fits the shape of `like`, or the reason why it does not. */
function fitted(like: ParameterValue, value: unknown): unknown {
  const copy = fit(shapeOf(like), value);
  return copy instanceof Misfit ? `${reasonOf(copy)} (${copy.ErrorClass.name})` : copy;
}

const cases: [like: ParameterValue, value: unknown, expected: unknown][] = [
  [1, 2.5, 2.5],
  [1, 5n, 5],
  [1, 2n ** 60n, 2 ** 60],
  [1, 2n ** 53n + 1n, "not exact as a number (RangeError)"],
  [1, 10n ** 400n, "not exact as a number (RangeError)"],
  [1, NaN, "not finite (RangeError)"],
  [1, -Infinity, "not finite (RangeError)"],
  [1, "1", "not a number (TypeError)"],
  [1, null, "not a number (TypeError)"],
  [1, undefined, "not a number (TypeError)"],
  [1, [1], "not a number (TypeError)"],
  [1n, 2n ** 64n - 1n, 2n ** 64n - 1n],
  [1n, 2n ** 64n, "not an int64 or a uint64 (RangeError)"],
  [1n, -(2n ** 63n) - 1n, "not an int64 or a uint64 (RangeError)"],
  [1n, 5, 5n],
  [1n, 5.5, "not an integer (TypeError)"],
  [1n, NaN, "not an integer (TypeError)"],
  [true, false, false],
  [true, 1, "not a boolean (TypeError)"],
  ["a", "", ""],
  ["a", 1, "not text (TypeError)"],
  [[1, 2], [3], [3]],
  [[1, 2], [], []],
  [[1, 2], [1n], [1]],
  [[1, 2], ["a"], "[0] is not a number (TypeError)"],
  [[1, 2], [1, null], "[1] is not a number (TypeError)"],
  [[1, 2], [1, NaN], "[1] is not finite (RangeError)"],
  [[1, 2], { 0: 1, length: 1 }, "not an array (TypeError)"],
  [[1, "a"], ["b", 2], ["b", 2]],
  [[1, "a"], [true], "[0] is not a number or text (TypeError)"],
  [[1n, 2], [3, 4n], [3, 4n]],
  [[[1], ["a"]], [["b"], [2]], [["b"], [2]]],
  [[[1], ["a"]], [["b", 2]], "[0] is not an array (TypeError)"],
  [[[1, 2], [3]], [[1], ["a"]], "[1][0] is not a number (TypeError)"],
  [[], [1, "a", [true], { x: 1n }], [1, "a", [true], { x: 1n }]],
  [[], [null], "[0] is not a parameter value (TypeError)"],
  [[], [, 1], "[0] is not a parameter value (TypeError)"],
  [[], [() => {}], "[0] is not a parameter value (TypeError)"],
  [[], [new Date()], "[0] is not a parameter value (TypeError)"],
  [{ x: 1, y: "a" }, { y: "b", x: 2 }, { y: "b", x: 2 }],
  [{ x: 1 }, {}, "x is missing (TypeError)"],
  [{ x: 1 }, { x: 1, y: 2 }, "y is unknown (TypeError)"],
  [{ x: 1 }, { x: undefined }, "x is not a number (TypeError)"],
  [{ x: { y: [1] } }, { x: { y: [1, "a"] } }, "x.y[1] is not a number (TypeError)"],
  [{ x: 1 }, [1], "not an object (TypeError)"],
  [{ x: 1 }, null, "not an object (TypeError)"],
  [{}, { any: [1, { x: "a" }] }, { any: [1, { x: "a" }] }],
  [{}, { ["n".repeat(50)]: null }, `${"n".repeat(40)}… is not a parameter value (TypeError)`],
];
for (const [like, value, expected] of cases) {
  Deno.test(`fit() a value like ${Deno.inspect(like)}: ${Deno.inspect(value)}`, () => {
    assertEquals(fitted(like, value), expected);
  });
}

Deno.test("fit() returns frozen copies", () => {
  const value = [{ x: [1] }];
  const copy = fit(ANY, value) as typeof value;
  assertEquals([copy, copy[0], copy[0]?.x].map(Object.isFrozen), [true, true, true]);
  value[0]?.x.push(2);
  assertEquals(copy, [{ x: [1] }]);
});

Deno.test("fit() keeps a member with the name __proto__", () => {
  const value = JSON.parse('{"__proto__":{"x":1}}');
  assertEquals(Object.keys(fit(ANY, value)), ["__proto__"]);
  assertEquals(fitted(value, {}), "__proto__ is missing (TypeError)");
});

Deno.test("fit() rejects values that are nested too deeply to be sent", () => {
  const nested = (levels: number): ParameterValue => levels === 0 ? 1 : [nested(levels - 1)];
  assertEquals(fitted([], nested(100)), nested(100));
  const rejected = fit(ANY, nested(101)) as Misfit;
  assertEquals([rejected.why, rejected.ErrorClass], ["nested deeper than 100 levels", RangeError]);
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assertEquals((fit(ANY, cycle) as Misfit).why, "nested deeper than 100 levels");
});

Deno.test("fit() takes time proportional to the size of the value, also if items have several shapes", () => {
  // Each level has two shapes of arrays. Trying them twice on each level would take 2^30 attempts.
  const like = (levels: number): ParameterValue => levels === 0 ? [1] : [like(levels - 1), ["a"]];
  const value = (levels: number): ParameterValue => levels === 0 ? [true] : [value(levels - 1)];
  assertEquals(fit(shapeOf(like(30)), value(30)) instanceof Misfit, true);
});

Deno.test("sameValue() compares items and members, in any order of the members", () => {
  assertEquals(sameValue({ x: 1, y: [2] }, { y: [2], x: 1 }), true);
  assertEquals(sameValue([1, 2], [1]), false);
  assertEquals(sameValue([1], [2]), false);
  assertEquals(sameValue({ x: 1 }, { y: 1 }), false);
  assertEquals(sameValue([], {}), false);
  assertEquals(sameValue(0, -0), true);
  assertEquals(sameValue(1, 1n), false);
  assertEquals(sameValue("a", ["a"]), false);
});
