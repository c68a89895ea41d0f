// SampleRing: the newest samples of one line of a plot.

const FIRST_CAPACITY = 1024;
/** 8 MiB of memory for each line. */
const MAX_CAPACITY = 524_288;

/** Samples in the order in which they were added. A `NaN` as value interrupts the line. */
export class SampleRing {
  #times: Float64Array = new Float64Array(FIRST_CAPACITY);
  #values: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** The index of the oldest sample. */
  #start = 0;
  #length = 0;

  /** How many samples there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a sample, whose time is not before the newest one. If there is no room, samples older than `keepFromMs` are
   * dropped, and then the ring grows. A ring at its limit drops the oldest sample.
   */
  add(timeMs: number, value: number, keepFromMs: number): void {
    if (this.#length === this.#times.length) this.#makeRoom(keepFromMs);
    const at = this.#indexOf(this.#length);
    this.#times[at] = timeMs;
    this.#values[at] = value;
    this.#length += 1;
  }

  /** Returns the time of a sample; 0 is the oldest one. */
  timeAt(position: number): number {
    return this.#times[this.#indexOf(position)] ?? NaN;
  }

  /** Returns the value of a sample; 0 is the oldest one. */
  valueAt(position: number): number {
    return this.#values[this.#indexOf(position)] ?? NaN;
  }

  /** Returns the position of the first sample at or after a time; `length` if there is none. */
  firstFrom(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexOf(position: number): number {
    // All capacities are powers of two.
    return (this.#start + position) & (this.#times.length - 1);
  }

  #makeRoom(keepFromMs: number): void {
    // The last sample before the range stays, because the line begins there.
    const old = Math.max(0, this.firstFrom(keepFromMs) - 1);
    const isFull = this.#length === MAX_CAPACITY;
    const dropped = Math.max(old, isFull ? 1 : 0);
    this.#start = this.#indexOf(dropped);
    this.#length -= dropped;
    // Half of the room must be free, or the next samples would search again.
    if (this.#length * 2 > this.#times.length && !isFull) this.#grow();
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const values = new Float64Array(times.length);
    for (let position = 0; position < this.#length; position++) {
      times[position] = this.timeAt(position);
      values[position] = this.valueAt(position);
    }
    [this.#times, this.#values, this.#start] = [times, values, 0];
  }
}
