// protobuf().json: the same values from JSON.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Decoder } from "../../../src/codecs/codec.ts";
import { protobuf } from "../../../src/codecs/protobuf/protobuf.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";

type Value = Record<string, unknown>;
const everything = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Everything" });
const json = everything.json as Decoder<Value>;
const EMPTY = everything.decode(new Uint8Array(0));

function decode(text: string): Value {
  return json.decode(new TextEncoder().encode(text));
}

const MEMBERS: readonly (readonly [text: string, value: Value])[] = [
  ['{"double":1.5,"float":2,"int32":-1}', { double: 1.5, float: 2, int32: -1 }],
  ['{"double":"NaN","doubles":["Infinity","-Infinity",NaN,-Infinity]}', {
    double: NaN,
    doubles: [Infinity, -Infinity, NaN, -Infinity],
  }],
  ['{"double":12345678901234567890}', { double: 12345678901234567890 }],
  ['{"float":0.1,"floats":[27483647]}', { float: Math.fround(0.1), floats: [27483648] }],
  ['{"string":"\\ud800a","by_string":{"\\udc00":1}}', { string: "\ufffda", by_string: { "\ufffd": 1 } }],
  ['{"int32":"-5","uint32":4294967295}', { int32: -5, uint32: 4294967295 }],
  ['{"int64":5,"uint64":"18446744073709551615"}', { int64: 5n, uint64: 18446744073709551615n }],
  ['{"int64":-9223372036854775808,"sint64":9007199254740993}', { int64: -(2n ** 63n), sint64: 9007199254740993n }],
  ['{"bool":true,"string":"é"}', { bool: true, string: "é" }],
  ['{"bytes":"AQL/"}', { bytes: Uint8Array.of(1, 2, 255) }],
  ['{"bytess":["_-8","_-8=","/+8=","AQ",""]}', {
    bytess: [[255, 239], [255, 239], [255, 239], [1], []].map((bytes) => Uint8Array.from(bytes)),
  }],
  ['{"color":"COLOR_DARK","colors":[1,"COLOR_RED",77]}', { color: -5, colors: [1, 1, 77] }],
  ['{"timestamp":{"sec":5,"nsec":7}}', { timestamp: 5_000_000_007n }],
  ['{"timestamp":{"seconds":"-5","nanos":7}}', { timestamp: -4_999_999_993n }],
  ['{"timestamp":{"sec":5}}', { timestamp: 5_000_000_000n }],
  ['{"timestamp":"2026-01-02T03:04:05.123456789Z"}', { timestamp: 1_767_323_045_123_456_789n }],
  ['{"timestamp":"2026-01-02T05:04:05+02:00"}', { timestamp: 1_767_323_045_000_000_000n }],
  ['{"timestamp":"1969-12-31T23:59:59.9Z"}', { timestamp: -100_000_000n }],
  ['{"duration":{"sec":-1,"nsec":-5},"wait":"-1.5s"}', { duration: -1_000_000_005n, wait: -1_500_000_000n }],
  ['{"durations":["3s","-0.000000001s",{"seconds":1,"nanos":2}]}', {
    durations: [3_000_000_000n, -1n, 1_000_000_002n],
  }],
  ['{"point":{"x":1},"points":[{},{"cell":2}]}', {
    point: { x: 1, y: 0, cell: 0 },
    points: [{ x: 0, y: 0, cell: 0 }, { x: 0, y: 0, cell: 2 }],
  }],
  ['{"by_string":{"a":1},"by_int32":{"-5":"b"},"by_bool":{"true":1}}', {
    by_string: { a: 1 },
    by_int32: { "-5": "b" },
    by_bool: { true: 1 },
  }],
  ['{"by_int64":{"9223372036854775807":{"x":1}}}', { by_int64: { "9223372036854775807": { x: 1, y: 0, cell: 0 } } }],
  ['{"optional_double":0,"text":""}', { optional_double: 0, text: "" }],
  ['{"double":null,"points":null,"text":null,"number":5,"unknown":{"a":1}}', { number: 5 }],
];

for (const [text, members] of MEMBERS) {
  Deno.test(`protobuf().json decodes ${text}`, () => {
    const value = decode(text);
    assertEquals(value, { ...EMPTY, ...members });
    // Encoding accepts the values, and decoding protobuf gives them again.
    const payload = everything.encode(value, { timestamp: 0n }) as Uint8Array;
    assertEquals(everything.decode(new Uint8Array(payload)), value);
  });
}

