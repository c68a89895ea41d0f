// CLIENT_CLOCK: the default clock of a client. It uses only functions that every platform has.

import type { Clock } from "../clock.ts";

/**
 * Its timers keep the process alive, like a connection does, so that a program does not exit while its client
 * reconnects.
 */
export const CLIENT_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon: queueMicrotask,
};
