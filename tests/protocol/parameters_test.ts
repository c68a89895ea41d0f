// Parameter values: which values are valid, in both directions.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";

const FINITE = "value must be made of finite numbers, booleans, strings, arrays and plain objects";
const INTEGERS = "value must be made of integers from -9223372036854775808 to 18446744073709551615";

/** Decodes a `setParameters` with one parameter. Returns the parameter. */
function read(parameter: object): unknown {
  const message = decodeClientMessage(JSON.stringify({ op: "setParameters", parameters: [parameter] }));
  if (message.op !== "setParameters") throw new Error(message.op);
  return message.parameters[0];
}

function assertRejected(parameter: object, rule: string): void {
  const error = assertThrows(() => read(parameter), ProtocolError);
  assertEquals(error.code, "invalid-field");
  assertEquals(error.message, `Cannot read "setParameters": parameters[0].${rule}`);
}

/** Decodes a `parameterValues` with the JSON of one parameter. Returns the parameter. */
function readReported(json: string): unknown {
  const message = decodeServerMessage(`{"op":"parameterValues","parameters":[${json}]}`);
  if (message.op !== "parameterValues") throw new Error(message.op);
  return message.parameters[0];
}

function assertReportedRejected(json: string, rule: string): void {
  const error = assertThrows(() => readReported(json), ProtocolError);
  assertEquals(error.message, `Cannot read "parameterValues": parameters[0].${rule}`);
}

/** Encodes a `parameterValues` with one parameter. Returns the JSON of the parameter. */
function write(parameter: unknown): unknown {
  const text = encodeServerMessage({ op: "parameterValues", parameters: [parameter as Parameter] });
  return (/^{"op":"parameterValues","parameters":\[(.*)\]}$/.exec(text as string))?.[1];
}

Deno.test("readSetParameters() reads null and absent values as not set, with or without a type", () => {
  assertEquals(read({ name: "a", value: null }), { name: "a" });
  assertEquals(read({ name: "a", type: null }), { name: "a" });
  assertEquals(read({ name: "a", type: "float64" }), { name: "a", type: "float64" });
  assertEquals(read({ name: "a", type: "byte_array", value: null }), { name: "a", type: "byte_array" });
});

Deno.test("readSetParameters() ignores unknown types and members", () => {
  assertEquals(read({ name: "a", value: 1, type: "int32", unit: "m" }), { name: "a", value: 1 });
  assertEquals(read({ name: "a", value: 1, type: "toString" }), { name: "a", value: 1 });
  assertRejected({ name: "a", value: 1, type: 5 }, "type must be a string");
});

Deno.test("readSetParameters() leaves out null members and rejects null items", () => {
  assertEquals(read({ name: "a", value: { b: null, c: { d: null, e: [] } } }), { name: "a", value: { c: { e: [] } } });
  assertRejected({ name: "a", value: [1, null] }, FINITE);
  assertRejected({ name: "a", value: [1, null], type: "float64_array" }, FINITE);
  assertRejected({ name: "a", value: { b: [null] } }, FINITE);
});

Deno.test("readSetParameters() accepts arrays of mixed values", () => {
  const value = [1, "two", true, [3], { four: 4 }];
  assertEquals(read({ name: "a", value }), { name: "a", value });
});

Deno.test("readSetParameters() rejects values that do not match their type", () => {
  assertRejected({ name: "a", type: "float64", value: "1" }, 'value must be a number for type "float64"');
  const floats = 'value must be an array of numbers for type "float64_array"';
  for (const value of [1, [1, "2"], [[1]], {}]) assertRejected({ name: "a", type: "float64_array", value }, floats);
  const base64 = 'value must be base64 for type "byte_array"';
  for (const value of ["!!!!", "3q0", "3q0=\n", [1]]) assertRejected({ name: "a", type: "byte_array", value }, base64);
});

Deno.test("readSetParameters() rejects a number that overflows to infinity", () => {
  const text = '{"op":"setParameters","parameters":[{"name":"a","value":1e999}]}';
  assertEquals(assertThrows(() => decodeClientMessage(text), ProtocolError).code, "invalid-field");
});

Deno.test("readSetParameters() accepts values nested at most 100 levels deep", () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };
  assertEquals(read({ name: "a", value: nested(100) }), { name: "a", value: nested(100) });
  assertRejected({ name: "a", value: nested(101) }, "value must be nested at most 100 levels deep");
});

Deno.test("writeParameterValues() writes name, type and value in this order, and leaves out absent ones", () => {
  assertEquals(write({ value: 1, name: "a", type: "float64", extra: 1 }), '{"name":"a","type":"float64","value":1}');
  assertEquals(write({ name: "a" }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: undefined, type: undefined }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: null, type: null }), '{"name":"a"}');
});

