// Quantiles: by hand.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { median, quantile } from "./quantile.ts";

Deno.test("quantile() takes the neighbours' mix between two numbers", () => {
  const sorted = [1, 2, 3, 4, 5];
  assertEquals([0, 0.5, 0.875, 1].map((q) => quantile(sorted, q)), [1, 3, 4.5, 5]);
  assertEquals(quantile([7], 0.99), 7);
});

Deno.test("quantile() of nothing throws", () => {
  assertThrows(() => quantile([], 0.5), RangeError, "no numbers");
});

Deno.test("median() sorts by value, and leaves its argument as it is", () => {
  const numbers = [10, 9, 100];
  assertEquals(median(numbers), 10);
  assertEquals(median([1, 2]), 1.5);
  assertEquals(numbers, [10, 9, 100]);
});
