// ParameterStore: get, set and observe values, by the program and by clients.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { ParameterChange, ParameterStore } from "../../../mod.ts";
import { CLIENT, openStore } from "./fixture.ts";

const DEFINITIONS = {
  "/pid/kp": { value: 1.5, min: 0, max: 10, step: 0.1 },
  "/mode": { value: "auto", oneOf: ["auto", "manual"] },
  "/serial": { value: "A17", readOnly: true },
  "/id": { value: 5n },
  "/key": { value: "3q0=", type: "byte_array" },
  "/gains": { value: [1, 2] },
  "/limits": { value: { speed: 1 } },
} as const;

/** The store as a JavaScript program sees it. */
function untyped(store: unknown): ParameterStore {
  return store as ParameterStore;
}

Deno.test("ParameterStore.get() returns the default until the value is set", () => {
  const { store } = openStore(DEFINITIONS);
  assertEquals(store.get("/pid/kp"), 1.5);
  store.set("/pid/kp", 2);
  assertEquals(store.get("/pid/kp"), 2);
  assertEquals(store.get("/mode"), "auto");
});

Deno.test("ParameterStore.set() pushes the parameter with its type, but not an equal value", () => {
  const { store, pushed } = openStore(DEFINITIONS);
  store.set("/pid/kp", 2);
  store.set("/pid/kp", 2);
  store.set("/limits", { speed: 1 });
  store.set("/gains", [1, 2]);
  store.set("/key", "AAAA");
  assertEquals(pushed, [
    [{ name: "/pid/kp", value: 2, type: "float64" }],
    [{ name: "/key", value: "AAAA", type: "byte_array" }],
  ]);
});

Deno.test("ParameterStore.set() is not bound by readOnly", () => {
  const { store, pushed } = openStore(DEFINITIONS);
  store.set("/serial", "B2");
  assertEquals([store.get("/serial"), pushed.length], ["B2", 1]);
});

const rejected: [name: string, value: unknown, ErrorClass: typeof TypeError | typeof RangeError, why: string][] = [
  ["/pid/kp", 12, RangeError, "12 is above 10"],
  ["/pid/kp", -1, RangeError, "-1 is below 0"],
  ["/pid/kp", NaN, RangeError, "NaN is not finite"],
  ["/pid/kp", 2n ** 63n - 1n, RangeError, "9223372036854775807 is not exact as a number"],
  ["/pid/kp", "2", TypeError, '"2" is not a number'],
  ["/pid/kp", undefined, TypeError, "undefined is not a number"],
  ["/mode", "fast", TypeError, '"fast" is not one of "auto", "manual"'],
  ["/mode", "f".repeat(100), TypeError, `"${"f".repeat(60)}…" is not one of "auto", "manual"`],
  ["/id", 1.5, TypeError, "1.5 is not an integer"],
  ["/key", "3q0", TypeError, '"3q0" is not base64'],
  ["/gains", [1, "2"], TypeError, "value[1] is not a number"],
  ["/limits", { speed: 1, more: 2 }, TypeError, "value.more is unknown"],
  ["/limits", new Map(), TypeError, "a Map is not an object"],
];
for (const [name, value, ErrorClass, why] of rejected) {
  Deno.test(`ParameterStore.set("${name}") rejects ${Deno.inspect(value)}`, () => {
    const { store, pushed } = openStore(DEFINITIONS);
    const before = untyped(store).get(name);
    const error = assertThrows(() => untyped(store).set(name, value as string), ErrorClass);
    assertEquals(error.message, `Cannot set parameter "${name}": ${why}`);
    assertEquals([untyped(store).get(name), pushed], [before, []]);
  });
}

Deno.test("ParameterStore: unknown names are a TypeError", () => {
  const store = untyped(openStore(DEFINITIONS).store);
  assertThrows(() => store.get("/kd"), TypeError, 'Cannot get parameter "/kd": no such parameter');
  assertThrows(() => store.set("/kd", 1), TypeError, 'Cannot set parameter "/kd": no such parameter');
  assertThrows(() => store.onChange("/kd", () => {}), TypeError, 'Cannot observe parameter "/kd": no such parameter');
  assertThrows(
    () => store.onChange("/mode", "callback" as unknown as () => void),
    TypeError,
    'Cannot observe parameter "/mode": the callback is a string, not a function',
  );
});

