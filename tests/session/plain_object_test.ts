// membersOf(): which objects it reads, and which it rejects.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { runInNewContext } from "node:vm";
import { membersOf } from "../../src/session/plain_object.ts";

const read = (value: unknown) => membersOf(value, ["one", "two"], "Cannot read");

const READABLE: Readonly<Record<string, object>> = {
  "a literal": { one: 1 },
  "a frozen literal": Object.freeze({ one: 1 }),
  "JSON": JSON.parse('{"one":1}'),
  "an object without a prototype": Object.assign(Object.create(null), { one: 1 }),
  "a literal of another realm": runInNewContext("({ one: 1 })"),
  "a literal with a getter": {
    get one() {
      return 1;
    },
  },
  "a Proxy that changes nothing": new Proxy({ one: 1 }, {}),
};

for (const [what, value] of Object.entries(READABLE)) {
  Deno.test(`membersOf() reads ${what}`, () => assertEquals([...read(value)], [["one", 1]]));
}

Deno.test("membersOf() reads an empty object", () => assertEquals([...read({})], []));

Deno.test("membersOf() reads each member once", () => {
  const values = [1, 2];
  const changing = {
    get one() {
      return values.shift();
    },
  };
  assertEquals([...read(changing)], [["one", 1]]);
  assertEquals(values, [2]);
});

class Inheriting {
  get one(): number {
    return 1;
  }
}

const NOT_PLAIN: Readonly<Record<string, unknown>> = {
  "undefined": undefined,
  "null": null,
  "text": "one",
  "a function": () => {},
  "an array": [],
  "an array with the prototype of objects": Object.setPrototypeOf([], Object.prototype),
  "a Map": new Map([["one", 1]]),
  "an Error": new Error("denied"),
  "a Date": new Date(0),
  "a Promise": Promise.resolve({ one: 1 }),
  "an instance with a getter": new Inheriting(),
  "an instance with a member": Object.assign(new Inheriting(), { two: 2 }),
  "inherited members that are not enumerable": Object.create(
    Object.defineProperties(Object.create(null), { hasOwnProperty: { value: () => true }, one: { value: 1 } }),
  ),
  "inherited members": Object.create({ one: 1 }),
  "inherited members without a prototype": Object.create(Object.assign(Object.create(null), { one: 1 })),
  "an array of another realm": runInNewContext("[]"),
  "an Error of another realm": runInNewContext("new Error('denied')"),
  "the arguments of a call": (function (..._all: unknown[]) {
    return arguments;
  })(1),
};

for (const [what, value] of Object.entries(NOT_PLAIN)) {
  Deno.test(`membersOf() rejects ${what}`, () => {
    assertThrows(() => read(value), TypeError, "Cannot read: ");
  });
}

const UNKNOWN: Readonly<Record<string, object>> = {
  "a misspelled member": { One: 1 },
  "a member that is not enumerable": Object.defineProperty({ one: 1 }, "three", { value: 3 }),
  "a symbol": { [Symbol("one")]: 1 },
  "a member __proto__": JSON.parse('{"__proto__":{"one":1}}'),
};

for (const [what, value] of Object.entries(UNKNOWN)) {
  Deno.test(`membersOf() rejects ${what}, and its error contains the name`, () => {
    assertThrows(() => read(value), TypeError, "Cannot read: unknown member");
  });
}

const HIDDEN: Readonly<Record<string, object>> = {
  "a member that is undefined": { one: undefined },
  "a getter that returns undefined": {
    get one() {
      return undefined;
    },
  },
  "a Proxy that returns a member that it does not list": new Proxy({}, { get: () => 1 }),
  "a Proxy that hides a member": new Proxy({ one: 1 }, { ownKeys: () => [] }),
  "a Proxy that lists a member without a value": new Proxy({ one: 1 }, { get: () => undefined }),
};

for (const [what, value] of Object.entries(HIDDEN)) {
  Deno.test(`membersOf() rejects ${what}`, () => {
    assertThrows(() => read(value), TypeError, 'Cannot read: "one" is');
  });
}

Deno.test("membersOf() rethrows the error of a getter or of a Proxy", () => {
  const failing = {
    get one() {
      throw new RangeError("no value");
    },
  };
  assertThrows(() => read(failing), RangeError, "no value");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertThrows(() => read(proxy), TypeError);
});
