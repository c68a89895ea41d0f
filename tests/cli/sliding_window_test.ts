// SlidingWindow: the statistics of the newest measurements.

import { assertEquals } from "@std/assert/equals";
import { SlidingWindow } from "../../src/cli/sliding_window.ts";

Deno.test("SlidingWindow.summary() has the statistics of all numbers", () => {
  const window = new SlidingWindow(1000);
  assertEquals(window.summary(0), undefined);
  for (const [at, value] of [2, 4, 4, 4, 5, 5, 7, 9].entries()) window.add(value, at);
  assertEquals(window.summary(10), { count: 8, sum: 40, mean: 5, min: 2, max: 9, stdDev: 2 });
});

Deno.test("SlidingWindow.summary() leaves out old numbers, but not the newest", () => {
  const window = new SlidingWindow(1000);
  window.add(1, 0);
  window.add(2, 500);
  window.add(3, 1000);
  assertEquals(window.summary(1000)?.count, 2);
  assertEquals(window.summary(1999)?.min, 3);
  assertEquals(window.summary(100_000), { count: 1, sum: 3, mean: 3, min: 3, max: 3, stdDev: 0 });
});
