// isNestedDeeper(): depths of JSON text, and what only looks like nesting.

import { assertEquals } from "@std/assert/equals";
import { isNestedDeeper } from "../../src/protocol/json_depth.ts";

const DEPTHS: Readonly<Record<string, number>> = {
  "": 0,
  "5": 0,
  '"[[[["': 0,
  '"\\"[[[["': 0,
  '"\\\\"': 0,
  "[]": 1,
  "{}": 1,
  '{"a":[1,2],"b":[3]}': 2,
  "[[],[],[]]": 2,
  '[{"a":{"b":"]]]"}}]': 3,
  '{"]":"\\\\","[":[[]]}': 3,
  "[[[": 3,
  // No JSON: it is as deep as it was at its deepest.
  "]]][[[": 0,
  '"[[[': 0,
  '"\\': 0,
};

for (const [text, depth] of Object.entries(DEPTHS)) {
  Deno.test(`isNestedDeeper() of ${text || "nothing"}`, () => {
    assertEquals(isNestedDeeper(text, depth), false);
    if (depth > 0) assertEquals(isNestedDeeper(text, depth - 1), true);
  });
}

Deno.test("isNestedDeeper() agrees with what JSON.stringify() makes of any depth", () => {
  let value: unknown = ['a"[{\\'];
  for (let depth = 1; depth < 200; depth++) {
    const text = JSON.stringify(value);
    assertEquals([isNestedDeeper(text, depth), isNestedDeeper(text, depth - 1)], [false, true]);
    value = depth % 2 === 0 ? [value, "]"] : { "}": value };
  }
});
