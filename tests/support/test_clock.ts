// TestClock: time that moves only when a test says so.

import type { Clock } from "../../src/clock.ts";

/** A clock that stands still until it is moved. */
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

  /** Moves on, and rings what is due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const alarm of [...this.#alarms].sort((one, other) => one.at - other.at)) {
      if (alarm.at <= this.#now && this.#alarms.delete(alarm)) alarm.callback();
    }
  }

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.size;
  }
}
