// ParameterOwner: what clients read and set.

import { assertEquals } from "@std/assert/equals";
import type { Parameter } from "../../../mod.ts";
import { CLIENT, openStore } from "./fixture.ts";

const DEFINITIONS = {
  "/pid/kp": { value: 1.5, min: 0, max: 10 },
  "/count": { value: 1 },
  "/id": { value: 5n },
  "/mode": { value: "auto", oneOf: ["auto", "manual"] },
  "/serial": { value: "A17", readOnly: true },
  "/key": { value: "3q0=", type: "byte_array" },
  "/gains": { value: [1.5, 2] },
  "/limits": { value: { speed: 1 } },
  "/arm/controller/pid/ki": { value: 1, max: 10 },
} as const;

Deno.test("ParameterOwner.read() returns known parameters once, with their types", () => {
  const { owner } = openStore(DEFINITIONS);
  assertEquals(owner.names(), Object.keys(DEFINITIONS));
  assertEquals([owner.has("/id"), owner.has("/ki")], [true, false]);
  assertEquals(owner.read(["/gains", "/ki", "/id", "/gains"]), [
    { name: "/gains", value: [1.5, 2], type: "float64_array" },
    { name: "/id", value: 5n },
  ]);
});

Deno.test("ParameterOwner.write() sets the values that are allowed, and refuses the others", () => {
  const { store, write, pushed } = openStore(DEFINITIONS);
  const { accepted, refused } = write(
    { name: "/pid/kp", value: 2 },
    { name: "/serial", value: "B2" },
    { name: "/mode", value: "manual" },
    { name: "/count", value: "2" },
  );
  const set: Parameter[] = [
    { name: "/pid/kp", value: 2, type: "float64" },
    { name: "/mode", value: "manual" },
  ];
  assertEquals(accepted, set);
  assertEquals(refused, [
    { name: "/serial", why: '"/serial": read-only' },
    { name: "/count", why: '"/count": not a number' },
  ]);
  assertEquals(pushed, [set]);
  assertEquals([store.get("/pid/kp"), store.get("/serial"), store.get("/count")], [2, "A17", 1]);
});

Deno.test("ParameterOwner.write() accepts equal values without a push, and the last of several values", () => {
  const { write, pushed, store } = openStore(DEFINITIONS);
  const seen: number[] = [];
  store.onChange("/count", (value) => void seen.push(value));
  const { accepted } = write(
    { name: "/count", value: 2 },
    { name: "/pid/kp", value: 1.5 },
    { name: "/count", value: 3 },
  );
  assertEquals(accepted, [{ name: "/count", value: 3 }, { name: "/pid/kp", value: 1.5, type: "float64" }]);
  assertEquals([pushed, seen], [[[{ name: "/count", value: 3 }]], [2, 3]]);
  write({ name: "/count", value: 3 });
  write({ name: "/mode", value: "fast" });
  assertEquals(pushed.length, 1);
});

Deno.test("ParameterOwner.write() responds before pushes and callbacks, so that newer values come later", () => {
  const { owner, store, pushed } = openStore(DEFINITIONS);
  const order: unknown[] = [];
  store.onChange("/count", (value) => {
    order.push(`callback ${value}`);
    if (value === 2) store.set("/count", 3);
  });
  owner.write([{ name: "/count", value: 2 }], CLIENT, ({ accepted }) => {
    order.push(["response", accepted[0]?.value, store.get("/count"), pushed.length]);
  });
  assertEquals(order, [["response", 2, 2, 0], "callback 2", "callback 3"]);
  assertEquals(pushed.map(([parameter]) => parameter?.value), [2, 3]);
});

const accepted: [name: keyof typeof DEFINITIONS, given: Omit<Parameter, "name">, value: unknown][] = [
  ["/pid/kp", { value: 3, type: "float64" }, 3],
  ["/pid/kp", { value: 3n }, 3],
  ["/count", { value: 2.5 }, 2.5],
  ["/count", { value: 2n ** 60n }, 2 ** 60],
  ["/id", { value: 7 }, 7n],
  ["/id", { value: 2n ** 63n }, 2n ** 63n],
  ["/key", { value: "AAAA", type: "byte_array" }, "AAAA"],
  ["/key", { value: "AAAA" }, "AAAA"],
  ["/gains", { value: [1, 2, 3n] }, [1, 2, 3]],
  ["/limits", { value: { speed: 2 } }, { speed: 2 }],
];
for (const [name, given, value] of accepted) {
  Deno.test(`ParameterOwner.write() accepts ${Deno.inspect(given)} for "${name}"`, () => {
    const { store, write } = openStore(DEFINITIONS);
    assertEquals(write({ name, ...given }).refused, []);
    assertEquals<unknown>(store.get(name), value);
  });
}

const refused: [name: string, given: Omit<Parameter, "name">, why: string][] = [
  ["/pid/kp", { value: 12 }, '"/pid/kp": above 10'],
  ["/pid/kp", { value: -1 }, '"/pid/kp": below 0'],
  ["/pid/kp", { value: "2" }, '"/pid/kp": not a number'],
  ["/pid/kp", {}, '"/pid/kp": cannot be unset'],
  ["/count", { value: 2n ** 53n + 1n }, '"/count": not exact as a number'],
  ["/id", { value: 1.5 }, '"/id": not an integer'],
  ["/mode", { value: "fast" }, '"/mode": not one of "auto", "manual"'],
  ["/mode", { value: "auto", type: "byte_array" }, '"/mode": bytes, not text'],
  ["/serial", { value: "A17" }, '"/serial": read-only'],
  ["/serial", {}, '"/serial": read-only'],
  ["/key", { value: "3q0" }, '"/key": not base64'],
  ["/gains", { value: [1, true] }, '"/gains": [1] is not a number'],
  ["/gains", { value: 1 }, '"/gains": not an array'],
  ["/limits", { value: {} }, '"/limits": speed is missing'],
  ["/ki", { value: 1 }, '"/ki": no such parameter'],
  // Apps show 28 characters, so the reason comes before a long name.
  ["/arm/controller/pid/ki", { value: 11 }, 'above 10: "/arm/controller/pid/ki"'],
];
for (const [name, given, why] of refused) {
  Deno.test(`ParameterOwner.write() refuses ${Deno.inspect(given)} for "${name}"`, () => {
    const { owner, write, pushed } = openStore(DEFINITIONS);
    const before = owner.read([name]);
    assertEquals(write({ name, ...given }), { accepted: [], refused: [{ name, why }] });
    assertEquals([owner.read([name]), pushed], [before, []]);
  });
}
