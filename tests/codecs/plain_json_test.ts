// Plain data: what is converted, and the errors for what JSON cannot express.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { bufferKind, toPlainJson } from "../../src/codecs/plain_json.ts";

class Pose {
  x = 1;
  y = { z: [2, "3", null, undefined] };
  get length(): number {
    return 1;
  }
}

function faultOf(value: unknown): string {
  return assertThrows(() => toPlainJson(value), TypeError).message;
}

Deno.test("toPlainJson() returns plain data itself", () => {
  const shared = { x: 1 };
  const values = [
    {},
    { a: 1, b: "text", c: true, d: null, e: undefined, f: NaN, g: Symbol("s") },
    { nested: { list: [1, [2, [{}]], null, undefined, "text"] } },
    { one: shared, other: shared, list: [shared, shared] },
    new Pose(),
    Object.assign(Object.create(null), { a: 1 }),
    { constructor: 5 },
    { constructor: {} },
    { toJSON: "not a function" },
    JSON.parse('{"__proto__":{"x":1}}'),
  ];
  for (const value of values) assertStrictEquals(toPlainJson(value), value);
});

Deno.test("toPlainJson() converts buffers and views to base64 or numbers", () => {
  const { buffer } = new Uint8Array([9, 1, 2, 3, 9]);
  const value = {
    bytes: new Uint8Array(buffer, 1, 3),
    buffer: new Uint8Array([1]).buffer,
    shared: new SharedArrayBuffer(1),
    view: new DataView(buffer, 1, 1),
    none: new Uint8Array(),
    list: [{ bytes: new Uint8Array([255]) }],
    floats: new Float32Array([0.5, NaN]),
    clamped: new Uint8ClampedArray([300]),
    lists: [new Int8Array([-1]), new Uint16Array()],
  };
  assertEquals(toPlainJson(value), {
    bytes: "AQID",
    buffer: "AQ==",
    shared: "AA==",
    view: "AQ==",
    none: "",
    list: [{ bytes: "/w==" }],
    floats: [0.5, NaN],
    clamped: [255],
    lists: [[-1], []],
  });
});

Deno.test("toPlainJson() with buffers to keep returns them unchanged", () => {
  const value = { bytes: new Uint8Array([1]), lists: [new Int8Array([-1])], time: new Date(0) };
  const plain = toPlainJson(value, "keep") as typeof value;
  assertStrictEquals(plain.bytes, value.bytes);
  assertStrictEquals(plain.lists[0], value.lists[0]);
  assertEquals(plain.time as unknown, "1970-01-01T00:00:00.000Z");
});

Deno.test("toPlainJson() converts bytes that have a toJSON(), such as those of Node", () => {
  class NodeBytes extends Uint8Array {
    toJSON(): unknown {
      return { type: "Buffer", data: [...this] };
    }
  }
  assertEquals(toPlainJson({ data: new NodeBytes([1, 2, 3]) }), { data: "AQID" });
});

Deno.test("toPlainJson() calls toJSON() with the name of the member, and converts the result", () => {
  const keys: unknown[] = [];
  const toJSON = (key: unknown) => {
    keys.push(key);
    return { bytes: new Uint8Array([1]) };
  };
  assertEquals(toPlainJson({ a: { toJSON }, list: [{ toJSON }] }), { a: { bytes: "AQ==" }, list: [{ bytes: "AQ==" }] });
  assertEquals(toPlainJson({ toJSON }), { bytes: "AQ==" });
  assertEquals(keys, ["a", "0", ""]);
});

Deno.test("toPlainJson() calls toJSON() of arrays and of instances", () => {
  class List extends Array<number> {
    toJSON(): unknown {
      return { count: this.length };
    }
  }
  class Temperature {
    toJSON(): unknown {
      return 20;
    }
  }
  assertEquals(toPlainJson({ list: List.from([1, 2]), value: new Temperature() }), { list: { count: 2 }, value: 20 });
});

Deno.test("toPlainJson() leaves out functions, and converts dates", () => {
  const value = { f: () => 1, list: [() => 1, Symbol("s")], now: new Date(0), never: new Date(NaN) };
  assertEquals(toPlainJson(value), { list: [undefined, undefined], now: "1970-01-01T00:00:00.000Z", never: null });
});

Deno.test("toPlainJson() copies a member with the name __proto__", () => {
  const value = Object.assign(JSON.parse('{"__proto__":{"x":1}}'), { bytes: new Uint8Array([1]) });
  assertEquals(JSON.stringify(toPlainJson(value)), '{"__proto__":{"x":1},"bytes":"AQ=="}');
});

Deno.test("toPlainJson() does not change the value", () => {
  const value = Object.freeze({ list: Object.freeze([new Date(0), 1]), bytes: new Uint8Array([1]) });
  toPlainJson(value);
  assertEquals(value, { list: [new Date(0), 1], bytes: new Uint8Array([1]) });
});

const NOT_JSON: Readonly<Record<string, unknown>> = {
  "a Map": new Map(),
  "a Set": new Set([1]),
  "a WeakMap": new WeakMap(),
  "an Error": Object.assign(new Error("with a member"), { code: 5 }),
  "a Promise": Promise.resolve(),
  "a RegExp": /x/,
  "a Number": new Number(5),
  "a String": new String("text"),
};

