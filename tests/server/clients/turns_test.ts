// Turns: work that is distributed over turns of the event loop.

import { assertEquals } from "@std/assert/equals";
import { Turns } from "../../../src/server/clients/turns.ts";

/** Resolves at the end of a turn, after all immediates that were scheduled before. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("Turns.isOver is true after 256 KiB of work, until the next turn", async () => {
  const turns = new Turns();
  turns.spend(256 * 1024 - 1);
  assertEquals(turns.isOver, false);
  turns.spend(1);
  assertEquals(turns.isOver, true);
  await endOfTurn();
  assertEquals(turns.isOver, false);
});

Deno.test("Turns.next() gives each caller its own turn, in the order of the calls", async () => {
  const turns = new Turns();
  const resumed: number[] = [];
  const waiting = [1, 2, 3].map((caller) => turns.next().then(() => resumed.push(caller)));
  assertEquals([turns.isOver, resumed], [true, []]);
  for (let turn = 1; turn <= 3; turn++) {
    await endOfTurn();
    await waiting[turn - 1];
    assertEquals([resumed.length, turns.isOver], [turn, turn < 3]);
  }
  assertEquals(resumed, [1, 2, 3]);
});
