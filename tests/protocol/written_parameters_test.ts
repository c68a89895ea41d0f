// Parameters that are checked and written once.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeServerMessage } from "../../src/protocol/encode.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { parameterValuesText, writeParameters } from "../../src/protocol/written_parameters.ts";

/** Parameters as plain JavaScript may give them. */
function untyped(parameters: unknown): Parameter[] {
  return parameters as Parameter[];
}

Deno.test("writeParameters() and parameterValuesText() write what encodeServerMessage() writes", () => {
  const parameters: Parameter[] = [
    { name: 'a"b', value: 1.5, type: "float64" },
    { name: "list", value: [true, "x", { deep: [] }] },
    { name: "unset" },
  ];
  for (const id of [undefined, "", 'q"']) {
    const message = { op: "parameterValues", parameters, ...(id === undefined ? {} : { id }) } as const;
    assertEquals(parameterValuesText(writeParameters(parameters), id), encodeServerMessage(message));
  }
  assertEquals(parameterValuesText([]), '{"op":"parameterValues","parameters":[]}');
});

Deno.test("writeParameters() says which parameters have a value: falsy ones are values, null is not", () => {
  const values = [0, false, "", null, undefined];
  const written = writeParameters(untyped(values.map((value, index) => ({ name: `${index}`, value }))));
  assertEquals(written.map(({ isSet }) => isSet), [true, true, true, false, false]);
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
  const [written] = writeParameters(untyped([parameter]));
  const text = parameterValuesText([written!, written!]);
  assertEquals(text.match(/\[1,2\]/g)?.length, 2);
  assertEquals(reads.filter((name) => name !== "length"), ["name", "type", "value", "0", "1"]);
});

Deno.test("writeParameters() refuses what cannot be sent, and says where it is", () => {
  for (const value of [NaN, Infinity, 1n, new Date(), [undefined], { when: null }, () => 1]) {
    assertThrows(
      () => writeParameters(untyped([{ name: "new", value: 1 }, { name: "old" }, { name: "bad", value }])),
      TypeError,
      "parameters[2].value must be",
    );
  }
  assertThrows(
    () => writeParameters(untyped([{ name: "new", type: "float64", value: "1" }])),
    TypeError,
    "parameters[0].value must be a number",
  );
  assertThrows(() => writeParameters(untyped([{ name: 5, value: 1 }])), TypeError, "parameters[0].name must be");
  assertThrows(() => writeParameters(untyped([null])), TypeError, "parameters[0] must be an object");
  assertThrows(() => writeParameters(untyped("a")), TypeError, "parameters must be an array");
});
