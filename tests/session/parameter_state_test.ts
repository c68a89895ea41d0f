// Which parameters are known, and who is told of a change.

import { assertEquals } from "@std/assert/equals";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { writeParameters } from "../../src/protocol/written_parameters.ts";
import { ParameterState } from "../../src/session/parameter_state.ts";

/** Changes parameters. Returns what each client is told. */
function change(state: ParameterState<string>, parameters: readonly Parameter[]): [string, Parameter[]][] {
  const news = state.changed(writeParameters(parameters).written);
  return [...news].map(([client, list]) => [client, list.map(({ json }) => JSON.parse(json))]);
}

Deno.test("ParameterState.changed() knows a name from its first value until it is removed", () => {
  const state = new ParameterState<string>();
  assertEquals([...state.knownNames], []);
  change(state, [{ name: "a", value: 1 }, { name: "b", value: 2 }]);
  change(state, [{ name: "a", value: 3 }]);
  assertEquals([...state.knownNames], ["a", "b"]);
  change(state, [{ name: "a" }]);
  assertEquals([...state.knownNames], ["b"]);
  change(state, [{ name: "a", value: 4 }]);
  assertEquals([...state.knownNames], ["b", "a"]);
});

Deno.test("ParameterState.changed() takes values that are falsy for values", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["zero", "no", "empty"]);
  const parameters = [{ name: "zero", value: 0 }, { name: "no", value: false }, { name: "empty", value: "" }];
  assertEquals(change(state, parameters), [["ann", parameters]]);
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
    change(state, [a, b, c] as Parameter[]),
    [["ann", [a, b]], ["ben", [b, c]]] as [string, Parameter[]][],
  );
});

Deno.test("ParameterState.changed() tells nobody of what is removed", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a", "b"]);
  change(state, [{ name: "a", value: 1 }]);
  assertEquals(change(state, [{ name: "a" }]), []);
  assertEquals(change(state, [{ name: "a" }, { name: "b", value: 2 }]), [["ann", [{ name: "b", value: 2 }]]]);
});

Deno.test("ParameterState.changed() takes null for no value", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a"]);
  change(state, [{ name: "a", value: 1 }]);
  assertEquals(change(state, [{ name: "a", value: null } as unknown as Parameter]), []);
  assertEquals([...state.knownNames], []);
});

Deno.test("ParameterState.changed() knows a parameter whose value cannot be sent, and tells nobody of it", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a", "b"]);
  assertEquals(change(state, [{ name: "a", value: NaN }, { name: "b", value: [NaN] }]), [
    ["ann", [{ name: "b", value: [null] as unknown as number[] }]],
  ]);
  assertEquals([...state.knownNames], ["a", "b"]);
});

Deno.test("ParameterState takes __proto__ for a name like any other", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["__proto__"]);
  const parameters = [{ name: "__proto__", value: 1 }, { name: "constructor", value: 2 }];
  assertEquals(change(state, parameters), [["ann", [{ name: "__proto__", value: 1 }]]]);
  assertEquals([...state.knownNames], ["__proto__", "constructor"]);
});
