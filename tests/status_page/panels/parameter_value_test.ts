// controlFor(), textOfValue() and parseValue(): how parameters are shown and edited.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ParameterValue } from "../../../src/client/mod.ts";
import { controlFor, isSameValue, parseValue, textOfValue } from "../../../src/status_page/panels/parameter_value.ts";

for (
  const [expected, value, range, type] of [
    ["switch", true, {}],
    ["number", 1.5, {}],
    ["number", 1, { min: 0 }],
    ["number", 1, { min: 2, max: 2 }],
    ["slider", 1, { min: 0, max: 2 }],
    ["integer", 2n ** 60n, {}],
    ["integer", 2 ** 60, {}],
    ["number", 2 ** 60, {}, "float64"],
    ["text", "fast", {}],
    ["select", "fast", { oneOf: ["fast", "slow"] }],
    ["select", 2, { oneOf: [1, 2], min: 1, max: 2 }],
    ["text", "fast", { oneOf: [] }],
    ["text", "fast", { oneOf: Array(1000).fill("x") }],
    ["json", [1, 2], {}],
    ["json", { a: 1 }, {}],
  ] as const
) {
  const shown = typeof value === "object" ? JSON.stringify(value) : `${value}`;
  Deno.test(`controlFor() chooses ${expected} for ${shown} with ${JSON.stringify(range).slice(0, 40)} ${type}`, () => {
    assertEquals(controlFor({ name: "a", value, ...(type && { type }) }, range), expected);
  });
}

for (
  const [control, value, text] of [
    ["number", 0.1, "0.1"],
    ["number", 1e21, "1e+21"],
    ["integer", 2n ** 63n, "9223372036854775808"],
    ["text", " a ", " a "],
    ["json", [1, 2.5], "[1, 2.5]"],
    ["json", [], "[]"],
    ["json", { a: { b: 1 } }, '{\n  "a": {\n    "b": 1\n  }\n}'],
    ["json", { a: 2n ** 63n - 1n }, '{"a":9223372036854775807}'],
    ["select", "a", "a"],
    ["select", 2, "2"],
    ["select", true, "true"],
  ] as const
) {
  Deno.test(`textOfValue() and parseValue() keep ${text} of a ${control}`, () => {
    assertEquals(textOfValue(value), text);
    assertEquals(parseValue(control, text, value), value as ParameterValue);
  });
}

for (
  const [control, text, previous, reason] of [
    ["number", "", 1, "Not a number"],
    ["number", "1x", 1, "Not a number"],
    ["number", "Infinity", 1, "Not a number"],
    ["integer", "1.5", 1n, "Not an integer"],
    ["integer", "9".repeat(1000), 1n, "Not an integer"],
    ["json", "[1", [1], "Not JSON: "],
    ["json", "1", [1], "Not an array or an object"],
    ["json", "null", [1], "Not an array or an object"],
  ] as const
) {
  Deno.test(`parseValue() refuses "${text.slice(0, 20)}" of a ${control}`, () => {
    assertThrows(() => parseValue(control, text, previous), TypeError, reason);
  });
}

Deno.test("isSameValue() compares the content", () => {
  assertEquals(isSameValue([1, { a: 2n }], [1, { a: 2n }]), true);
  assertEquals(isSameValue([1], [2]), false);
  assertEquals(isSameValue(1, "1"), false);
  assertEquals(isSameValue(undefined, 1), false);
});
