// Definitions: which are valid, and what the store makes of them.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ParameterDefinition, ParameterDefinitions } from "../../../mod.ts";
import { openStore } from "./fixture.ts";

const invalid: [definition: unknown, ErrorClass: typeof TypeError | typeof RangeError, why: string][] = [
  [1, TypeError, ": its definition is a number, not an object"],
  [null, TypeError, ": its definition is null, not an object"],
  [
    { defualt: 1 },
    TypeError,
    ': unknown member "defualt"; it may have value, type, description, min, max, step, oneOf, readOnly',
  ],
  [{}, TypeError, ": its value is missing"],
  [{ value: undefined }, TypeError, ": its value is missing"],
  [{ value: null }, TypeError, ": its value is not a parameter value"],
  [{ value: [1, null] }, TypeError, ": its value[1] is not a parameter value"],
  [{ value: NaN }, RangeError, ": its value is not finite"],
  [{ value: { x: Infinity } }, RangeError, ": its value.x is not finite"],
  [{ value: 2n ** 64n }, RangeError, ": its value is not an int64 or a uint64"],
  [{ value: 1, min: NaN }, RangeError, ": its min is not finite"],
  [{ value: 1, max: Infinity }, RangeError, ": its max is not finite"],
  [{ value: 1, min: "0" }, TypeError, ": its min is not a number"],
  [{ value: "a", min: 0 }, TypeError, ": its min requires a number as its value"],
  [{ value: [1], max: 2 }, TypeError, ": its max requires a number as its value"],
  [{ value: true, step: 1 }, TypeError, ": its step requires a number as its value"],
  [{ value: 1, step: 0 }, RangeError, ": its step is 0, not above 0"],
  [{ value: 1, step: -1 }, RangeError, ": its step is -1, not above 0"],
  [{ value: 1, min: 5, max: 0 }, RangeError, ": its min, 5, is above its max, 0"],
  [{ value: 5n, min: 6 }, RangeError, ": 5 is below 6"],
  [{ value: 11, max: 10 }, RangeError, ": 11 is above 10"],
  [{ value: -1, min: 0 }, RangeError, ": -1 is below 0"],
  [{ value: "a", oneOf: [] }, TypeError, ": its oneOf is not an array with options"],
  [{ value: "a", oneOf: "abc" }, TypeError, ": its oneOf is not an array with options"],
  [{ value: "a", oneOf: ["a", 1] }, TypeError, ": its oneOf[1] is a number, but its value is a string"],
  [{ value: 1, oneOf: [1, 2n] }, TypeError, ": its oneOf[1] is a bigint, but its value is a number"],
  [{ value: 1, oneOf: [1, NaN] }, RangeError, ": its oneOf[1] is not finite"],
  [{ value: 1, oneOf: [1, 12], max: 10 }, RangeError, ": 12 is above 10"],
  [{ value: [1], oneOf: [[1]] }, TypeError, ": its oneOf requires a number, a boolean or text as its value"],
  [{ value: "c", oneOf: ["a", "b"] }, TypeError, ': "c" is not one of "a", "b"'],
  [
    { value: 1, type: "float32" },
    TypeError,
    ': its type is "float32", not one of "byte_array", "float64", "float64_array"',
  ],
  [{ value: "a", type: "float64" }, TypeError, ': type "float64" requires a number as its value'],
  [{ value: 5n, type: "float64" }, TypeError, ': type "float64" requires a number as its value'],
  [
    { value: [1n], type: "float64_array" },
    TypeError,
    ': type "float64_array" requires an array of numbers as its value',
  ],
  [{ value: 1, type: "float64_array" }, TypeError, ': type "float64_array" requires an array of numbers as its value'],
  [{ value: 1, type: "byte_array" }, TypeError, ': type "byte_array" requires base64 text as its value'],
  [{ value: "a", type: "byte_array" }, TypeError, ': "a" is not base64'],
  [{ value: 1, description: 1 }, TypeError, ": its description is a number, not text"],
  [{ value: 1, readOnly: "yes" }, TypeError, ": its readOnly is a string, not a boolean"],
];
for (const [definition, ErrorClass, why] of invalid) {
  Deno.test(`server.parameters() rejects the definition ${Deno.inspect(definition, { compact: true })}`, () => {
    const definitions = { "/a": definition } as ParameterDefinitions;
    const error = assertThrows(() => openStore(definitions), ErrorClass);
    assertEquals(error.message, `Cannot define parameter "/a"${why}`);
  });
}

