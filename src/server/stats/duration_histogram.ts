// DurationHistogram: how long something took, in buckets.

/** The upper bounds of the buckets, in seconds. They suit local networks as well as slow hooks. */
const BOUNDS_SECONDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A distribution of durations. */
export interface DurationHistogram {
  /** The upper bounds of the buckets, inclusive, in seconds and ascending. They never change. */
  readonly boundsSeconds: readonly number[];
  /** The number of durations in each bucket. One more than there are bounds: the last bucket has no bound. */
  readonly counts: readonly number[];
  /** The number of all durations. */
  readonly count: number;
  /** The sum of all durations, in seconds. */
  readonly sumSeconds: number;
}

/** Counts durations. */
export class DurationCounter {
  readonly #counts = new Array<number>(BOUNDS_SECONDS.length + 1).fill(0);
  #count = 0;
  #sumSeconds = 0;

  /** Counts a duration. */
  add(ms: number): void {
    const seconds = ms / 1000;
    const found = BOUNDS_SECONDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS_SECONDS.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sumSeconds += seconds;
  }

  /** Returns the current distribution. */
  read(): DurationHistogram {
    return {
      boundsSeconds: [...BOUNDS_SECONDS],
      counts: [...this.#counts],
      count: this.#count,
      sumSeconds: this.#sumSeconds,
    };
  }
}
