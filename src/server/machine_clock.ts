// MACHINE_CLOCK: the clock that servers use by default.

import type { Clock } from "../clock.ts";

/** The clock of the machine. Its timers do not keep the process alive. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
  soon: queueMicrotask,
};
