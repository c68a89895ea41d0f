// shrink() with lists in which the causes of the failure are known.

import { assertEquals } from "@std/assert/equals";
import { shrink } from "./shrink.ts";

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

Deno.test("shrink() keeps the items that the failure needs, in order", async () => {
  const fails = (items: readonly number[]) => items.indexOf(93) > items.indexOf(7) && items.includes(7);
  assertEquals(await shrink(NUMBERS, fails), [7, 93]);
});

Deno.test("shrink() removes an item that is only needed by another removed item", async () => {
  // While 5 is in the list, the failure needs 4. shrink() removes 5 after it has tried 4.
  const fails = (items: readonly number[]) => items.includes(3) && (items.includes(4) || !items.includes(5));
  assertEquals(await shrink([3, 4, 5], fails), [3]);
});

Deno.test("shrink() waits for an asynchronous check", async () => {
  assertEquals(await shrink(NUMBERS, (items) => Promise.resolve(items.includes(50))), [50]);
});

Deno.test("shrink() returns an empty list if the failure needs no item", async () => {
  assertEquals(await shrink(NUMBERS, () => true), []);
  assertEquals(await shrink([], () => true), []);
});

Deno.test("shrink() returns the shortest list so far after maxTries", async () => {
  let tries = 0;
  const kept = await shrink(NUMBERS, (items) => (tries += 1, items.includes(99)), 1);
  assertEquals([kept.length, tries], [50, 1]);
});
