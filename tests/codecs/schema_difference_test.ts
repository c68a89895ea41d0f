// The differences between a schema from an example and later values.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { inferSchema } from "../../src/codecs/infer_schema.ts";
import { schemaDifference } from "../../src/codecs/schema_difference.ts";

const { schema } = inferSchema({
  volts: 12.6,
  name: "main",
  pose: { x: 1, y: 2 },
  tags: ["a"],
  items: [{ id: 1, data: new Uint8Array(1) }],
  ranges: new Float32Array(1),
  matrix: [[1]],
  later: null,
});

Deno.test("schemaDifference() accepts the example, absent members, null and empty arrays", () => {
  const values = [
    {},
    { volts: NaN, name: null, pose: undefined, tags: [], items: [null] },
    { pose: { y: 5 }, items: [{ id: 2 }, {}], ranges: [1, 2] },
    { items: [{ data: new ArrayBuffer(2) }] },
    { unknown: null, others: [] },
  ];
  for (const value of values) assertEquals(schemaDifference(schema, value), undefined);
});

Deno.test("schemaDifference() accepts new members for which no schema can be inferred", () => {
  for (const value of [{ matrix: [[2]] }, { list: [1, "a"] }, { items: [{ x: 1 }, { x: "" }] }]) {
    assertEquals(schemaDifference(schema, value), undefined);
  }
});

const DIFFERENCES: Readonly<Record<string, [value: object, path: string, reason: string]>> = {
  "a new member": [{ amps: 5 }, "amps", "is not in the schema"],
  "a new member of a nested object": [{ volts: 1, pose: { z: 5 } }, "pose.z", "is not in the schema"],
  "a new empty object": [{ extra: {} }, "extra", "is not in the schema"],
  "a new member of an object in an array": [{ items: [{ id: 1 }, { x: 5 }] }, "items[].x", "is not in the schema"],
  "a member that was null": [{ later: 5 }, "later", "is not in the schema"],
  "a member that was an array of arrays": [{ matrix: [1] }, "matrix", "is not in the schema"],
  "a member of Object.prototype": [{ toString: "text" }, "toString", "is not in the schema"],
  "a string for a number": [{ volts: "12" }, "volts", "is a string, but the schema says a number"],
  "a number for an object": [{ pose: 5 }, "pose", "is a number, but the schema says an object"],
  "an object for a string": [{ name: {} }, "name", "is an object, but the schema says a string"],
  "an array for a number": [{ volts: [] }, "volts", "is an array, but the schema says a number"],
  "a boolean for an array": [{ tags: true }, "tags", "is a boolean, but the schema says an array"],
  "a string for bytes": [{ items: [{ data: "AA==" }] }, "items[].data", "is a string, but the schema says bytes"],
  "bytes for a string": [{ name: new Uint8Array(1) }, "name", "is bytes, but the schema says a string"],
  "bytes for numbers": [{ ranges: new Uint8Array(1) }, "ranges", "is bytes, but the schema says an array"],
  "items of another type": [{ tags: ["a", 5] }, "tags[]", "is of different types, but the schema says a string"],
  "arrays as items": [{ ranges: [[1]] }, "ranges[]", "is an array, but the schema says a number"],
};

for (const [what, [value, path, reason]] of Object.entries(DIFFERENCES)) {
  Deno.test(`schemaDifference() finds ${what}`, () => assertEquals(schemaDifference(schema, value), { path, reason }));
}

Deno.test("schemaDifference() compares with a schema that was read from JSON", () => {
  const parsed = JSON.parse(JSON.stringify(schema));
  assertEquals(schemaDifference(parsed, { volts: 1 }), undefined);
  assertEquals(schemaDifference(parsed, { volts: true })?.path, "volts");
});

Deno.test("schemaDifference() rejects the values that toJsonText() rejects", () => {
  assertThrows(() => schemaDifference(schema, { volts: 5n }), TypeError, `"volts" is a bigint`);
});
