// SlidingWindow: the statistics of the newest measurements.

import { Deque } from "../deque.ts";

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Statistics of numbers. */
export interface Summary {
  /** How many numbers there are; at least 1. */
  readonly count: number;
  /** The sum of the numbers. */
  readonly sum: number;
  /** The arithmetic mean. */
  readonly mean: number;
  /** The smallest number. */
  readonly min: number;
  /** The largest number. */
  readonly max: number;
  /** The standard deviation of the whole population, as `ros2 topic hz` reports it. */
  readonly stdDev: number;
}

/** Numbers of the last milliseconds. The newest number stays, whatever its age. */
export class SlidingWindow {
  readonly #durationMs: number;
  readonly #samples = new Deque<Sample>();

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** Adds a number. `at` is a time in ms, which never goes back. */
  add(value: number, at: number): void {
    this.#samples.push({ at, value });
    this.#removeOld(at);
  }

  /** Returns the statistics, or `undefined` if there was no number yet. */
  summary(now: number): Summary | undefined {
    this.#removeOld(now);
    const count = this.#samples.length;
    if (count === 0) return undefined;
    let [sum, min, max] = [0, Infinity, -Infinity];
    for (const { value } of this.#samples) {
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    const mean = sum / count;
    let squares = 0;
    for (const { value } of this.#samples) squares += (value - mean) ** 2;
    return { count, sum, mean, min, max, stdDev: Math.sqrt(squares / count) };
  }

  #removeOld(now: number): void {
    const oldest = now - this.#durationMs;
    while (this.#samples.length > 1 && this.#samples.first!.at <= oldest) this.#samples.shift();
  }
}
