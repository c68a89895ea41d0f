// Pace: the times at which a command does something again and again.

import { pause } from "./pause.ts";

/** How long a command may work without a pause, in which Ctrl-C and messages of the server are handled. */
const MAX_TURN_MS = 10;
/** A delay that is longer counts as a pause of the machine or of the input. */
const MAX_LATE_MS = 100;

/** A rate without drift. */
export class Pace {
  readonly #intervalMs: number;
  #dueAt = performance.now();
  #pausedAt = performance.now();

  /** `rate`: per second. */
  constructor(rate: number) {
    this.#intervalMs = 1000 / rate;
  }

  /** Waits until the next time. Times that were missed in a long pause are not made up for. */
  async next(signal: AbortSignal): Promise<void> {
    const waitMs = this.#dueAt - performance.now();
    if (waitMs > 0 || performance.now() - this.#pausedAt > MAX_TURN_MS) {
      await pause(Math.max(0, waitMs), signal);
      this.#pausedAt = performance.now();
    }
    const now = performance.now();
    // Timers are late by some milliseconds, which the next interval compensates.
    this.#dueAt = (now - this.#dueAt > MAX_LATE_MS + this.#intervalMs ? now : this.#dueAt) + this.#intervalMs;
  }
}
