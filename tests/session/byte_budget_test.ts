// ByteBudget: which amounts are granted, which wait, and in which order.

import { assertEquals } from "@std/assert/equals";
import { ByteBudget } from "../../src/session/byte_budget.ts";

Deno.test("ByteBudget.tryTake() takes free bytes, and fails for more", () => {
  const budget = new ByteBudget(10);
  assertEquals([budget.tryTake(6), budget.tryTake(5), budget.tryTake(4), budget.tryTake(0)], [true, false, true, true]);
  assertEquals(budget.used, 10);
  budget.release(6);
  assertEquals([budget.tryTake(6), budget.used], [true, 10]);
});

Deno.test("ByteBudget.takeLater() grants free bytes at once, and the others in order", () => {
  const budget = new ByteBudget(10);
  const granted: string[] = [];
  for (const [name, bytes] of [["a", 6], ["b", 6], ["c", 1]] as const) {
    budget.takeLater(bytes, () => granted.push(name));
  }
  // The small amount does not overtake. Otherwise large amounts could wait without end.
  assertEquals([granted.splice(0), budget.used], [["a"], 6]);
  assertEquals(budget.tryTake(2), true);
  budget.release(6);
  assertEquals([granted.splice(0), budget.used], [["b", "c"], 9]);
});

Deno.test("ByteBudget.takeLater() grants more than the whole budget if nothing is in use", () => {
  const budget = new ByteBudget(10);
  let isGranted = false;
  budget.tryTake(1);
  budget.takeLater(20, () => isGranted = true);
  assertEquals(isGranted, false);
  budget.release(1);
  assertEquals([isGranted, budget.used, budget.tryTake(0)], [true, 20, false]);
});
