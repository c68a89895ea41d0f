// FAST_CLOCK: makes the time limits of a server short, for programs in processes of their own.

import type { Clock } from "../../src/clock.ts";
import { MACHINE_CLOCK } from "../../src/machine_clock.ts";

/** How many times as fast it runs. */
const SPEED = 20;

/** Runs 20 times as fast as the machine's clock, so that tests need not wait for seconds. */
export const FAST_CLOCK: Clock = {
  now: () => SPEED * MACHINE_CLOCK.now(),
  after: (ms, callback, options) => MACHINE_CLOCK.after(ms / SPEED, callback, options),
  soon: (callback) => MACHINE_CLOCK.soon(callback),
};
