// Members that a schema forbids.

import { assertEquals } from "@std/assert/equals";
import { unknownMember } from "../../src/codecs/unknown_member.ts";

const STRICT = { type: "object", properties: { x: { type: "number" } }, additionalProperties: false };

Deno.test("unknownMember() accepts values with known members only", () => {
  for (const value of [{}, { x: 1 }, { x: "any type" }, { x: { y: 1 } }]) {
    assertEquals(unknownMember(STRICT, value), undefined);
  }
});

Deno.test("unknownMember() finds a member at the root, in objects, and in arrays of objects", () => {
  const schema = {
    type: "object",
    properties: {
      a: { type: "object", properties: { b: { type: "array", items: STRICT } }, additionalProperties: false },
    },
  };
  assertEquals(unknownMember(STRICT, { x: 1, y: 2 }), "y");
  assertEquals(unknownMember(schema, { free: 1, a: { b: [{ x: 1 }] } }), undefined);
  assertEquals(unknownMember(schema, { a: { c: 1 } }), "a.c");
  assertEquals(unknownMember(schema, { a: { b: [{ x: 1 }, { x: 1, "c d": 2 }] } }), 'a.b[1]["c d"]');
});

Deno.test("unknownMember() ignores members that JSON leaves out", () => {
  assertEquals(unknownMember(STRICT, { y: undefined, z: () => 5, s: Symbol("s") }), undefined);
  assertEquals(unknownMember(STRICT, { y: null }), "y");
});

Deno.test("unknownMember() reads the members that toJSON() returns", () => {
  assertEquals(unknownMember(STRICT, { y: 1, toJSON: () => ({ x: 1 }) }), undefined);
  assertEquals(unknownMember(STRICT, { x: 1, toJSON: () => ({ y: 1 }) }), "y");
});

Deno.test("unknownMember() checks members that additionalProperties describes", () => {
  const schema = { type: "object", additionalProperties: STRICT };
  assertEquals(unknownMember(schema, { any: { x: 1 } }), undefined);
  assertEquals(unknownMember(schema, { any: { y: 1 } }), "any.y");
});

Deno.test("unknownMember() does not take names from Object.prototype for properties", () => {
  assertEquals(unknownMember(STRICT, { toString: 1 }), "toString");
  assertEquals(unknownMember(STRICT, JSON.parse('{"__proto__":1}')), "__proto__");
});

Deno.test("unknownMember() ignores parts of a schema that it does not know", () => {
  const schemas = [
    { ...STRICT, patternProperties: { "^y": {} } },
    { ...STRICT, additionalProperties: true },
    { ...STRICT, additionalProperties: { type: "number" } },
    { type: "object", $ref: "#/$defs/Strict", $defs: { Strict: STRICT } },
    { type: "object", allOf: [STRICT] },
  ];
  for (const schema of schemas) assertEquals(unknownMember(schema, { y: 1 }), undefined);
  assertEquals(unknownMember({ ...STRICT, properties: ["x"] }, { x: 1 }), "x");
  assertEquals(
    unknownMember({ type: "object", properties: { a: true, b: { items: [STRICT] } } }, { a: {}, b: [{}] }),
    undefined,
  );
});
