// measureJson(): values and depths of JSON text, and text in strings that only looks like them.

import { assertEquals } from "@std/assert/equals";
import { measureJson } from "../../src/protocol/measure_json.ts";

/** The depth of each text. */
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
  // Not JSON. The result is the maximum depth.
  "]]][[[": 0,
  '"[[[': 0,
  '"\\': 0,
};

/** Whether `text` is nested deeper than `maxJsonDepth`. */
function isDeeper(text: string, maxJsonDepth: number): boolean {
  return measureJson(text, { maxJsonDepth, maxJsonValues: Infinity }) === "maxJsonDepth";
}

for (const [text, depth] of Object.entries(DEPTHS)) {
  Deno.test(`measureJson() finds the depth of ${text || "empty text"}`, () => {
    assertEquals(isDeeper(text, depth), false);
    if (depth > 0) assertEquals(isDeeper(text, depth - 1), true);
  });
}

Deno.test("measureJson() finds the depth of text from JSON.stringify()", () => {
  let value: unknown = ['a"[{\\'];
  for (let depth = 1; depth < 200; depth++) {
    const text = JSON.stringify(value);
    assertEquals([isDeeper(text, depth), isDeeper(text, depth - 1)], [false, true]);
    value = depth % 2 === 0 ? [value, "]"] : { "}": value };
  }
});

/** The number of values and member names in each text. */
const COUNTS: Readonly<Record<string, number>> = {
  "null": 1,
  '"[1,2,{:"': 1,
  "[]": 1,
  "[ \t\r\n ]": 1,
  "{ }": 1,
  "[1]": 2,
  "[1,[],{},2]": 5,
  "[[[]]]": 3,
  '{"a":1}': 3,
  '{"a":{"b":[true,null]}, "c":"d"}': 9,
  '["a\\",",":"]': 3,
};

for (const [text, count] of Object.entries(COUNTS)) {
  Deno.test(`measureJson() counts ${count} in ${text}`, () => {
    assertEquals(measureJson(text, { maxJsonDepth: 9, maxJsonValues: count }), count);
    assertEquals(measureJson(text, { maxJsonDepth: 9, maxJsonValues: count - 1 }), "maxJsonValues");
  });
}

Deno.test("measureJson() reads text to its end even if it is not JSON", () => {
  for (const text of ["[", "{ ", "[ \u0000", ",,,", '{"a":', "\ud800[", '"', "\\"]) {
    assertEquals(typeof measureJson(text, { maxJsonDepth: 9, maxJsonValues: 9 }), "number", text);
  }
});
