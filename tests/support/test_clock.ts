// TestClock, STILL_CLOCK: clocks that do not advance by themselves.

import type { Clock } from "../../src/clock.ts";
import { MACHINE_CLOCK } from "../../src/machine_clock.ts";

/** Stands still, so that a limit per second does not depend on the speed of the machine. Its timers run. */
export const STILL_CLOCK: Clock = { ...MACHINE_CLOCK, now: () => 0 };

/** A clock that stands still until `advance()`. */
export class TestClock implements Clock {
  #now = 1_000_000;
  readonly #alarms = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  soon(callback: () => void): void {
    queueMicrotask(callback);
  }

  /** Advances the clock, and calls the callbacks of all timers that are due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const alarm of [...this.#alarms].sort((one, other) => one.at - other.at)) {
      if (alarm.at <= this.#now && this.#alarms.delete(alarm)) alarm.callback();
    }
  }

  /** The number of pending timers. */
  get pendingTimers(): number {
    return this.#alarms.size;
  }
}
