// The JSON text of messages, compared with JSON.stringify().

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { toJsonText } from "../../src/codecs/json_text.ts";
import { Random } from "../protocol/random.ts";
import { randomObject } from "./random_values.ts";

const ROUNDS = 5000;

Deno.test("toJsonText() writes numbers that JSON does not have as JSON.stringify() does", () => {
  assertEquals(toJsonText({ a: NaN, b: [Infinity, -Infinity], c: -0 }), '{"a":null,"b":[null,null],"c":0}');
});

Deno.test("toJsonText() writes bytes as base64 and typed arrays as numbers", () => {
  const message = { data: new Uint8Array([1, 2, 3]), ranges: new Float32Array([0.5, NaN]), time: new Date(0) };
  assertEquals(toJsonText(message), '{"data":"AQID","ranges":[0.5,null],"time":"1970-01-01T00:00:00.000Z"}');
});

Deno.test("toJsonText() leaves out members that are undefined, functions or symbols", () => {
  const message = { a: undefined, f: () => 5, s: Symbol("s"), list: [undefined, () => 5], n: null };
  assertEquals(toJsonText(message), '{"list":[null,null],"n":null}');
});

Deno.test("toJsonText() writes only own members of instances", () => {
  class Base {
    x = 1;
    #secret = 2;
    get secret(): number {
      return this.#secret;
    }
  }
  class Derived extends Base {
    y = [3];
  }
  assertEquals(toJsonText(new Derived()), '{"x":1,"y":[3]}');
  assertEquals(toJsonText(Object.create({ inherited: 5, method() {} }, {})), "{}");
});

Deno.test("toJsonText() rejects what JSON cannot express", () => {
  assertThrows(() => toJsonText({ pose: { x: new Map() } }), TypeError, `"pose.x" is a Map, which JSON cannot express`);
  assertThrows(() => toJsonText([1]), TypeError, "the value must be an object such as { value: 5 }, not an Array");
});

Deno.test("toJsonText() equals JSON.stringify() for values of JSON", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const message = randomObject(random, 4, false);
    // A date makes the value one that must be converted.
    const converted = { date: new Date(round), message };
    assertEquals(
      [toJsonText(message), toJsonText(converted)],
      [JSON.stringify(message), JSON.stringify(converted)],
      `seed ${seed}`,
    );
  }
});
