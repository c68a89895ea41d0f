// The types of a parameter store. This file is only checked, never run.

import type * as nodeFs from "node:fs";
import type * as nodePath from "node:path";
import type * as nodeUrl from "node:url";
import type { ClientInfo, ParameterDefinitions, ParameterStore, ParameterValue, ParameterValueOf } from "../../mod.ts";
import type { Files } from "../../src/server/parameters/file_system.ts";
import { openParameters } from "../../src/server/parameters/open_parameters.ts";
import type { ParameterStoreParts } from "../../src/server/parameters/parameter_owner.ts";

declare const parts: ParameterStoreParts;

/** Compiles only if both types are the same. */
function same<Expected>(): <Actual>(value: Actual) => Equal<Expected, Actual> {
  return () => undefined as never;
}
type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

const { store } = openParameters({
  "/pid/kp": { value: 1.5, min: 0, max: 10, step: 0.1, description: "The gain" },
  "/mode": { value: "auto", oneOf: ["auto", "manual"] },
  "/rate": { value: 10, oneOf: [10, 50, 100] },
  "/serial": { value: "A17", readOnly: true },
  "/enabled": { value: true },
  "/id": { value: 5n },
  "/key": { value: "3q0=", type: "byte_array" },
  "/gains": { value: [1, 2.5, 3] },
  "/names": { value: ["a", "b"] },
  "/mixed": { value: [1, "a"] },
  "/anything": { value: [] },
  "/limits": { value: { speed: 1, axes: [{ name: "x", max: 2 }] } },
  "/notes": { value: {} },
}, parts);

// Literals are widened, and oneOf gives the union.
const types: readonly true[] = [
  same<number>()(store.get("/pid/kp")),
  same<"auto" | "manual">()(store.get("/mode")),
  same<10 | 50 | 100>()(store.get("/rate")),
  same<string>()(store.get("/serial")),
  same<boolean>()(store.get("/enabled")),
  same<bigint>()(store.get("/id")),
  same<string>()(store.get("/key")),
  same<readonly number[]>()(store.get("/gains")),
  same<readonly string[]>()(store.get("/names")),
  same<readonly (number | string)[]>()(store.get("/mixed")),
  same<readonly ParameterValue[]>()(store.get("/anything")),
  same<{ readonly speed: number; readonly axes: readonly { readonly name: string; readonly max: number }[] }>()(
    store.get("/limits"),
  ),
  same<{ readonly [key: string]: ParameterValue }>()(store.get("/notes")),
  same<"The gain">()(store.definitions["/pid/kp"].description),
];
void types;
// @ts-expect-error: same() notices a different type
const different: true = same<string>()(store.get("/pid/kp"));
void different;

store.set("/pid/kp", 2);
store.set("/mode", "manual");
store.set("/gains", []);
store.set("/limits", { speed: 2, axes: [] });
store.set("/serial", "B2");

// @ts-expect-error: no such parameter
store.get("/pid/ki");
// @ts-expect-error: no such parameter
store.set("/pid/ki", 1);
// @ts-expect-error: not a number
store.set("/pid/kp", "2");
// @ts-expect-error: not one of the options
store.set("/mode", "fast");
// @ts-expect-error: not one of the options
store.set("/rate", 20);
// @ts-expect-error: not a bigint
store.set("/id", 5);
// @ts-expect-error: not an array of numbers
store.set("/gains", ["a"]);
// @ts-expect-error: a member is missing
store.set("/limits", { speed: 2 });
// @ts-expect-error: values are frozen
store.get("/gains").push(1);
// @ts-expect-error: no such parameter
store.onChange("/pid/ki", () => {});

store.onChange("/pid/kp", (value, change) => {
  const all: [number, number, "/pid/kp", "program" | ClientInfo] = [value, change.previous, change.name, change.source];
  void all;
  // @ts-expect-error: the value is a number
  const text: string = value;
  void text;
})[Symbol.dispose]();
store.onChange("/mode", async (value) => void await Promise.resolve(value)).close();

for await (const change of store.changes({ signal: AbortSignal.abort() })) {
  if (change.name === "/pid/kp") {
    const value: number = change.value;
    void value;
    continue;
  }
  // @ts-expect-error: the value of another parameter may not be a number
  const value: number = change.value;
  void value;
  // @ts-expect-error: no such parameter
  if (change.name === "/pid/ki") break;
}

// @ts-expect-error: the definition has no value
openParameters({ "/a": { min: 1 } }, parts);
// @ts-expect-error: null is not a parameter value
openParameters({ "/a": { value: null } }, parts);
// @ts-expect-error: unknown type
openParameters({ "/a": { value: 1, type: "float32" } }, parts);
// @ts-expect-error: a file is a path or a URL
openParameters({ "/a": { value: 1 } }, parts, { file: 1 });

// Definitions that are not literals: the values have the types of their variables.
interface Config extends ParameterDefinitions {
  speed: { value: number };
}
const config: Config = { speed: { value: 1 } };
const speed: number = openParameters(config, parts).store.get("speed");
void speed;
// Any store: its values may have any type.
declare const anyStore: ParameterStore;
const anyValue: ParameterValue = anyStore.get("any");
void anyValue;
const widened: ParameterValueOf<{ value: 1 }> = 2;
void widened;

// The functions of Node have the types that parameter files expect.
declare const node: { fs: typeof nodeFs; path: typeof nodePath; url: typeof nodeUrl };
const files: Files = node;
void files;