Deno.test("server.parameters() rejects an empty name, and definitions that are not an object", () => {
  assertThrows(
    () => openStore({ "": { value: 1 } }),
    TypeError,
    "Cannot define a parameter: its name is empty",
  );
  assertThrows(
    () => openStore([] as unknown as ParameterDefinitions),
    TypeError,
    "Cannot define parameters: the definitions are an Array, not an object",
  );
});

const types: [definition: ParameterDefinition, type: string | undefined][] = [
  [{ value: 1 }, undefined],
  [{ value: 1, min: 0, max: 10, step: 1 }, undefined],
  [{ value: 1.5 }, "float64"],
  [{ value: 1, min: 0.5 }, "float64"],
  [{ value: 1, max: 1.5 }, "float64"],
  [{ value: 1, step: 0.1 }, "float64"],
  [{ value: 1, oneOf: [1, 2.5] }, "float64"],
  [{ value: 1, type: "float64" }, "float64"],
  [{ value: 1n }, undefined],
  [{ value: [1, 2] }, undefined],
  [{ value: [1, 2.5] }, "float64_array"],
  [{ value: [1, "2.5"] }, undefined],
  [{ value: [], type: "float64_array" }, "float64_array"],
  [{ value: [[1.5]] }, undefined],
  [{ value: { x: 1.5 } }, undefined],
  [{ value: "3q0=", type: "byte_array" }, "byte_array"],
  [{ value: "3q0=" }, undefined],
];
for (const [definition, type] of types) {
  Deno.test(`ParameterOwner.read() gives ${Deno.inspect(definition, { compact: true })} the type ${type}`, () => {
    const { owner } = openStore({ "/a": definition });
    assertEquals(owner.read(["/a"]), [{ name: "/a", value: definition.value, ...(type && { type }) }] as unknown);
  });
}

Deno.test("ParameterStore.definitions is a frozen copy, without default values for absent members", () => {
  const given = {
    "/kp": { value: 1.5, min: 0, max: 10, step: 0.1, description: "The gain", readOnly: false },
    "/mode": { value: "auto", oneOf: ["auto", "manual"], type: undefined },
    "/gains": { value: [1, 2] },
  };
  const { store } = openStore<ParameterDefinitions>(given as object as ParameterDefinitions);
  const expected = {
    "/kp": { value: 1.5, min: 0, max: 10, step: 0.1, description: "The gain", readOnly: false },
    "/mode": { value: "auto", oneOf: ["auto", "manual"] },
    "/gains": { value: [1, 2] },
  };
  given["/kp"].max = 1;
  given["/mode"].oneOf.push("fast");
  given["/gains"].value.push(3);
  assertEquals(store.definitions, expected);
  const { definitions } = store;
  const parts = [definitions, definitions["/kp"], definitions["/mode"]?.oneOf, definitions["/gains"]?.value];
  assertEquals(parts.map(Object.isFrozen), [true, true, true, true]);
  store.set("/kp", 9);
  assertThrows(() => store.set("/mode", "fast"), TypeError);
});

Deno.test("ParameterStore accepts every name, also __proto__", () => {
  const { store, owner } = openStore(
    JSON.parse('{"__proto__":{"value":1},"toString":{"value":2}}') as ParameterDefinitions,
  );
  assertEquals(owner.names(), ["__proto__", "toString"]);
  assertEquals(Object.keys(store.definitions), ["__proto__", "toString"]);
  store.set("__proto__", 3);
  assertEquals([store.get("__proto__"), store.get("toString")], [3, 2]);
  assertThrows(() => store.get("constructor"), TypeError, "no such parameter");
});
