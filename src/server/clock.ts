// The clock of a server: the machine's.

import type { Clock } from "../clock.ts";

/** Its alarms do not keep the process alive. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
  soon: queueMicrotask,
};
