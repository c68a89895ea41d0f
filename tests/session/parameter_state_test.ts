// Which parameters are known, and who is told of a change.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { ParameterState, withValue } from "../../src/session/parameter_state.ts";

/** What a listener in plain JavaScript may hand over. */
function untyped(parameters: unknown): Parameter[] {
  return parameters as Parameter[];
}

Deno.test("ParameterState.changed() knows a name from its first value until it is removed", () => {
  const state = new ParameterState<string>();
  assertEquals([...state.knownNames], []);
  state.changed([{ name: "a", value: 1 }, { name: "b", value: 2 }]);
  state.changed([{ name: "a", value: 3 }]);
  assertEquals([...state.knownNames], ["a", "b"]);
  state.changed([{ name: "a" }]);
  assertEquals([...state.knownNames], ["b"]);
  state.changed([{ name: "a", value: 4 }]);
  assertEquals([...state.knownNames], ["b", "a"]);
});

Deno.test("ParameterState.changed() takes values that are falsy for values", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["zero", "no", "empty"]);
  const parameters = [{ name: "zero", value: 0 }, { name: "no", value: false }, { name: "empty", value: "" }];
  assertEquals([...state.changed(parameters)], [["ann", parameters]]);
  assertEquals([...state.knownNames], ["zero", "no", "empty"]);
});

Deno.test("ParameterState.changed() returns for each client what it watches, in the order of the change", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["b", "a"]);
  state.watched.add("ben", ["b", "c"]);
  state.watched.add("cid", ["x"]);
  const [a, b, c]: Parameter[] = [
    { name: "a", value: 1, type: "float64" },
    { name: "b", value: [true] },
    { name: "c", value: { deep: "er" } },
  ];
  assertEquals(
    state.changed([a, b, c] as Parameter[]),
    new Map([["ann", [a, b]], ["ben", [b, c]]] as [string, Parameter[]][]),
  );
});

Deno.test("ParameterState.changed() tells nobody of what is removed", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a", "b"]);
  state.changed([{ name: "a", value: 1 }]);
  assertEquals([...state.changed([{ name: "a" }])], []);
  assertEquals([...state.changed([{ name: "a" }, { name: "b", value: 2 }])], [["ann", [{ name: "b", value: 2 }]]]);
});

Deno.test("ParameterState.changed() takes null for no value", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a"]);
  state.changed([{ name: "a", value: 1 }]);
  assertEquals([...state.changed(untyped([{ name: "a", value: null }]))], []);
  assertEquals([...state.knownNames], []);
});

Deno.test("ParameterState.changed() changes nothing when one of the values cannot be sent", () => {
  const state = new ParameterState<string>();
  state.changed([{ name: "old", value: 1 }]);
  for (const value of [NaN, Infinity, 1n, new Date(), [undefined], { when: null }, () => 1]) {
    assertThrows(
      () => state.changed(untyped([{ name: "new", value: 1 }, { name: "old" }, { name: "bad", value }])),
      TypeError,
      "parameters[2].value must be",
    );
    assertEquals([...state.knownNames], ["old"]);
  }
  assertThrows(
    () => state.changed(untyped([{ name: "new", type: "float64", value: "1" }])),
    TypeError,
    "parameters[0].value must be a number",
  );
  assertThrows(() => state.changed(untyped([{ name: 5, value: 1 }])), TypeError, "parameters[0].name must be");
  assertThrows(() => state.changed(untyped([null])), TypeError, "parameters[0] must be an object");
  assertThrows(() => state.changed(untyped("a")), TypeError, "parameters must be an array");
  assertEquals([...state.knownNames], ["old"]);
});

Deno.test("ParameterState takes __proto__ for a name like any other", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["__proto__"]);
  const parameters = [{ name: "__proto__", value: 1 }, { name: "constructor", value: 2 }];
  assertEquals([...state.changed(parameters)], [["ann", [{ name: "__proto__", value: 1 }]]]);
  assertEquals([...state.knownNames], ["__proto__", "constructor"]);
});

Deno.test("withValue() leaves out the parameters that are not set", () => {
  const set: Parameter[] = [{ name: "a", value: 0 }, { name: "b", value: "", type: "byte_array" }];
  assertEquals(withValue([{ name: "x" }, ...set, { name: "y", type: "float64" }]), set);
  assertEquals(withValue(untyped([{ name: "x", value: null }, { name: "y", value: undefined }])), []);
});
