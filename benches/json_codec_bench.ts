// The time to write a message as JSON text, compared with JSON.stringify(), and to compare it with its schema.

import { assertEquals } from "@std/assert/equals";
import { inferSchema } from "../src/codecs/infer_schema.ts";
import { toJsonText } from "../src/codecs/json_text.ts";
import { schemaDifference } from "../src/codecs/schema_difference.ts";

const numbers = Array.from({ length: 1000 }, (_, index) => index / 7);
const typed = Float64Array.from(numbers);

class Point {
  x = 1.5;
  y = -2.25;
  z = 0;
}

const MESSAGES: Readonly<Record<string, object>> = {
  "{ volts }": { volts: 12.6 },
  "a nested pose": {
    timestamp: { sec: 1_700_000_000, nsec: 5 },
    frame_id: "map",
    pose: { position: { x: 1.5, y: -2.25, z: 0 }, orientation: { x: 0, y: 0, z: 0.7071, w: 0.7071 } },
  },
  "an instance of a class": new Point(),
  "100 objects": { items: Array.from({ length: 100 }, (_, id) => ({ id, label: `object ${id}`, visible: true })) },
  "1000 numbers": { ranges: numbers },
};

// The code has run for messages of all kinds before each measurement, as in a program with several channels.
const all = [...Object.values(MESSAGES), { ranges: typed }, { stamp: new Date(), data: new Uint8Array(9) }];
for (let round = 0; round < 1000; round++) for (const message of all) toJsonText(message);

for (const [name, message] of Object.entries(MESSAGES)) {
  assertEquals(toJsonText(message), JSON.stringify(message));
  compare(`write ${name}`, () => JSON.stringify(message), () => toJsonText(message));
}

assertEquals(toJsonText({ ranges: typed }), JSON.stringify({ ranges: numbers }));
compare(
  "write a Float64Array of 1000 numbers",
  () => JSON.stringify({ ranges: Array.from(typed) }),
  () => toJsonText({ ranges: typed }),
);

const bytes = new Uint8Array(65_536).fill(5);
assertEquals(toJsonText({ data: bytes }), JSON.stringify({ data: bytes.toBase64() }));
compare(
  "write 64 KiB of bytes",
  () => JSON.stringify({ data: bytes.toBase64() }),
  () => toJsonText({ data: bytes }),
);

for (const [name, message] of Object.entries(MESSAGES)) {
  const { schema } = inferSchema(message);
  assertEquals(schemaDifference(schema, message), undefined);
  const group = `check ${name}`;
  Deno.bench({ name: "JSON.stringify()", group, baseline: true, fn: () => void JSON.stringify(message) });
  Deno.bench({ name: "inferSchema()", group, fn: () => void inferSchema(message) });
  Deno.bench({ name: "schemaDifference()", group, fn: () => void schemaDifference(schema, message) });
}

function compare(group: string, byHand: () => string, ours: () => string): void {
  Deno.bench({ name: "JSON.stringify()", group, baseline: true, fn: () => void byHand() });
  Deno.bench({ name: "toJsonText()", group, fn: () => void ours() });
}