for (const [kind, value] of Object.entries(NOT_JSON)) {
  Deno.test(`toPlainJson() rejects ${kind} with its path`, () => {
    assertEquals(faultOf({ pose: { x: value } }), `"pose.x" is ${kind}, which JSON cannot express`);
    assertEquals(faultOf(value), `the value is ${kind}, which JSON cannot express`);
  });
}

Deno.test("toPlainJson() rejects bigints, and says what to do", () => {
  const advice = "which JSON cannot express: use { sec, nsec } for times, or Number()";
  assertEquals(faultOf({ stamp: 5n }), `"stamp" is a bigint, ${advice}`);
  assertEquals(faultOf({ list: [1, { id: 5n }] }), `"list[1].id" is a bigint, ${advice}`);
  assertEquals(faultOf({ ids: new BigInt64Array(2) }), `"ids" is a BigInt64Array, ${advice}`);
});

Deno.test("toPlainJson() rejects bytes in an array", () => {
  for (const bytes of [new Uint8Array(1), new ArrayBuffer(1), new DataView(new ArrayBuffer(1))]) {
    assertEquals(faultOf({ images: [bytes] }), `"images[0]" is bytes in an array, which apps cannot read`);
  }
});

Deno.test("toPlainJson() rejects detached buffers", () => {
  const buffer = new ArrayBuffer(8);
  const [bytes, floats] = [new Uint8Array(buffer), new Float32Array(buffer)];
  buffer.transfer();
  assertEquals(faultOf({ bytes }), `"bytes" is a detached Uint8Array`);
  assertEquals(faultOf({ floats }), `"floats" is a detached Float32Array`);
  assertEquals(faultOf({ buffer }), `"buffer" is a detached ArrayBuffer`);
});

const ROOTS: readonly [value: unknown, kind: string][] = [
  [5, "a number"],
  ["text", "a string"],
  [null, "null"],
  [undefined, "undefined"],
  [[{ a: 1 }], "an Array"],
  [() => ({}), "a function"],
  [new Date(), "a Date"],
  [new Uint8Array(1), "bytes"],
  [new ArrayBuffer(1), "bytes"],
  [new Float32Array(1), "a typed array"],
  [{ toJSON: () => [1] }, "an Object"],
];

for (const [value, kind] of ROOTS) {
  for (const buffers of ["convert", "keep"] as const) {
    Deno.test(`toPlainJson() rejects ${kind} as a message, with buffers to ${buffers}`, () => {
      assertThrows(
        () => toPlainJson(value, buffers),
        TypeError,
        `the value must be an object such as { value: 5 }, not ${kind}`,
      );
    });
  }
}

Deno.test("toPlainJson() rejects cycles", () => {
  const pose: Record<string, unknown> = { list: [] };
  pose.list = [{ parent: pose }];
  assertEquals(faultOf({ pose }), `"pose.list[0].parent" contains itself, which JSON cannot express`);
  const root: Record<string, unknown> = {};
  root.self = root;
  assertEquals(faultOf(root), `"self" contains itself, which JSON cannot express`);
});

Deno.test("toPlainJson() accepts 100 levels, and cuts the path of a deeper value", () => {
  const nested = (levels: number) => {
    let value = {};
    for (let level = 1; level < levels; level++) value = { abc: value };
    return value;
  };
  const fine = nested(100);
  assertStrictEquals(toPlainJson(fine), fine);
  assertEquals(toPlainJson({ ...fine, date: new Date(NaN) }), { ...fine, date: null });
  const expected = `"${"abc.".repeat(50)}…" is nested more than 100 levels deep`;
  for (const levels of [101, 100_000]) assertEquals(faultOf(nested(levels)), expected);
});

Deno.test("toPlainJson() ends when toJSON() returns ever new values", () => {
  const endless = (): object => ({ toJSON: () => ({ next: endless() }) });
  const { message } = assertThrows(() => toPlainJson(endless()), TypeError);
  assertEquals(message.endsWith("is nested more than 100 levels deep"), true, message);
});

Deno.test("toPlainJson() passes on errors of getters and toJSON() with the path", () => {
  const cause = new Error("boom");
  const fail = (): never => {
    throw cause;
  };
  const values: readonly [value: unknown, at: string][] = [
    [Object.defineProperty({}, "x", { get: fail, enumerable: true }), '"pose[1].x"'],
    [{ toJSON: fail }, '"pose[1]"'],
    [Object.defineProperty({}, "toJSON", { get: fail, enumerable: true }), '"pose[1]"'],
    [new Proxy({}, { ownKeys: fail }), '"pose[1]"'],
  ];
  for (const [value, at] of values) {
    const error = assertThrows(() => toPlainJson({ pose: [1, value] }), TypeError);
    assertEquals([error.message, error.cause], [`${at} threw an error while it was read`, cause]);
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(faultOf({ proxy }), `"proxy" threw an error while it was read`);
  assertEquals(faultOf(proxy), "the value threw an error while it was read");
});

Deno.test("toPlainJson() passes on a TypeError that the program throws as the cause", () => {
  const cause = new TypeError("boom");
  const value = {
    toJSON() {
      throw cause;
    },
  };
  assertStrictEquals(assertThrows(() => toPlainJson({ value }), TypeError).cause, cause);
});

Deno.test("bufferKind() distinguishes bytes, numbers and other values", () => {
  const kinds = [new Uint8Array(1), new DataView(new ArrayBuffer(1)), new ArrayBuffer(1), new Int8Array(1), {}, [], 5];
  assertEquals(kinds.map(bufferKind), ["bytes", "bytes", "bytes", "numbers", undefined, undefined, undefined]);
});