Deno.test("ParameterStore: neither values passed in nor values handed out can change the store", () => {
  const { store, owner } = openStore(DEFINITIONS);
  const gains = [3, 4];
  store.set("/gains", gains);
  gains.push(5);
  assertThrows(() => (store.get("/gains") as number[]).push(5), TypeError);
  assertThrows(() => (owner.read(["/gains"])[0]?.value as number[]).push(5), TypeError);
  assertEquals(store.get("/gains"), [3, 4]);
});

Deno.test("ParameterStore.onChange() gets changes by the program and by clients, after they are in force", () => {
  const { store, write, pushed } = openStore(DEFINITIONS);
  const seen: unknown[] = [];
  store.onChange("/pid/kp", (value, change) => seen.push([value, change, store.get("/pid/kp"), pushed.length]));
  store.set("/pid/kp", 2);
  store.set("/pid/kp", 2);
  store.set("/mode", "manual");
  write({ name: "/pid/kp", value: 3 });
  assertEquals(seen, [
    [2, { name: "/pid/kp", value: 2, previous: 1.5, source: "program" }, 2, 1],
    [3, { name: "/pid/kp", value: 3, previous: 2, source: CLIENT }, 3, 3],
  ]);
  assertStrictEquals((seen[1] as [number, ParameterChange])[1].source, CLIENT);
});

Deno.test("ParameterStore.onChange() is removed by close() and by Symbol.dispose, also when a call is queued", () => {
  const { store } = openStore(DEFINITIONS);
  const seen: string[] = [];
  const callback = (name: string) => (value: number) => {
    seen.push(`${name} ${value}`);
    if (value === 3) third.close();
  };
  const first = store.onChange("/pid/kp", callback("first"));
  const second = store.onChange("/pid/kp", callback("second"));
  store.set("/pid/kp", 2);
  first.close();
  first.close();
  second[Symbol.dispose]();
  store.onChange("/pid/kp", callback("fourth"));
  const third = store.onChange("/pid/kp", callback("third"));
  store.set("/pid/kp", 3);
  assertEquals(seen, ["first 2", "second 2", "fourth 3"]);
});

Deno.test("ParameterStore.onChange() logs callbacks that throw or reject, and calls the others", async () => {
  const { store, log } = openStore(DEFINITIONS);
  const seen: number[] = [];
  store.onChange("/pid/kp", () => {
    throw new Error("first");
  });
  store.onChange("/pid/kp", () => Promise.reject(new Error("second")));
  store.onChange("/pid/kp", (value) => void seen.push(value));
  store.set("/pid/kp", 2);
  await Promise.resolve();
  assertEquals(seen, [2]);
  const line = 'error: An onChange() callback of parameter "/pid/kp" failed';
  assertEquals(log, [line, line]);
});

Deno.test("ParameterStore.set() in a callback calls all callbacks in the order of the changes", () => {
  const { store, pushed } = openStore(DEFINITIONS);
  const seen: string[] = [];
  store.onChange("/pid/kp", (value) => {
    if (value < 4) store.set("/pid/kp", value + 1);
    seen.push(`first ${value}`);
  });
  store.onChange("/pid/kp", (value, { previous }) => void seen.push(`second ${previous} to ${value}`));
  store.set("/pid/kp", 3);
  assertEquals(seen, ["first 3", "second 1.5 to 3", "first 4", "second 3 to 4"]);
  assertEquals(pushed.map(([parameter]) => parameter?.value), [3, 4]);
});

Deno.test("ParameterStore.onChange() runs after the current work of the server", () => {
  const { store, calls } = openStore(DEFINITIONS);
  const seen: string[] = [];
  store.onChange("/pid/kp", () => void seen.push("callback"));
  calls.run(() => {
    store.set("/pid/kp", 2);
    seen.push(`work with ${store.get("/pid/kp")}`);
  });
  assertEquals(seen, ["work with 2", "callback"]);
});

