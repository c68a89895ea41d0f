// encodeIntoOf(): encoders that write into memory of their caller.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeIntoOf, type PayloadTarget } from "../../src/codecs/encode_into.ts";
import { json } from "../../src/codecs/json.ts";
import { protobuf } from "../../src/codecs/protobuf/protobuf.ts";
import { DESCRIPTOR } from "./protobuf/fixtures/descriptor.ts";

const CODEC = protobuf<object>({ descriptor: DESCRIPTOR, type: "test.Everything" });
const CONTEXT = { timestamp: 0n };

Deno.test("encodeIntoOf() writes the payload of encode() behind the used bytes", () => {
  const encodeInto = encodeIntoOf(CODEC);
  const target: PayloadTarget = { bytes: new Uint8Array(100).fill(7), length: 13 };
  const value = { string: "größe", double: 1.5 };
  encodeInto?.(value, CONTEXT, target);
  const payload = CODEC.encode(value, CONTEXT) as Uint8Array;
  assertEquals(target.bytes.subarray(0, 13), new Uint8Array(13).fill(7));
  assertEquals(target.bytes.slice(13, target.length), new Uint8Array(payload));
});

Deno.test("encodeIntoOf() throws the errors of encode(), and works afterwards", () => {
  const encodeInto = encodeIntoOf(CODEC);
  const target: PayloadTarget = { bytes: new Uint8Array(100), length: 13 };
  assertThrows(() => encodeInto?.({ string: 5 }, CONTEXT, target), TypeError, '"string" must be a string');
  assertEquals(target.length, 13);
  encodeInto?.({ string: "a" }, CONTEXT, target);
  assertEquals(CODEC.decode(target.bytes.subarray(13, target.length)), CODEC.decode(payloadOf({ string: "a" })));
});

Deno.test("encodeIntoOf() is safe if a getter encodes another value of the type", () => {
  const encodeInto = encodeIntoOf(CODEC);
  const inner: PayloadTarget = { bytes: new Uint8Array(100), length: 0 };
  const outer: PayloadTarget = { bytes: new Uint8Array(100), length: 0 };
  const value = {
    double: 1,
    get string() {
      encodeInto?.({ string: "inner" }, CONTEXT, inner);
      return "outer";
    },
  };
  encodeInto?.(value, CONTEXT, outer);
  assertEquals(outer.bytes.slice(0, outer.length), payloadOf({ double: 1, string: "outer" }));
  assertEquals(inner.bytes.slice(0, inner.length), payloadOf({ string: "inner" }));
});

Deno.test("encodeIntoOf() finds nothing for text, and for an encoder whose encode() was replaced", () => {
  assertEquals(encodeIntoOf(json()), undefined);
  assertEquals(encodeIntoOf({ ...CODEC, encode: () => "" }), undefined);
  assertEquals(encodeIntoOf({ ...CODEC }), encodeIntoOf(CODEC));
});

function payloadOf(value: object): Uint8Array {
  return new Uint8Array(CODEC.encode(value, CONTEXT) as Uint8Array);
}
