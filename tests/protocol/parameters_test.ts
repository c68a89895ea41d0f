// Parameter values: what they may hold, in both directions.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";

const FINITE = "value must be made of finite numbers, booleans, strings, arrays and plain objects";
const INTEGERS = "value must be made of integers from -9223372036854775808 to 18446744073709551615";

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

/** What becomes of the JSON of one parameter of a parameterValues. */
function readFact(json: string): unknown {
  const message = decodeServerMessage(`{"op":"parameterValues","parameters":[${json}]}`);
  if (message.op !== "parameterValues") throw new Error(message.op);
  return message.parameters[0];
}

function assertFactRefused(json: string, rule: string): void {
  const error = assertThrows(() => readFact(json), ProtocolError);
  assertEquals(error.message, `Cannot read "parameterValues": parameters[0].${rule}`);
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
  assertRefused({ name: "a", value: [1, null] }, FINITE);
  assertRefused({ name: "a", value: [1, null], type: "float64_array" }, FINITE);
  assertRefused({ name: "a", value: { b: [null] } }, FINITE);
});

Deno.test("readSetParameters() takes arrays of mixed values", () => {
  const value = [1, "two", true, [3], { four: 4 }];
  assertEquals(read({ name: "a", value }), { name: "a", value });
});

Deno.test("readSetParameters() refuses values that their type forbids", () => {
  assertRefused({ name: "a", type: "float64", value: "1" }, 'value must be a number for type "float64"');
  const floats = 'value must be an array of numbers for type "float64_array"';
  for (const value of [1, [1, "2"], [[1]], {}]) assertRefused({ name: "a", type: "float64_array", value }, floats);
  const base64 = 'value must be base64 for type "byte_array"';
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
  assertRefused({ name: "a", value: nested(101) }, "value must be nested at most 100 levels deep");
});

Deno.test("writeParameterValues() writes name, type, value in this order, and only what is there", () => {
  assertEquals(write({ value: 1, name: "a", type: "float64", extra: 1 }), '{"name":"a","type":"float64","value":1}');
  assertEquals(write({ name: "a" }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: undefined, type: undefined }), '{"name":"a"}');
  assertEquals(write({ name: "a", value: null, type: null }), '{"name":"a"}');
});

Deno.test("writeParameterValues() refuses what JSON or the protocol cannot hold", () => {
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
  assertThrows(
    () => write({ name: "a", value }),
    TypeError,
    "parameters[0].value must be nested at most 100 levels deep",
  );
});

Deno.test("writeParameterValues() writes names like __proto__", () => {
  const value = JSON.parse('{"__proto__":{"a":1}}');
  assertEquals(write({ name: "a", value }), '{"name":"a","value":{"__proto__":{"a":1}}}');
});

/** JSON of values, in a setParameters and in a parameterValues alike. */
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
  Deno.test(`${json} keeps its digits, whether it is read or written`, () => {
    const parameter = `{"name":"a","value":${json}}`;
    assertEquals(readFact(parameter), { name: "a", value });
    const set = decodeClientMessage(`{"op":"setParameters","parameters":[${parameter}]}`);
    assertEquals(set, { op: "setParameters", parameters: [{ name: "a", value }] } as unknown);
    assertEquals(write({ name: "a", value }), parameter);
    assertEquals(encodeClientMessage(set), `{"op":"setParameters","parameters":[${parameter}]}`);
  });
}

Deno.test("a large integer of a float type is a number", () => {
  const json = "1732648800123456789";
  const value = Number(json);
  assertEquals(readFact(`{"name":"a","type":"float64","value":${json}}`), { name: "a", type: "float64", value });
  const array = `{"name":"a","type":"float64_array","value":[1,${json},${"9".repeat(30)}]}`;
  assertEquals(readFact(array), { name: "a", type: "float64_array", value: [1, value, 1e30] });
  const set = decodeClientMessage(`{"op":"setParameters","parameters":[${array}]}`);
  assertEquals(set.op === "setParameters" && set.parameters[0]?.value, [1, value, 1e30]);
  assertThrows(() => write({ name: "a", type: "float64", value: 5n }), TypeError, "value must be a number");
  assertThrows(() => write({ name: "a", type: "float64_array", value: [5n] }), TypeError, "an array of numbers");
});

