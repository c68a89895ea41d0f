// RecentRates: how fast counts of messages and bytes have grown in the last seconds.

/** How many messages there were, and how many bytes they had. */
export interface TrafficCounts {
  readonly messages: number;
  readonly bytes: number;
}

/** How fast the counts grow. */
export interface TrafficRates {
  readonly hz: number;
  readonly bytesPerSecond: number;
}

interface Snapshot<Stats> {
  readonly at: number;
  readonly stats: Stats;
}

/** Rates are those of this time, in ms. */
const RATE_MS = 5000;

/** Compares counts with those of the last 5 seconds. `Stats` has all counts of a moment. */
export class RecentRates<Stats> {
  /** The oldest first. */
  #snapshots: readonly Snapshot<Stats>[];

  /** `stats`: the counts at the time `at`, in ms. */
  constructor(stats: Stats, at: number) {
    this.#snapshots = [{ at, stats }];
  }

  /** Adds the counts of a later time. */
  add(stats: Stats, at: number): void {
    const recent = this.#snapshots.filter((each) => at - each.at <= RATE_MS);
    this.#snapshots = [...(recent.length > 0 ? recent : this.#snapshots.slice(-1)), { at, stats }];
  }

  /** Compares `counts`, which are those of the time `now`, with those that `select` finds in the oldest statistics. */
  of(
    { messages, bytes }: TrafficCounts,
    now: number,
    select: (stats: Stats) => TrafficCounts | undefined,
  ): TrafficRates {
    const { at, stats } = this.#snapshots[0]!;
    const before = select(stats) ?? { messages: 0, bytes: 0 };
    const seconds = Math.max(1, now - at) / 1000;
    return { hz: (messages - before.messages) / seconds, bytesPerSecond: (bytes - before.bytes) / seconds };
  }
}
