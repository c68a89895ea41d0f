// Parameters that are checked and written once.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeServerMessage } from "../../src/protocol/encode.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { parameterValuesText, writeParameters } from "../../src/protocol/written_parameters.ts";

/** Returns parameters that the type checker would reject. */
function untyped(parameters: unknown): Parameter[] {
  return parameters as Parameter[];
}

Deno.test("writeParameters() and parameterValuesText() write the same text as encodeServerMessage()", () => {
  const parameters: Parameter[] = [
    { name: 'a"b', value: 1.5, type: "float64" },
    { name: "list", value: [true, "x", { deep: [] }] },
    { name: "unset" },
  ];
  for (const id of [undefined, "", 'q"']) {
    const message = { op: "parameterValues", parameters, ...(id === undefined ? {} : { id }) } as const;
    assertEquals(parameterValuesText(writeParameters(parameters).written, id), encodeServerMessage(message));
  }
  assertEquals(parameterValuesText([]), '{"op":"parameterValues","parameters":[]}');
});

Deno.test("writeParameters() reports which parameters have a value: falsy values count, null does not, NaN is not in the JSON", () => {
  const values = [0, false, "", null, undefined, NaN];
  const { written } = writeParameters(untyped(values.map((value, index) => ({ name: `${index}`, value }))));
  assertEquals(written.map(({ exists }) => exists), [true, true, true, false, false, true]);
  assertEquals(written.map(({ isSet }) => isSet), [true, true, true, false, false, false]);
});

Deno.test("writeParameters() reads each member once", () => {
  const reads: string[] = [];
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(target, name, receiver) {
        if (typeof name === "string") reads.push(name);
        return Reflect.get(target, name, receiver);
      },
    });
  const parameter = counting({ name: "a", type: "float64_array", value: counting([1, 2]) });
  const { written } = writeParameters(untyped([parameter]));
  const text = parameterValuesText([...written, ...written]);
  assertEquals(text.match(/\[1,2\]/g)?.length, 2);
  assertEquals(reads.filter((name) => name !== "length"), ["name", "type", "value", "0", "1"]);
});

/** The JSON of the sent part of each value, and how its NaN and infinities are written. */
const NON_FINITE: readonly (readonly [value: unknown, json: string | undefined, outcome: "null" | "omitted"])[] = [
  [NaN, undefined, "omitted"],
  [-Infinity, undefined, "omitted"],
  [[0.1, NaN, Infinity], "[0.1,null,null]", "null"],
  [[[1, NaN], [2, 3]], "[[1,null],[2,3]]", "null"],
  [{ p: NaN, i: 1, limits: [NaN] }, '{"i":1,"limits":[null]}', "omitted"],
  [{ p: NaN }, "{}", "omitted"],
  [["a", NaN], undefined, "omitted"],
  [{ mixed: [true, NaN], b: 2 }, '{"b":2}', "omitted"],
  [["a", { p: NaN }], '["a",{}]', "omitted"],
];

for (const [value, json, outcome] of NON_FINITE) {
  Deno.test(`writeParameters() of ${Deno.inspect(value)} writes ${json ?? "no value"}`, () => {
    const { written, refused } = writeParameters(untyped([{ name: "a", value }]));
    assertEquals(refused, []);
    const text = json === undefined ? '{"name":"a"}' : `{"name":"a","value":${json}}`;
    const isSet = json !== undefined;
    assertEquals(written, [{ name: "a", exists: true, isSet, nonFinite: outcome, json: text }]);
  });
}

Deno.test("writeParameters() writes all valid parameters, and reports why the others are rejected", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  const hostile = {
    name: "hostile",
    get value(): number {
      throw new Error("no bus");
    },
  };
  const values = [2n ** 64n, new Date(), new Map(), [undefined], { when: null }, () => 1, loop, ["", NaN, () => 1]];
  const bad = [
    ...values.map((value) => ({ name: "bad", value })),
    { name: "bad", type: "float64", value: "1" },
    hostile,
  ];
  for (const each of [...bad, { name: 5, value: 1 }, null, 5]) {
    const { written, refused } = writeParameters(untyped([{ name: "new", value: 1 }, each, { name: "old" }]));
    assertEquals(written.map(({ json }) => json), ['{"name":"new","value":1}', '{"name":"old"}']);
    assertEquals(refused.length, 1);
  }
  const { refused } = writeParameters(untyped([{ name: "new", value: 1 }, ...bad, null, { name: 5, value: 1 }]));
  assertEquals(refused.map(({ name }) => name), [...Array(9).fill("bad"), "hostile", undefined, undefined]);
  const texts = refused.map(({ error }) => (error as Error).message);
  assertEquals(texts.slice(0, 2), [
    'Cannot write "parameterValues": parameters[1].value must be made of integers from -9223372036854775808 to ' +
    "18446744073709551615",
    'Cannot write "parameterValues": parameters[2].value must be made of finite numbers, booleans, strings, arrays and ' +
    "plain objects",
  ]);
  assertEquals(texts[9], "no bus");
  assertThrows(() => writeParameters(untyped("a")), TypeError, "parameters must be an array");
});

Deno.test("writeParameters() skips parameters that are not in `names`, even invalid ones", () => {
  const parameters = untyped([{ name: "a", value: 1 }, { name: "b", value: new Date() }, { name: "c", value: NaN }]);
  const { written, refused } = writeParameters(parameters, new Set(["a"]));
  assertEquals([written.map(({ name }) => name), refused], [["a"], []]);
});
