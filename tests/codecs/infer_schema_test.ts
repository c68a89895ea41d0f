// Schemas from examples: each property is certain, and apps read all of them.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { inferSchema } from "../../src/codecs/infer_schema.ts";
import { schemaDifference } from "../../src/codecs/schema_difference.ts";
import { toJsonText } from "../../src/codecs/json_text.ts";
import { jsonSchemaFaults } from "../../src/session/json_schema_subset.ts";
import { Random } from "../protocol/random.ts";
import { randomObject } from "./random_values.ts";

const ROUNDS = 5000;
const [NUMBER, STRING, BOOLEAN] = [{ type: "number" }, { type: "string" }, { type: "boolean" }];
const BYTES = { type: "string", contentEncoding: "base64" };

/** Returns the property that is inferred for a member, or `undefined`. */
function propertyFor(x: unknown): unknown {
  const { schema } = inferSchema({ x });
  assertEquals(jsonSchemaFaults(JSON.stringify(schema)), []);
  return schema.properties?.x;
}

function arrayOf(items: unknown): unknown {
  return { type: "array", items };
}

function objectOf(properties: Record<string, unknown>): unknown {
  return { type: "object", properties };
}

const INFERRED: Readonly<Record<string, [value: unknown, property: unknown]>> = {
  "an integer as a number": [5, NUMBER],
  "NaN as a number": [NaN, NUMBER],
  "an infinity as a number": [-Infinity, NUMBER],
  "a string": ["text", STRING],
  "a boolean": [false, BOOLEAN],
  "a date as a string": [new Date(0), STRING],
  "the result of toJSON()": [{ toJSON: () => 5 }, NUMBER],
  "an empty object": [{}, { type: "object" }],
  "an object without usable members": [{ a: null, b: [] }, { type: "object" }],
  "a nested object": [{ y: { z: 1 } }, objectOf({ y: objectOf({ z: NUMBER }) })],
  "a Uint8Array as bytes": [new Uint8Array(1), BYTES],
  "an ArrayBuffer as bytes": [new ArrayBuffer(0), BYTES],
  "a DataView as bytes": [new DataView(new ArrayBuffer(1)), BYTES],
  "a Float32Array as numbers": [new Float32Array(2), arrayOf(NUMBER)],
  "an empty typed array as numbers": [new Uint16Array(), arrayOf(NUMBER)],
  "an array of numbers": [[1, 2.5, NaN], arrayOf(NUMBER)],
  "numbers with gaps": [[null, 1, undefined, 2], arrayOf(NUMBER)],
  "an array of strings": [["a"], arrayOf(STRING)],
  "an array of booleans": [[true], arrayOf(BOOLEAN)],
  "an array of empty objects": [[{}], arrayOf({ type: "object" })],
  "the members of all objects of an array": [
    [{ a: 1 }, null, { b: { c: "" } }, { b: { d: true } }],
    arrayOf(objectOf({ a: NUMBER, b: objectOf({ c: STRING, d: BOOLEAN }) })),
  ],
  "arrays of several objects as one": [
    [{ a: [] }, { a: [null] }, { a: ["x"] }],
    arrayOf(objectOf({ a: arrayOf(STRING) })),
  ],
  "bytes in the objects of an array": [[{ data: new Uint8Array(1) }], arrayOf(objectOf({ data: BYTES }))],
};

for (const [what, [value, property]] of Object.entries(INFERRED)) {
  Deno.test(`inferSchema() infers ${what}`, () => assertEquals(propertyFor(value), property));
}

for (
  const [what, value] of Object.entries({
    null: null,
    undefined,
    "a function": () => 5,
    "a symbol": Symbol("s"),
    "an empty array": [],
    "an array of nulls": [null],
    "an invalid date": new Date(NaN),
  })
) {
  Deno.test(`inferSchema() leaves out ${what} without a note`, () => {
    assertEquals(inferSchema({ x: value, y: 5 }), {
      schema: { type: "object", properties: { y: { type: "number" } } },
      leftOut: [],
    });
  });
}