Deno.test("writeParameterValues() rejects values that JSON or the protocol does not have", () => {
  const values = [Symbol("a"), () => 1, new Date(), new Map(), new Uint8Array(1)];
  const nested = [null, undefined, ...values].flatMap((value) => [[value], { a: value }, [{ a: [value] }]]);
  for (const value of [...values, ...nested, [, 1]]) {
    assertThrows(
      () => write({ name: "a", value }),
      TypeError,
      'Cannot write "parameterValues": parameters[0].value must be made of finite numbers',
    );
  }
});

Deno.test("writeParameterValues() rejects values that do not match their type, and unknown types", () => {
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

Deno.test("writeParameterValues() rejects a value that contains itself", () => {
  const value: unknown[] = [];
  value.push(value);
  assertThrows(
    () => write({ name: "a", value }),
    TypeError,
    "parameters[0].value must be nested at most 100 levels deep",
  );
});

Deno.test("writeParameterValues() writes names such as __proto__", () => {
  const value = JSON.parse('{"__proto__":{"a":1}}');
  assertEquals(write({ name: "a", value }), '{"name":"a","value":{"__proto__":{"a":1}}}');
});

/** The JSON of values, and the decoded values. The same for `setParameters` and `parameterValues`. */
const INTEGER_VALUES: Readonly<Record<string, unknown>> = {
  "9007199254740991": 9007199254740991,
  "9007199254740992": 9007199254740992,
  "9007199254740993": 9007199254740993n,
  "1732648800123456789": 1732648800123456789n,
  "-9223372036854775808": -(2 ** 63),
  "-9223372036854775807": -9223372036854775807n,
  "18446744073709551615": 18446744073709551615n,
  "18446744073709551616": 2 ** 64,
  '[1,9007199254740993,"9007199254740993"]': [1, 9007199254740993n, "9007199254740993"],
  '{"pid":{"stamp":1732648800123456789}}': { pid: { stamp: 1732648800123456789n } },
};

for (const [json, value] of Object.entries(INTEGER_VALUES)) {
  Deno.test(`${json} keeps its digits when it is read and written`, () => {
    const parameter = `{"name":"a","value":${json}}`;
    assertEquals(readReported(parameter), { name: "a", value });
    const set = decodeClientMessage(`{"op":"setParameters","parameters":[${parameter}]}`);
    assertEquals(set, { op: "setParameters", parameters: [{ name: "a", value }] } as unknown);
    assertEquals(write({ name: "a", value }), parameter);
    assertEquals(encodeClientMessage(set), `{"op":"setParameters","parameters":[${parameter}]}`);
  });
}

Deno.test("a large integer of a float type is read as a number", () => {
  const json = "1732648800123456789";
  const value = Number(json);
  assertEquals(readReported(`{"name":"a","type":"float64","value":${json}}`), { name: "a", type: "float64", value });
  const array = `{"name":"a","type":"float64_array","value":[1,${json},${"9".repeat(30)}]}`;
  assertEquals(readReported(array), { name: "a", type: "float64_array", value: [1, value, 1e30] });
  const set = decodeClientMessage(`{"op":"setParameters","parameters":[${array}]}`);
  assertEquals(set.op === "setParameters" && set.parameters[0]?.value, [1, value, 1e30]);
  assertThrows(() => write({ name: "a", type: "float64", value: 5n }), TypeError, "value must be a number");
  assertThrows(() => write({ name: "a", type: "float64_array", value: [5n] }), TypeError, "an array of numbers");
});

Deno.test("an integer that does not fit an int64 or a uint64 is rejected", () => {
  for (const json of ["18446744073709551617", "-9223372036854775809", "9".repeat(500), `[{"a":${"9".repeat(30)}}]`]) {
    assertReportedRejected(`{"name":"a","value":${json}}`, INTEGERS);
    const text = `{"op":"setParameters","parameters":[{"name":"a","value":${json}}]}`;
    assertThrows(() => decodeClientMessage(text), ProtocolError, INTEGERS);
  }
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n, [{ a: 2n ** 64n }]]) {
    assertThrows(() => write({ name: "a", value }), RangeError, `parameters[0].${INTEGERS}`);
  }
});

Deno.test("ids and other integers beyond 2^53 are rejected, also in messages with parameters", () => {
  const long = "9007199254740993";
  const texts = [
    `{"op":"subscribe","subscriptions":[{"id":1,"channelId":${long}}]}`,
    `{"op":"setParameters","parameters":[],"id":${long}}`,
    `{"op":"setParameters","parameters":[{"name":${long},"value":1}]}`,
  ];
  for (const text of texts) {
    assertEquals(assertThrows(() => decodeClientMessage(text), ProtocolError).code, "invalid-field");
  }
  for (
    const text of [
      `{"op":"unadvertise","channelIds":[${long}]}`,
      `{"op":"parameterValues","parameters":[],"id":${long}}`,
    ]
  ) {
    assertEquals(assertThrows(() => decodeServerMessage(text), ProtocolError).code, "invalid-field");
  }
});

