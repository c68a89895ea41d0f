// judge(): of codecs that do what they must not.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { type Codec, type Input, judge, judgeBy, sent } from "./judge.ts";
import { sameValue } from "./same_value.ts";

/** Numbers as text. */
const NUMBERS: Codec<{ value: unknown }> = {
  decode: (data) => ({ value: Number(data) }),
  encode: ({ value }) => String(value),
  toldAs: (message) => message,
};

Deno.test("judge() says as how many sides' message an input is decoded", () => {
  const inputs: Input[] = ['{"op":"status","level":1,"message":""}', '{"op":"advertise","channels":[]}', "no JSON"];
  assertEquals(inputs.map(judge), [1, 2, 0]);
});

Deno.test("judge() lets pass what is read and cannot be sent", () => {
  const service =
    '{"id":1,"name":"","type":"","request":{"encoding":"","schemaName":"","schemaEncoding":"","schema":""}}';
  assertEquals(judge(`{"op":"advertiseServices","services":[${service}]}`), 1);
});

Deno.test("judge() lets pass a value that is not finite, and takes an infinity in an array for NaN", () => {
  const values = ["NaN", "1e999", '{"a":Infinity}', '["",NaN]', "[NaN,-Infinity,1]", '{"a":[[1e999]]}'];
  for (const value of values) {
    assertEquals(judge(`{"op":"parameterValues","parameters":[{"name":"","value":${value}}]}`), 1);
  }
});

Deno.test("judge() takes for the same what a peer is told in another way", () => {
  const service = '{"id":1,"name":"","type":""}';
  const times = '"dataStartTime":{"sec":0,"nsec":0},"dataEndTime":{"sec":4294967295,"nsec":4294967295}';
  assertEquals(judge(`{"op":"advertiseServices","services":[${service}]}`), 1);
  assertEquals(judge(`{"op":"serverInfo","name":"","capabilities":[],"metadata":{},${times}}`), 1);
});

Deno.test("judgeBy() wants a ProtocolError and no other", () => {
  const refusing = (error: Error): typeof NUMBERS => ({
    ...NUMBERS,
    decode() {
      throw error;
    },
  });
  assertEquals(judgeBy(refusing(new ProtocolError("empty", "empty")), ""), 0);
  assertThrows(() => judgeBy(refusing(new RangeError("too deep")), ""), Error, "Refused by RangeError: too deep");
});

Deno.test("judgeBy() wants a message that can be sent on and stays as it is, without a member that is undefined", () => {
  assertEquals(judgeBy(NUMBERS, "5"), 1);
  assertThrows(() => judgeBy({ ...NUMBERS, encode: () => "6" }, "5"), Error, "Became another message when sent on: 6");
  assertThrows(() => judgeBy({ ...NUMBERS, decode: () => ({ value: undefined }) }, "5"), Error, "Became another");
  const failing = {
    ...NUMBERS,
    encode() {
      throw new TypeError("no number");
    },
  };
  assertThrows(() => judgeBy(failing, "5"), Error, "Decoded, but not encoded: TypeError: no number");
});

Deno.test("sent() wants a message to arrive as it is", () => {
  assertEquals(sent(NUMBERS, { value: 5 }), "5");
  assertThrows(() => sent(NUMBERS, { value: "5" }), Error, "Does not arrive as it is: 5");
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