Deno.test("ParameterStore.changes() yields changes from the call on, and ends when the loop ends", async () => {
  const { store, write } = openStore(DEFINITIONS);
  store.set("/pid/kp", 2);
  const changes = store.changes();
  store.set("/pid/kp", 3);
  write({ name: "/mode", value: "manual" });
  const seen: unknown[] = [];
  for await (const change of changes) {
    seen.push(change);
    if (change.name === "/mode") break;
  }
  assertEquals(seen, [
    { name: "/pid/kp", value: 3, previous: 2, source: "program" },
    { name: "/mode", value: "manual", previous: "auto", source: CLIENT },
  ]);
  store.set("/pid/kp", 4);
  assertEquals(await changes.next(), { done: true, value: undefined });
});

Deno.test("ParameterStore.changes() passes a change to a loop that waits", async () => {
  const { store } = openStore(DEFINITIONS);
  const changes = store.changes();
  const next = [changes.next(), changes.next()];
  store.set("/pid/kp", 3);
  store.set("/pid/kp", 4);
  const seen = (await Promise.all(next)).map(({ value }) => [value?.previous, value?.value]);
  assertEquals(seen, [[1.5, 3], [3, 4]]);
  changes.close();
});

Deno.test("ParameterStore.changes() keeps only the newest unread change of each parameter", async () => {
  const { store, write } = openStore(DEFINITIONS);
  const changes = store.changes();
  store.set("/pid/kp", 2);
  store.set("/mode", "manual");
  write({ name: "/pid/kp", value: 3 });
  store.set("/serial", "B2");
  store.set("/serial", "A17");
  const { value: first } = await changes.next();
  const { value: second } = await changes.next();
  assertEquals([first?.name, first?.value], ["/mode", "manual"]);
  // The previous value is the one that the loop has seen last.
  assertEquals(second, { name: "/pid/kp", value: 3, previous: 1.5, source: CLIENT });
  // The serial number is the same again, so the loop waits.
  const waiting = changes.next();
  store.set("/serial", "C3");
  assertEquals((await waiting).value, { name: "/serial", value: "C3", previous: "A17", source: "program" });
  await changes[Symbol.asyncDispose]();
});

Deno.test("ParameterStore.changes() rejects once with the reason of its signal", async () => {
  const { store } = openStore(DEFINITIONS);
  const abort = new AbortController();
  const { signal } = abort;
  const [waits, unread] = [store.changes({ signal }), store.changes({ signal })];
  const next = waits.next();
  store.set("/pid/kp", 2);
  await next;
  const last = waits.next();
  abort.abort(new Error("enough"));
  await assertRejects(() => last, Error, "enough");
  assertEquals(await waits.next(), { done: true, value: undefined });
  assertEquals((await unread.next()).value?.value, 2);
  await assertRejects(() => unread.next(), Error, "enough");
  assertEquals(await unread.next(), { done: true, value: undefined });
  assertThrows(() => store.changes({ signal }), Error, "enough");
});

Deno.test("ParameterOwner.close() ends loops after their unread changes, and stops pushes", async () => {
  const { store, owner, pushed } = openStore(DEFINITIONS);
  const [waits, unread] = [store.changes(), store.changes()];
  const seen: number[] = [];
  store.onChange("/pid/kp", (value) => void seen.push(value));
  store.set("/pid/kp", 2);
  await waits.next();
  const last = waits.next();
  await owner.close();
  assertEquals(await last, { done: true, value: undefined });
  assertEquals((await unread.next()).value?.value, 2);
  assertEquals(await unread.next(), { done: true, value: undefined });
  assertEquals(await store.changes().next(), { done: true, value: undefined });
  store.set("/pid/kp", 3);
  assertEquals([store.get("/pid/kp"), seen, pushed.length], [3, [2, 3], 1]);
  await owner.close();
  await store.flush();
});
