// RateMeter: rates of counters that only grow.

/** Rates are means over this number of readings, because single ones jump. */
const READINGS = 4;

interface Reading<Key> {
  readonly counts: ReadonlyMap<Key, number>;
  readonly timeMs: number;
}

/** Computes how fast counters grow. */
export class RateMeter<Key> {
  #readings: Reading<Key>[] = [];

  /** Reads all counters at a time, in ms on any clock. */
  read(counts: Iterable<readonly [Key, number]>, timeMs: number): void {
    this.#readings = [...this.#readings, { counts: new Map(counts), timeMs }].slice(-READINGS);
  }

  /** Forgets all readings, for counters that begin again. */
  reset(): void {
    this.#readings = [];
  }

  /** Returns the growth per second of a counter; `undefined` before its second reading. */
  rate(key: Key): number | undefined {
    const newest = this.#readings.at(-1);
    const after = newest?.counts.get(key);
    const oldest = this.#readings.find(({ counts }) => counts.has(key));
    const before = oldest?.counts.get(key);
    if (!newest || !oldest || after === undefined || before === undefined || newest === oldest) return undefined;
    return Math.max(0, after - before) * 1000 / (newest.timeMs - oldest.timeMs);
  }
}