const MISTAKES: readonly (readonly [text: string, message: string])[] = [
  ["[]", "the value must be an object, not an Array"],
  ["null", "the value must be an object, not null"],
  ['{"double":"1"}', '"double" must be a number, not a string'],
  ['{"int32":2147483648}', '"int32" must be an integer from -2147483648 to 2147483647, not 2147483648'],
  ['{"uint32":-1}', '"uint32" must be an integer from 0 to 4294967295, not -1'],
  ['{"int32":0.5}', '"int32" must be an integer'],
  [
    '{"int64":1.5}',
    '"int64" must be an integer from -9223372036854775808 to 9223372036854775807, as a number or text, not 1.5',
  ],
  ['{"int64":"9223372036854775808"}', '"int64" must be an integer'],
  ['{"int64":""}', '"int64" must be an integer'],
  ['{"int64":1e300}', '"int64" must be an integer'],
  ['{"uint64":-1}', '"uint64" must be an integer'],
  ['{"bool":1}', '"bool" must be a boolean, not 1'],
  ['{"string":1}', '"string" must be a string, not 1'],
  ['{"bytes":[1]}', '"bytes" must be base64 text, not an Array'],
  ['{"bytes":"A"}', '"bytes" must be base64 text, not a string'],
  ['{"bytes":"A B="}', '"bytes" must be base64 text'],
  ['{"color":"RED"}', '"color" must be a number or a name of "test.Color"'],
  ['{"color":0.5}', '"color" must be an integer'],
  ['{"timestamp":5}', '"timestamp" must be a time, such as { sec, nsec } or ISO text, not 5'],
  ['{"timestamp":"yesterday"}', '"timestamp" must be a time'],
  ['{"timestamp":"2026-13-01T00:00:00Z"}', '"timestamp" must be a time'],
  ['{"timestamp":{}}', '"timestamp" must be a time'],
  ['{"timestamp":{"sec":"x"}}', '"timestamp.seconds" must be an integer'],
  ['{"duration":{"sec":1,"nsec":2147483648}}', '"duration.nanos" must be an integer'],
  ['{"duration":"1"}', '"duration" must be a duration, such as { sec, nsec } or "1.5s", not a string'],
  ['{"points":{}}', '"points" must be an array, not an Object'],
  ['{"points":[{},{"x":"a"}]}', '"points[1].x" must be a number, not a string'],
  ['{"points":[null]}', '"points[0]" must be an object, not null'],
  ['{"by_string":[]}', '"by_string" must be an object, not an Array'],
  ['{"by_int32":{"x":"a"}}', "\"by_int32['x']\" must have a key that is an integer"],
  ['{"by_uint32":{"4294967296":""}}', "\"by_uint32['4294967296']\" must be an integer from 0 to 4294967295"],
  ['{"by_string":{"a":"b"}}', "\"by_string['a']\" must be a number, not a string"],
  ['{"text":"a","number":1}', '"number" and "text" are members of the same oneof'],
];

for (const [text, message] of MISTAKES) {
  Deno.test(`protobuf().json rejects ${text}`, () => {
    const error = assertThrows(() => decode(text), Error, message);
    assertEquals([error.name, error.message.startsWith('Cannot decode "test.Everything" from JSON: ')], [
      "Error",
      true,
    ]);
  });
}

Deno.test("protobuf().json rejects text that is not JSON", () => {
  assertThrows(() => decode("{"), SyntaxError);
});

Deno.test("protobuf().json rejects more than 100 messages inside each other", () => {
  const nested = (count: number) => '{"child":'.repeat(count) + "{}" + "}".repeat(count);
  decode(nested(100));
  assertThrows(() => decode(nested(101)), Error, "has more than 100 messages inside each other");
  assertThrows(() => decode(nested(50_000)), Error, "has more than 100 messages inside each other");
});

Deno.test("protobuf().json supports the names of members that every object inherits", () => {
  const names = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Names" });
  const text = '{"constructor":1,"__proto__":2,"toString":{"__proto__":"a"}}';
  const value = (names.json as Decoder<Value>).decode(new TextEncoder().encode(text));
  assertEquals(Object.entries(value).map(([name]) => name), ["constructor", "toString", "__proto__"]);
  assertEquals(Object.entries(value.toString as unknown as Value), [["__proto__", "a"]]);
  assertEquals((names.json as Decoder<Value>).decode(new TextEncoder().encode("{}")), names.decode(new Uint8Array(0)));
});
