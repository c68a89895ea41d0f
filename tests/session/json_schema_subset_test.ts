// JSON Schemas that visualisation apps can read, and those that they cannot.

import { assertEquals } from "@std/assert/equals";
import { jsonSchemaFaults } from "../../src/session/json_schema_subset.ts";

/** The faults of a schema with a single property `x`. */
function faultsOf(x: unknown): string[] {
  return jsonSchemaFaults(JSON.stringify({ type: "object", properties: { x } }));
}

const FINE: Readonly<Record<string, unknown>> = {
  "a boolean": { type: "boolean" },
  "an integer with bounds": { type: "integer", minimum: 0, maximum: 255 },
  "a number": { type: "number", default: 0.5 },
  "a string with a format": { type: "string", format: "date-time" },
  "an enum of strings": { type: "string", enum: ["OFF", "ON"] },
  "bytes": { type: "string", contentEncoding: "base64" },
  "an object without properties": { type: "object" },
  "an object with a required property": { type: "object", properties: { y: { type: "number" } }, required: ["y"] },
  "an object with properties of any kind": { type: "object", additionalProperties: { $ref: "#/$defs/Y" } },
  "an array of numbers": { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 },
  "an array of objects": { type: "array", items: { type: "object", properties: { y: { type: "string" } } } },
  "named numeric constants": { title: "Kind", oneOf: [{ title: "OFF", const: 0 }, { title: "ON", const: 1 }] },
  "anyOf beside a type": { type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] },
};

for (const [what, x] of Object.entries(FINE)) {
  Deno.test(`jsonSchemaFaults() accepts ${what}`, () => assertEquals(faultsOf(x), []));
}

Deno.test("jsonSchemaFaults() accepts annotations at the root", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://example.com/pose",
    $comment: "generated",
    $defs: { Y: { type: "null" } },
    title: "Pose",
    description: "Where it is",
    type: "object",
  };
  assertEquals(jsonSchemaFaults(JSON.stringify(schema)), []);
});

const FAULTY: Readonly<Record<string, { x: unknown; fault: string }>> = {
  "a reference": { x: { $ref: "#/$defs/Pose" }, fault: `has "$ref" at properties.x` },
  "anyOf": { x: { anyOf: [{ type: "number" }, { type: "null" }] }, fault: `has "anyOf" at properties.x` },
  "allOf": { x: { allOf: [{ type: "object" }] }, fault: `has "allOf" at properties.x` },
  "a union type": { x: { type: ["number", "null"] }, fault: "has a union type at properties.x" },
  "null": { x: { type: "null" }, fault: `has type "null" at properties.x` },
  "an unknown type": { x: { type: "float" }, fault: `has type "float" at properties.x` },
  "an enum without a type": { x: { enum: ["OFF", "ON"] }, fault: `has no "type" at properties.x` },
  "a boolean as a schema": { x: true, fault: "is not an object at properties.x" },
  "null as a schema": { x: null, fault: "is not an object at properties.x" },
  "an array without items": { x: { type: "array" }, fault: `has an array without "items" at properties.x` },
  "a tuple": { x: { type: "array", items: [{ type: "number" }] }, fault: `has a list of "items" at properties.x` },
  "a boolean as items": { x: { type: "array", items: true }, fault: "is not an object at properties.x.items" },
  "an array in an array": {
    x: { type: "array", items: { type: "array", items: { type: "number" } } },
    fault: "has an array in an array at properties.x.items",
  },
  "an array of references": { x: { type: "array", items: { $ref: "#" } }, fault: `has "$ref" at properties.x.items` },
  "an array of bytes": {
    x: { type: "array", items: { type: "string", contentEncoding: "base64" } },
    fault: "has a contentEncoding for array items at properties.x.items",
  },
  "an array of constants without a type": {
    x: { type: "array", items: { oneOf: [{ const: 1 }] } },
    fault: `has "oneOf" at properties.x.items`,
  },
  "base32": {
    x: { type: "string", contentEncoding: "base32" },
    fault: `has a contentEncoding other than "base64" at properties.x`,
  },
  "constants that are strings": {
    x: { oneOf: [{ const: "OFF" }, { const: 1 }] },
    fault: `has "oneOf" with values that are not numeric constants at properties.x`,
  },
  "alternatives beside a type": {
    x: { type: "number", oneOf: [null] },
    fault: `has "oneOf" with values that are not numeric constants at properties.x`,
  },
  "a list of properties": {
    x: { type: "object", properties: ["y"] },
    fault: "is not an object at properties.x.properties",
  },
  "a property of an object without a type": {
    x: { type: "object", properties: { y: {} } },
    fault: `has no "type" at properties.x.properties.y`,
  },
  "a property of an item without a type": {
    x: { type: "array", items: { type: "object", properties: { y: {} } } },
    fault: `has no "type" at properties.x.items.properties.y`,
  },
};

for (const [what, { x, fault }] of Object.entries(FAULTY)) {
  Deno.test(`jsonSchemaFaults() rejects ${what}`, () => assertEquals(faultsOf(x), [fault]));
}

const ROOTS: Readonly<Record<string, string>> = {
  "": "is not valid JSON",
  "{": "is not valid JSON",
  "null": "is not a JSON object",
  "[]": "is not a JSON object",
  '"object"': "is not a JSON object",
  "{}": `does not have "type": "object" at its root`,
  '{"type":["object"]}': `does not have "type": "object" at its root`,
  '{"type":"array","items":{"type":"number"}}': `does not have "type": "object" at its root`,
  '{"type":"object","properties":3}': "is not an object at properties",
};

for (const [schema, fault] of Object.entries(ROOTS)) {
  Deno.test(`jsonSchemaFaults() rejects the root '${schema}'`, () => assertEquals(jsonSchemaFaults(schema), [fault]));
}

Deno.test("jsonSchemaFaults() returns every fault", () => {
  const schema = { properties: { a: { type: "null" }, b: { type: "object", properties: { c: {} } }, d: {} } };
  assertEquals(jsonSchemaFaults(JSON.stringify(schema)), [
    `does not have "type": "object" at its root`,
    `has type "null" at properties.a`,
    `has no "type" at properties.d`,
    `has no "type" at properties.b.properties.c`,
  ]);
});

Deno.test("jsonSchemaFaults() quotes names that would make the path ambiguous", () => {
  const schema = `{"type":"object","properties":{"a.b\\n":{},"__proto__":{},"constructor":{"type":"number"}}}`;
  assertEquals(jsonSchemaFaults(schema), [
    `has no "type" at properties["a.b\\n"]`,
    `has no "type" at properties.__proto__`,
  ]);
});

Deno.test("jsonSchemaFaults() accepts a schema of any depth", () => {
  const depth = 100_000;
  const schema = `{"type":"object","properties":{"x":`.repeat(depth) + `{"type":"number"}` + "}}".repeat(depth);
  assertEquals(jsonSchemaFaults(schema), []);
});
