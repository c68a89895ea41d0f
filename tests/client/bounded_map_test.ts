import { assertEquals } from "@std/assert/equals";
import { approximateBytes, BoundedMap } from "../../src/client/bounded_map.ts";

function newMap(maxKept: number, maxKeptBytes = Infinity) {
  const counter = { full: 0 };
  const map = new BoundedMap<string, string>({ maxKept, maxKeptBytes }, () => counter.full += 1);
  return { map, counter };
}

Deno.test("BoundedMap.set() rejects entries beyond maxKept, but replaces existing entries", () => {
  const { map, counter } = newMap(2);
  assertEquals(["a", "b", "c", "a"].map((key) => map.set(key, `${key}!`)), [true, true, false, true]);
  assertEquals([[...map.entries.keys()], counter.full], [["a", "b"], 1]);
  assertEquals([map.delete("a"), map.delete("a"), map.set("c", "!")], ["a!", undefined, true]);
  assertEquals([[...map.entries.keys()], counter.full], [["b", "c"], 1]);
  map.clear();
  assertEquals([map.entries.size, map.set("x", ""), map.set("y", "")], [0, true, true]);
});

Deno.test("BoundedMap.set() rejects entries beyond maxKeptBytes, and deletes the outdated entry", () => {
  const text = (length: number) => "x".repeat(length);
  const { map, counter } = newMap(100, 3 * approximateBytes(text(100)));
  for (const key of ["a", "b", "c"]) assertEquals(map.set(key, text(100)), true);
  assertEquals(map.set("b", text(100)), true);
  assertEquals([map.set("d", ""), counter.full], [false, 1]);
  // The rejected value's old entry is deleted, which frees its bytes.
  assertEquals([map.set("b", text(101)), [...map.entries.keys()]], [false, ["a", "c"]]);
  assertEquals([map.set("d", text(100)), map.set("e", "")], [true, false]);
  map.delete("a");
  assertEquals(map.set("e", text(100)), true);
  map.clear();
  assertEquals(map.set("f", text(300)), true);
});

Deno.test("approximateBytes() counts text and bytes at any depth", () => {
  const grown = (make: (text: string) => unknown) =>
    approximateBytes(make("x".repeat(1000))) - approximateBytes(make(""));
  assertEquals([
    grown((text) => text),
    grown((text) => [text, 1, null, true, 5n, undefined]),
    grown((text) => ({ a: [{ b: text }] })),
    grown((text) => ({ [text]: 1 })),
    grown((text) => new Uint8Array(text.length)),
  ], [1000, 1000, 1000, 1000, 1000]);
  assertEquals(approximateBytes(new Array(1000).fill(0)) >= 8000, true);
});
