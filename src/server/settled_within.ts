// settledWithin(): waits for promises with a time limit.

import type { Clock } from "../clock.ts";

/** Waits until all promises are settled, but at most `ms` milliseconds. Always waits for one turn of the event loop. */
export async function settledWithin(
  clock: Clock,
  ms: number,
  promises: readonly (Promise<unknown> | undefined)[],
): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const cancelTimer = clock.after(ms, resolve, { keepsAlive: true });
  // Deno writes a frame to the network only in the next turn of the event loop. This is no time limit, so no clock is
  // involved.
  const turned = new Promise<void>((resolve) => setTimeout(resolve, 0));
  await Promise.race([Promise.allSettled([...promises, turned]), tooLate]);
  cancelTimer();
  await turned;
}