Deno.test("an integer that no other language holds is refused", () => {
  for (const json of ["18446744073709551617", "-9223372036854775809", "9".repeat(500), `[{"a":${"9".repeat(30)}}]`]) {
    assertFactRefused(`{"name":"a","value":${json}}`, INTEGERS);
    const text = `{"op":"setParameters","parameters":[{"name":"a","value":${json}}]}`;
    assertThrows(() => decodeClientMessage(text), ProtocolError, INTEGERS);
  }
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n, [{ a: 2n ** 64n }]]) {
    assertThrows(() => write({ name: "a", value }), RangeError, `parameters[0].${INTEGERS}`);
  }
});

Deno.test("ids and other integers beyond 2^53 are refused, also in messages with parameters", () => {
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

Deno.test("parseText() parses only parameters twice, and only if an integer may be long; never with a reviver", () => {
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

Deno.test("readParameterValues() reads null among numbers as NaN, with a type or without, at any depth", () => {
  assertEquals(readFact('{"name":"a","type":"float64_array","value":[0.1,null,null]}'), {
    name: "a",
    type: "float64_array",
    value: [0.1, NaN, NaN],
  });
  assertEquals(readFact('{"name":"a","value":[null,1,9007199254740993]}'), {
    name: "a",
    value: [NaN, 1, 9007199254740993n],
  });
  assertEquals(readFact('{"name":"a","value":{"l":[1.5,null],"n":1,"p":null,"m":[[null]]}}'), {
    name: "a",
    value: { l: [1.5, NaN], n: 1, m: [[NaN]] },
  });
  for (const value of ['["a",null]', "[[1],null]", '{"a":[true,null]}']) {
    assertFactRefused(`{"name":"a","value":${value}}`, FINITE);
  }
  assertFactRefused(
    '{"name":"a","type":"byte_array","value":[null]}',
    'value must be base64 for type "byte_array"',
  );
});

Deno.test("readParameterValues() takes a float that is null for one that is not set: Foxglove's SDK sends NaN so", () => {
  assertEquals(readFact('{"name":"a","type":"float64","value":null}'), { name: "a", type: "float64" });
});

Deno.test("readParameterValues() reads the NaN and Infinity of Python as numbers", () => {
  assertEquals(readFact('{"name": "a", "value": NaN, "type": "float64"}'), { name: "a", value: NaN, type: "float64" });
  assertEquals(readFact('{"name": "Infinity", "value": [-Infinity, "NaN", Infinity, 9007199254740993]}'), {
    name: "Infinity",
    value: [-Infinity, "NaN", Infinity, 9007199254740993n],
  });
  assertFactRefused('{"name": NaN, "value": 1}', "name must be a string");
  const set = '{"op": "setParameters", "parameters": [{"name": "a", "value": NaN}]}';
  assertEquals(assertThrows(() => decodeClientMessage(set), ProtocolError).code, "invalid-json");
});

Deno.test("writeParameterValues() writes NaN and infinities as null in arrays of numbers, and refuses them elsewhere", () => {
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

Deno.test("writeSetParameters() refuses NaN and infinities anywhere: a command says what it means", () => {
  for (const value of [NaN, [0.1, NaN], { l: [Infinity] }]) {
    const set = { op: "setParameters", parameters: [{ name: "a", value: 1 }, { name: "b", value }] } as const;
    assertThrows(() => encodeClientMessage(set), TypeError, `Cannot write "setParameters": parameters[1].${FINITE}`);
  }
  assertEquals(
    encodeClientMessage({ op: "setParameters", parameters: [{ name: "a", value: 5n }, { name: "b" }], id: 'q"' }),
    '{"op":"setParameters","parameters":[{"name":"a","value":5},{"name":"b"}],"id":"q\\""}',
  );
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
