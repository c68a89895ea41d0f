// RecentIds: which ids are remembered, and for how long.

import { assertEquals } from "@std/assert/equals";
import { RecentIds } from "../../src/session/recent_ids.ts";

const COUNT = 1000;

/** Returns those of these ids that are remembered. */
function remembered(ids: RecentIds<number>, ...asked: number[]): number[] {
  return asked.filter((id) => ids.has(id));
}

Deno.test("RecentIds.delete() returns whether an id was remembered, and removes it", () => {
  const ids = new RecentIds<number>();
  ids.add(1);
  assertEquals([ids.delete(1), ids.delete(1), ids.has(1)], [true, false, false]);
});

Deno.test("RecentIds.add() removes the oldest id", () => {
  const ids = new RecentIds<number>();
  for (let id = 0; id < COUNT; id++) ids.add(id);
  // The id is the newest again.
  ids.add(0);
  assertEquals(remembered(ids, 0, 1, 2, COUNT - 1), [0, 1, 2, COUNT - 1]);
  ids.add(COUNT);
  assertEquals(remembered(ids, 0, 1, 2, COUNT - 1, COUNT), [0, 2, COUNT - 1, COUNT]);
});

Deno.test("RecentIds.addAll() remembers the end of a long list", () => {
  const ids = new RecentIds<number>();
  ids.add(-1);
  ids.addAll(Array.from({ length: COUNT + 1 }, (_, id) => id));
  assertEquals(remembered(ids, -1, 0, 1, COUNT), [1, COUNT]);
});
