// Turns: work that is spread over turns of the event loop.

import { assertEquals } from "@std/assert/equals";
import { Turns } from "../../../src/server/clients/turns.ts";

/** Resolves at the end of a turn, when all immediates that were scheduled before have run. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("Turns.isOver when 256 KiB were spent, until the next turn", async () => {
  const turns = new Turns();
  turns.spend(256 * 1024 - 1);
  assertEquals(turns.isOver, false);
  turns.spend(1);
  assertEquals(turns.isOver, true);
  await endOfTurn();
  assertEquals(turns.isOver, false);
});

Deno.test("Turns.next() gives each caller a turn of its own, in their order", async () => {
  const turns = new Turns();
  const had: number[] = [];
  const waiting = [1, 2, 3].map((caller) => turns.next().then(() => had.push(caller)));
  assertEquals([turns.isOver, had], [true, []]);
  for (let turn = 1; turn <= 3; turn++) {
    await endOfTurn();
    await waiting[turn - 1];
    assertEquals([had.length, turns.isOver], [turn, turn < 3]);
  }
  assertEquals(had, [1, 2, 3]);
});
