// The JSON codec: its schema, and both directions.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { ANY_JSON } from "../../src/codecs/any_json.ts";
import type { Codec } from "../../src/codecs/codec.ts";
import { json } from "../../src/codecs/json.ts";

const CONTEXT = { timestamp: 5n };
const SCHEMA = { type: "object", properties: { x: { type: "number" } }, additionalProperties: false } as const;

function describe({ encoding, schemaName, schemaEncoding, schema }: Codec<unknown>): unknown {
  return { encoding, schemaName, schemaEncoding, schema };
}

Deno.test("json() without options has a schema for any object", () => {
  const expected = { encoding: "json", schemaName: "", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
  assertEquals(describe(json()), expected);
  assertEquals(describe(json({ name: "Pose" })), { ...expected, schemaName: "Pose" });
});

Deno.test("ANY_JSON is json() without options, whose check() finds nothing that encode() accepts", () => {
  const { check, ...others } = json();
  assertEquals(ANY_JSON, others);
  check?.({ anything: [1, { else: "x" }] });
});

Deno.test("json() passes on a schema as it is", () => {
  assertEquals(json({ schema: SCHEMA }).schema, JSON.stringify(SCHEMA));
  const text = ' { "type" : "object" } ';
  assertEquals(json({ schema: text }).schema, text);
  assertEquals(json({ schema: { $ref: "#/$defs/x" } }).schema, '{"$ref":"#/$defs/x"}');
});

Deno.test("json() does not depend on the schema object after it returns", () => {
  const properties: Record<string, unknown> = { x: {} };
  const codec = json({ schema: { type: "object", properties, additionalProperties: false } });
  properties.y = {};
  assertThrows(() => codec.check?.({ y: 1 }), TypeError, 'unknown member "y"');
});

Deno.test("json() infers the schema of an example", () => {
  const { schema } = json({ example: { volts: 5, tags: [], image: { data: new Uint8Array(1) } } });
  assertEquals(JSON.parse(schema as string), {
    type: "object",
    properties: {
      volts: { type: "number" },
      image: { type: "object", properties: { data: { type: "string", contentEncoding: "base64" } } },
    },
  });
});

const WRONG: Readonly<Record<string, [options: object, reason: string]>> = {
  "a schema and an example": [{ schema: {}, example: {} }, '"schema" and "example" are both set'],
  "a name that is not a string": [{ name: 5 }, '"name" must be a string, not a number'],
  "text that is not JSON": [{ schema: "{" }, '"schema" is not JSON'],
  "empty text": [{ schema: "" }, '"schema" is not JSON'],
  "text that is not an object": [{ schema: "[]" }, '"schema" must be an object or the JSON text of one, not an Array'],
  "null": [{ schema: null }, '"schema" must be an object or the JSON text of one, not null'],
  "a boolean": [{ schema: true }, '"schema" must be an object or the JSON text of one, not a boolean'],
  "an array": [{ schema: [] }, '"schema" must be an object or the JSON text of one, not an Array'],
  "bytes": [{ schema: new ArrayBuffer(2) }, '"schema" must be an object or the JSON text of one, not bytes'],
  "the schema of a library": [
    { schema: { type: "object", parse: () => {} } },
    '"schema" is not a JSON Schema: convert it, for example with z.toJSONSchema()',
  ],
  "the schema of a library whose methods are inherited": [
    { schema: Object.create({ safeParse: () => {} }, { type: { value: "object", enumerable: true } }) },
    '"schema" is not a JSON Schema: convert it, for example with z.toJSONSchema()',
  ],
  "a schema that is not JSON": [{ schema: { minimum: 5n } }, '"schema" cannot be written as JSON'],
  "an example that JSON cannot express": [
    { example: { pose: { x: new Map() } } },
    'in "example", "pose.x" is a Map, which JSON cannot express',
  ],
  "an example that is not an object": [
    { example: 5 },
    'in "example", the value must be an object such as { value: 5 }, not a number',
  ],
};

for (const [what, [options, reason]] of Object.entries(WRONG)) {
  Deno.test(`json() rejects ${what}`, () => {
    const { message } = assertThrows(() => json(options), TypeError);
    assertEquals(message, `Cannot create a JSON codec: ${reason}`);
  });
}

Deno.test("Codec.encode() of json() returns text", () => {
  const { encode } = json<object>();
  assertEquals(encode({ x: 1, data: new Uint8Array([1]) }, CONTEXT), '{"x":1,"data":"AQ=="}');
  assertThrows(() => encode({ x: 5n }, CONTEXT), TypeError, '"x" is a bigint');
});

Deno.test("Codec.decode() of json() parses UTF-8, and ignores a byte order mark", () => {
  const { decode } = json();
  assertEquals(decode(new TextEncoder().encode('{"x":"ä🦀"}')), { x: "ä🦀" });
  assertEquals(decode(new TextEncoder().encode('\ufeff{"x":1}')), { x: 1 });
  assertEquals(decode(new TextEncoder().encode("5")), 5);
});

Deno.test("Codec.decode() of json() rejects payloads that are not JSON or not UTF-8", () => {
  const { decode } = json();
  assertThrows(() => decode(new TextEncoder().encode("{")), SyntaxError);
  assertThrows(() => decode(new Uint8Array()), SyntaxError);
  assertThrows(() => decode(new Uint8Array([0x22, 0xff, 0x22])), TypeError);
});

Deno.test("Codec.check() of json() rejects members that the schema forbids", () => {
  const { check } = json<object>({ schema: { type: "object", properties: { a: { type: "array", items: SCHEMA } } } });
  check?.({ a: [{ x: 1 }], b: 1 });
  assertThrows(() => check?.({ a: [{ x: 1 }, { X: 1 }] }), TypeError, 'unknown member "a[1].X"');
});

Deno.test("Codec.check() of json() accepts any members without a schema that forbids them", () => {
  json<object>().check?.({ any: 1 });
  json<object>({ example: { x: 1 } }).check?.({ any: 1 });
});

Deno.test("Codec.decode() of json() returns what encode() wrote", () => {
  const codec = json({ example: { x: 1, list: [{ name: "a" }] } });
  const value = { x: 0.1, list: [{ name: "b" }, { name: "\u2028" }] };
  const text = codec.encode(value, CONTEXT);
  assertStrictEquals(typeof text, "string");
  assertEquals(codec.decode(new TextEncoder().encode(text as string)), value);
});