Deno.test("parseClientText() parses only parameters twice, and only if an integer may be long; never with a reviver", () => {
  const long = "9007199254740993";
  const calls: unknown[][] = [];
  const { parse } = JSON;
  const parses = (decode: () => unknown) => {
    calls.length = 0;
    JSON.parse = (...args: [string]) => (calls.push(args), parse(...args));
    try {
      decode();
    } finally {
      JSON.parse = parse;
    }
    assertEquals(calls.every(({ length }) => length === 1), true);
    return calls.length;
  };
  const value = (json: string) => `"parameters":[{"name":"a","value":${json}}]`;
  assertEquals(parses(() => decodeClientMessage(`{"op":"setParameters",${value("0.30000000000000004")}}`)), 1);
  assertEquals(parses(() => decodeServerMessage(`{"op":"parameterValues",${value("[1.5,123456789012345]")}}`)), 1);
  assertEquals(parses(() => decodeServerMessage(`{"op":"status","level":0,"message":"${long}","x":${long}}`)), 1);
  assertEquals(parses(() => decodeClientMessage(`{"op":"getParameters","parameterNames":["${long}"]}`)), 1);
  assertEquals(parses(() => decodeClientMessage(`{"op":"setParameters",${value(long)}}`)), 2);
  assertEquals(parses(() => decodeServerMessage(`{"op":"parameterValues",${value(long)}}`)), 2);
});

Deno.test("readParameterValues() reads null among numbers as NaN, with or without a type, at any depth", () => {
  assertEquals(readReported('{"name":"a","type":"float64_array","value":[0.1,null,null]}'), {
    name: "a",
    type: "float64_array",
    value: [0.1, NaN, NaN],
  });
  assertEquals(readReported('{"name":"a","value":[null,1,9007199254740993]}'), {
    name: "a",
    value: [NaN, 1, 9007199254740993n],
  });
  assertEquals(readReported('{"name":"a","value":{"l":[1.5,null],"n":1,"p":null,"m":[[null]]}}'), {
    name: "a",
    value: { l: [1.5, NaN], n: 1, m: [[NaN]] },
  });
  for (const value of ['["a",null]', "[[1],null]", '{"a":[true,null]}']) {
    assertReportedRejected(`{"name":"a","value":${value}}`, FINITE);
  }
  assertReportedRejected(
    '{"name":"a","type":"byte_array","value":[null]}',
    'value must be base64 for type "byte_array"',
  );
});

Deno.test("readParameterValues() reads a float that is null as not set, because Foxglove's SDK sends NaN as null", () => {
  assertEquals(readReported('{"name":"a","type":"float64","value":null}'), { name: "a", type: "float64" });
});

Deno.test("readParameterValues() reads Python's NaN and Infinity as numbers", () => {
  assertEquals(readReported('{"name": "a", "value": NaN, "type": "float64"}'), {
    name: "a",
    value: NaN,
    type: "float64",
  });
  assertEquals(readReported('{"name": "Infinity", "value": [-Infinity, "NaN", Infinity, 9007199254740993]}'), {
    name: "Infinity",
    value: [-Infinity, "NaN", Infinity, 9007199254740993n],
  });
  assertReportedRejected('{"name": NaN, "value": 1}', "name must be a string");
  const set = '{"op": "setParameters", "parameters": [{"name": "a", "value": NaN}]}';
  assertEquals(assertThrows(() => decodeClientMessage(set), ProtocolError).code, "invalid-json");
});

Deno.test("writeParameterValues() writes NaN and infinities as null in arrays of numbers, and rejects them elsewhere", () => {
  assertEquals(write({ name: "a", value: [0.1, NaN, -Infinity] }), '{"name":"a","value":[0.1,null,null]}');
  assertEquals(
    write({ name: "a", type: "float64_array", value: [NaN] }),
    '{"name":"a","type":"float64_array","value":[null]}',
  );
  assertEquals(write({ name: "a", value: { l: [[NaN, 1n]] } }), '{"name":"a","value":{"l":[[null,1]]}}');
  for (const value of [NaN, Infinity, { p: NaN }, ["a", NaN], [[1], NaN]]) {
    assertThrows(() => write({ name: "a", value }), TypeError, `parameters[0].${FINITE}`);
  }
});

Deno.test("writeSetParameters() rejects NaN and infinities, because a command must be exact", () => {
  for (const value of [NaN, [0.1, NaN], { l: [Infinity] }]) {
    const set = { op: "setParameters", parameters: [{ name: "a", value: 1 }, { name: "b", value }] } as const;
    assertThrows(() => encodeClientMessage(set), TypeError, `Cannot write "setParameters": parameters[1].${FINITE}`);
  }
  assertEquals(
    encodeClientMessage({ op: "setParameters", parameters: [{ name: "a", value: 5n }, { name: "b" }], id: 'q"' }),
    '{"op":"setParameters","parameters":[{"name":"a","value":5},{"name":"b"}],"id":"q\\""}',
  );
});

Deno.test("an error about a parameter request has the id of the request", () => {
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
