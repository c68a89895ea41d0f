// MACHINE_CLOCK: the clock that servers use by default.

import type { Clock } from "./clock.ts";
import { PLATFORM } from "./platform.ts";

/** The clock of the machine. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback, { keepsAlive = false } = {}) {
    const timer = setTimeout(callback, ms);
    if (!keepsAlive) PLATFORM.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
  soon: queueMicrotask,
};
