// PlaybackTime: the time within the recording, as a function of the time of a clock.

import type { Clock } from "../../clock.ts";

/** Longer than any recording, in ns. */
const MAX_NS = 2 ** 64;

/** The time within a recording. It advances while it runs, at most up to the end. */
export class PlaybackTime {
  readonly #clock: Clock;
  readonly #end: bigint;
  #rate: number;
  /** The playback time in ns, and the clock's time in ms, when it was set or started. */
  #base: bigint;
  #since = 0;
  #isRunning = false;

  /** `end`: the last time, in ns. */
  constructor(clock: Clock, start: bigint, end: bigint, rate: number) {
    this.#clock = clock;
    this.#base = start;
    this.#end = end;
    this.#rate = rate;
  }

  /** The current time, in ns. */
  get now(): bigint {
    if (!this.#isRunning) return this.#base;
    const elapsedNs = (this.#clock.now() - this.#since) * 1e6 * this.#rate;
    // A bigint cannot be infinite.
    const now = this.#base + BigInt(Math.floor(Math.min(elapsedNs, MAX_NS)));
    return now < this.#end ? now : this.#end;
  }

  /** How many ns pass per ns of the clock. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.set(this.now);
    this.#rate = rate;
  }

  /** Returns how long it takes until a time, in ms of the clock. */
  until(time: bigint): number {
    return Number(time - this.#base) / 1e6 / this.#rate - (this.#clock.now() - this.#since);
  }

  /** Jumps to a time. */
  set(time: bigint): void {
    this.#base = time;
    this.#since = this.#clock.now();
  }

  /** Lets the time advance, or stops it. */
  run(isRunning: boolean): void {
    if (isRunning === this.#isRunning) return;
    this.set(this.now);
    this.#isRunning = isRunning;
  }
}
