// Shrinking: of lists whose culprits are known.

import { assertEquals } from "@std/assert/equals";
import { shrink } from "./shrink.ts";

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

Deno.test("shrink() keeps what the failure needs, in its order", async () => {
  const fails = (items: readonly number[]) => items.indexOf(93) > items.indexOf(7) && items.includes(7);
  assertEquals(await shrink(NUMBERS, fails), [7, 93]);
});

Deno.test("shrink() leaves out what another item only made necessary", async () => {
  // 3 needs 4 while 5 is there, which goes after 4 was tried.
  const fails = (items: readonly number[]) => items.includes(3) && (items.includes(4) || !items.includes(5));
  assertEquals(await shrink([3, 4, 5], fails), [3]);
});

Deno.test("shrink() waits for a verdict that takes its time", async () => {
  assertEquals(await shrink(NUMBERS, (items) => Promise.resolve(items.includes(50))), [50]);
});

Deno.test("shrink() leaves nothing where nothing is needed", async () => {
  assertEquals(await shrink(NUMBERS, () => true), []);
  assertEquals(await shrink([], () => true), []);
});

Deno.test("shrink() gives up after so many tries, with what it has", async () => {
  let tries = 0;
  const kept = await shrink(NUMBERS, (items) => (tries += 1, items.includes(99)), 1);
  assertEquals([kept.length, tries], [50, 1]);
});