const UNCERTAIN: Readonly<Record<string, [value: unknown, reason: string]>> = {
  "an array of numbers and strings": [[1, "a"], "is an array of different types"],
  "an array of numbers and objects": [[1, {}, 2], "is an array of different types"],
  "an array of numbers and arrays": [[[], 1], "is an array of different types"],
  "an array of arrays": [[[1], [2]], "is an array of arrays"],
  "an array of empty arrays": [[[], null], "is an array of arrays"],
  "an array of typed arrays": [[new Float32Array(1)], "is an array of arrays"],
};

for (const [what, [value, reason]] of Object.entries(UNCERTAIN)) {
  Deno.test(`inferSchema() leaves out ${what} with a note`, () => {
    assertEquals(inferSchema({ x: { y: value }, z: 5 }), {
      schema: { type: "object", properties: { x: { type: "object" }, z: { type: "number" } } },
      leftOut: [{ path: "x.y", reason }],
    });
  });
}

Deno.test("inferSchema() leaves out members whose types differ between the objects of an array", () => {
  const { schema, leftOut } = inferSchema({ items: [{ id: 1, ok: true }, { id: "two" }, { id: 3, data: [[1]] }] });
  assertEquals(schema as unknown, objectOf({ items: arrayOf(objectOf({ ok: BOOLEAN })) }));
  assertEquals(leftOut, [
    { path: "items[].id", reason: "has different types in the objects of an array" },
    { path: "items[].data", reason: "is an array of arrays" },
  ]);
});

Deno.test("inferSchema() keeps the order of members", () => {
  const { schema } = inferSchema({ z: 1, a: 1, m: [{ y: 1 }, { b: 1, y: 2 }] });
  assertEquals(
    JSON.stringify(schema),
    '{"type":"object","properties":{"z":{"type":"number"},"a":{"type":"number"},"m":{"type":"array","items":' +
      '{"type":"object","properties":{"y":{"type":"number"},"b":{"type":"number"}}}}}}',
  );
});

Deno.test("inferSchema() infers an object without members", () => {
  assertEquals(inferSchema({}), { schema: { type: "object" }, leftOut: [] });
});

Deno.test("inferSchema() infers a member with the name __proto__", () => {
  const { schema } = inferSchema(JSON.parse('{"__proto__":{"__proto__":5},"constructor":"text"}'));
  assertEquals(
    JSON.stringify(schema),
    '{"type":"object","properties":{"__proto__":{"type":"object","properties":{"__proto__":{"type":"number"}}},' +
      '"constructor":{"type":"string"}}}',
  );
  assertEquals(Object.getPrototypeOf(schema.properties), Object.prototype);
});

Deno.test("inferSchema() rejects the values that toJsonText() rejects", () => {
  for (const value of [[], 5, { x: 5n }, { x: new Map() }, { x: [new Uint8Array(1)] }]) {
    const { message } = assertThrows(() => toJsonText(value), TypeError);
    assertThrows(() => inferSchema(value), TypeError, message);
  }
});

Deno.test("inferSchema() infers a schema that apps read from any value, or rejects the value", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  let inferred = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const value = randomObject(random, 4, true);
    const { text, error } = attempt(() => toJsonText(value));
    const { text: schema, error: schemaError } = attempt(() => JSON.stringify(inferSchema(value).schema));
    assertEquals([schemaError], [error], `seed ${seed}`);
    if (text === undefined || schema === undefined) continue;
    inferred += 1;
    assertEquals(
      [jsonSchemaFaults(schema), schemaDifference(JSON.parse(schema), value)],
      [[], undefined],
      `seed ${seed}`,
    );
  }
  assertEquals(inferred > ROUNDS / 10, true, `seed ${seed}: only ${inferred} were inferred`);
});

function attempt(make: () => string): { text?: string; error?: string } {
  try {
    return { text: make() };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { error: error.message };
  }
}
