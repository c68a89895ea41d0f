// ParameterState: which parameters are known, and which clients get a change.

import { assertEquals } from "@std/assert/equals";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { writeParameters } from "../../src/protocol/written_parameters.ts";
import { ParameterState } from "../../src/session/parameter_state.ts";

/** Changes parameters. Returns the new values for each client. */
function change(state: ParameterState<string>, parameters: readonly Parameter[]): [string, Parameter[]][] {
  const changes = state.changed(writeParameters(parameters).written);
  return [...changes].map(([client, list]) => [client, list.map(({ json }) => JSON.parse(json))]);
}

Deno.test("ParameterState.changed() adds a name at its first value, and deletes it when the parameter is removed", () => {
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

Deno.test("ParameterState.changed() accepts falsy values", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["zero", "no", "empty"]);
  const parameters = [{ name: "zero", value: 0 }, { name: "no", value: false }, { name: "empty", value: "" }];
  assertEquals(change(state, parameters), [["ann", parameters]]);
  assertEquals([...state.knownNames], ["zero", "no", "empty"]);
});

Deno.test("ParameterState.changed() returns for each client the parameters that it watches, in the order of the change", () => {
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

Deno.test("ParameterState.changed() returns no removed parameters", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a", "b"]);
  change(state, [{ name: "a", value: 1 }]);
  assertEquals(change(state, [{ name: "a" }]), []);
  assertEquals(change(state, [{ name: "a" }, { name: "b", value: 2 }]), [["ann", [{ name: "b", value: 2 }]]]);
});

Deno.test("ParameterState.changed() treats null as no value", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a"]);
  change(state, [{ name: "a", value: 1 }]);
  assertEquals(change(state, [{ name: "a", value: null } as unknown as Parameter]), []);
  assertEquals([...state.knownNames], []);
});

Deno.test("ParameterState.changed() adds a parameter whose value cannot be sent, and does not return it", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["a", "b"]);
  assertEquals(change(state, [{ name: "a", value: NaN }, { name: "b", value: [NaN] }]), [
    ["ann", [{ name: "b", value: [null] as unknown as number[] }]],
  ]);
  assertEquals([...state.knownNames], ["a", "b"]);
});

Deno.test("ParameterState treats __proto__ as an ordinary name", () => {
  const state = new ParameterState<string>();
  state.watched.add("ann", ["__proto__"]);
  const parameters = [{ name: "__proto__", value: 1 }, { name: "constructor", value: 2 }];
  assertEquals(change(state, parameters), [["ann", [{ name: "__proto__", value: 1 }]]]);
  assertEquals([...state.knownNames], ["__proto__", "constructor"]);
});
