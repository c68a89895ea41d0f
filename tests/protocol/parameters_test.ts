// Parameter values: what they may hold, in both directions.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeServerMessage } from "../../src/protocol/encode.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";

/** What becomes of one parameter of a setParameters. */
function read(parameter: object): unknown {
  const message = decodeClientMessage(JSON.stringify({ op: "setParameters", parameters: [parameter] }));
  if (message.op !== "setParameters") throw new Error(message.op);
  return message.parameters[0];
}

function assertRefused(parameter: object, rule: string): void {
  const error = assertThrows(() => read(parameter), ProtocolError);
  assertEquals(error.code, "invalid-field");
  assertEquals(error.message, `Cannot read "setParameters": parameters[0].${rule}`);
}

/** The JSON of one parameter of a parameterValues. */
function write(parameter: unknown): unknown {
  const text = encodeServerMessage({ op: "parameterValues", parameters: [parameter as Parameter] });
  return (/^{"op":"parameterValues","parameters":\[(.*)\]}$/.exec(text as string))?.[1];
}

Deno.test("readSetParameters() takes null and absent values for not set, with a type or without", () => {
  assertEquals(read({ name: "a", value: null }), { name: "a" });
  assertEquals(read({ name: "a", type: null }), { name: "a" });
  assertEquals(read({ name: "a", type: "float64" }), { name: "a", type: "float64" });
  assertEquals(read({ name: "a", type: "byte_array", value: null }), { name: "a", type: "byte_array" });
});

Deno.test("readSetParameters() passes over types and members that it does not know", () => {
  assertEquals(read({ name: "a", value: 1, type: "int32", unit: "m" }), { name: "a", value: 1 });
  assertEquals(read({ name: "a", value: 1, type: "toString" }), { name: "a", value: 1 });
  assertRefused({ name: "a", value: 1, type: 5 }, "type must be a string");
});

Deno.test("readSetParameters() drops null members and refuses null items", () => {
  assertEquals(read({ name: "a", value: { b: null, c: { d: null, e: [] } } }), { name: "a", value: { c: { e: [] } } });
  const rule = "value must be made of finite numbers, booleans, strings, arrays and plain objects";
  assertRefused({ name: "a", value: [1, null] }, rule);
  assertRefused({ name: "a", value: { b: [null] } }, rule);
});

Deno.test("readSetParameters() takes arrays of mixed values", () => {
  const value = [1, "two", true, [3], { four: 4 }];
  assertEquals(read({ name: "a", value }), { name: "a", value });
});

Deno.test("readSetParameters() refuses values that their type forbids", () => {
  assertRefused({ name: "a", type: "float64", value: "1" }, 'value must be a number, as its type is "float64"');
  const floats = 'value must be an array of numbers, as its type is "float64_array"';
  for (const value of [1, [1, "2"], [[1]], {}]) assertRefused({ name: "a", type: "float64_array", value }, floats);
  const base64 = 'value must be base64, as its type is "byte_array"';
  for (const value of ["!!!!", "3q0", "3q0=\n", [1]]) assertRefused({ name: "a", type: "byte_array", value }, base64);
});

Deno.test("readSetParameters() refuses a number that only overflows into infinity", () => {
  const text = '{"op":"setParameters","parameters":[{"name":"a","value":1e999}]}';
  assertEquals(assertThrows(() => decodeClientMessage(text), ProtocolError).code, "invalid-field");
});

Deno.test("readSetParameters() takes values nested 100 deep and no deeper", () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };
  assertEquals(read({ name: "a", value: nested(100) }), { name: "a", value: nested(100) });
  assertRefused({ name: "a", value: nested(101) }, "value must be nested no deeper than 100");
});

Deno.test("writeParameterValues() writes name, type, value in this order, and only what is there", () => {
  assertEquals(write({ value: 1, name: "a", type: "float64", extra: 1 }), '{"name":"a","type":"float64","value":1}');
  assertEquals(write({ name: "a" }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: undefined, type: undefined }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: null, type: null }), '{"name":"a"}');
});

Deno.test("writeParameterValues() refuses what JSON or the protocol cannot hold", () => {
  const values = [NaN, -Infinity, 1n, Symbol("a"), () => 1, new Date(), new Map(), new Uint8Array(1)];
  const nested = [null, undefined, ...values].flatMap((value) => [[value], { a: value }, [{ a: [value] }]]);
  for (const value of [...values, ...nested, [, 1]]) {
    assertThrows(
      () => write({ name: "a", value }),
      TypeError,
      'Cannot write "parameterValues": parameters[0].value must be made of finite numbers',
    );
  }
});

Deno.test("writeParameterValues() refuses values that their type forbids, and types that are none", () => {
  const wrong = [
    { type: "float64", value: "1" },
    { type: "float64", value: [1] },
    { type: "float64_array", value: 1 },
    { type: "float64_array", value: [1, "2"] },
    { type: "byte_array", value: "?" },
    { type: "byte_array", value: [1] },
    { type: "int32", value: 1 },
    { type: "toString", value: 1 },
  ];
  for (const parameter of wrong) assertThrows(() => write({ name: "a", ...parameter }), TypeError, "parameters[0].");
});

Deno.test("writeParameterValues() refuses a value that contains itself", () => {
  const value: unknown[] = [];
  value.push(value);
  assertThrows(() => write({ name: "a", value }), RangeError, "parameters[0].value must be nested no deeper than 100");
});

Deno.test("writeParameterValues() writes names like __proto__", () => {
  const value = JSON.parse('{"__proto__":{"a":1}}');
  assertEquals(write({ name: "a", value }), '{"name":"a","value":{"__proto__":{"a":1}}}');
});

Deno.test("an error about a parameter request names the request", () => {
  const answer = assertThrows(
    () => decodeServerMessage('{"op":"parameterValues","parameters":5,"id":"q1"}'),
    ProtocolError,
  );
  assertEquals([answer.op, answer.requestId], ["parameterValues", "q1"]);
  const get = assertThrows(
    () => decodeClientMessage('{"op":"getParameters","parameterNames":[5],"id":"q2"}'),
    ProtocolError,
  );
  assertEquals([get.op, get.requestId], ["getParameters", "q2"]);
  const set = '{"op":"setParameters","parameters":[{"name":"a","value":[null]}],"id":"q3"}';
  assertEquals(assertThrows(() => decodeClientMessage(set), ProtocolError).requestId, "q3");
  const without = assertThrows(
    () => decodeClientMessage('{"op":"setParameters","parameters":5,"id":5}'),
    ProtocolError,
  );
  assertEquals("requestId" in without, false);
});
