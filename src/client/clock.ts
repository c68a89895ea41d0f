// The clock of a client: the platform's, any platform's.

import type { Clock } from "../clock.ts";

/** Its alarms keep a program alive, as the connection does that they bring back. */
export const CLIENT_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon: queueMicrotask,
};
