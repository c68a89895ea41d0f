// checkCodec(): finds the errors of faulty codecs.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { checkCodec, checkSide, type Codec, encodeChecked, type Input } from "./check_codec.ts";
import { sameValue } from "./same_value.ts";

/** Numbers as text. */
const NUMBERS: Codec<{ value: unknown }> = {
  decode: (data) => ({ value: Number(data) }),
  encode: ({ value }) => String(value),
  normalized: (message) => message,
};

Deno.test("checkCodec() returns the number of sides for which an input is a message", () => {
  const inputs: Input[] = ['{"op":"status","level":1,"message":""}', '{"op":"advertise","channels":[]}', "no JSON"];
  assertEquals(inputs.map(checkCodec), [1, 2, 0]);
});

Deno.test("checkCodec() accepts messages that can be decoded but not encoded", () => {
  const service =
    '{"id":1,"name":"","type":"","request":{"encoding":"","schemaName":"","schemaEncoding":"","schema":""}}';
  assertEquals(checkCodec(`{"op":"advertiseServices","services":[${service}]}`), 1);
});

Deno.test("checkCodec() accepts values that are not finite, and infinities in arrays as NaN", () => {
  const values = ["NaN", "1e999", '{"a":Infinity}', '["",NaN]', "[NaN,-Infinity,1]", '{"a":[[1e999]]}'];
  for (const value of values) {
    assertEquals(checkCodec(`{"op":"parameterValues","parameters":[{"name":"","value":${value}}]}`), 1);
  }
});

Deno.test("checkCodec() accepts messages that a peer decodes in another form", () => {
  const service = '{"id":1,"name":"","type":""}';
  const times = '"dataStartTime":{"sec":0,"nsec":0},"dataEndTime":{"sec":4294967295,"nsec":4294967295}';
  assertEquals(checkCodec(`{"op":"advertiseServices","services":[${service}]}`), 1);
  assertEquals(checkCodec(`{"op":"serverInfo","name":"","capabilities":[],"metadata":{},${times}}`), 1);
});

Deno.test("checkSide() accepts no error other than ProtocolError", () => {
  const rejecting = (error: Error): typeof NUMBERS => ({
    ...NUMBERS,
    decode() {
      throw error;
    },
  });
  assertEquals(checkSide(rejecting(new ProtocolError("empty", "empty")), ""), 0);
  assertThrows(() => checkSide(rejecting(new RangeError("too deep")), ""), Error, "Rejected by RangeError: too deep");
});

Deno.test("checkSide() requires a message that is the same after it was encoded again, without undefined members", () => {
  assertEquals(checkSide(NUMBERS, "5"), 1);
  assertThrows(
    () => checkSide({ ...NUMBERS, encode: () => "6" }, "5"),
    Error,
    "Is another message after it was encoded again: 6",
  );
  assertThrows(() => checkSide({ ...NUMBERS, decode: () => ({ value: undefined }) }, "5"), Error, "Is another message");
  const failing = {
    ...NUMBERS,
    encode() {
      throw new TypeError("no number");
    },
  };
  assertThrows(() => checkSide(failing, "5"), Error, "Decoded, but cannot be encoded: TypeError: no number");
});

Deno.test("encodeChecked() requires that decoding returns the same message", () => {
  assertEquals(encodeChecked(NUMBERS, { value: 5 }), "5");
  assertThrows(() => encodeChecked(NUMBERS, { value: "5" }), Error, "Decodes to another message: 5");
});

Deno.test("sameValue() compares by value", () => {
  const values = [0, 1, 1n, "", "1", true, null, [], [1], [[1]], {}, { a: 1 }, { b: 1 }, { a: [1] }, { a: 1, b: 1 }];
  const bytes = [new Uint8Array(0), Uint8Array.of(1)];
  const distinct = [...values, ...bytes, JSON.parse('{"__proto__":1}')];
  for (const [index, one] of distinct.entries()) {
    for (const [other, another] of distinct.entries()) {
      assertEquals(sameValue(one, structuredClone(another)), index === other, `${index} and ${other}`);
    }
  }
  assertEquals([sameValue(undefined, undefined), sameValue(NaN, NaN), sameValue(NaN, 0), sameValue(0, -0)], [
    false,
    true,
    false,
    true,
  ]);
});
