// TimeBase: places the messages of one topic on the clock of the page.

/** How far a message may be from its arrival, in ms. The clock of the server may jump. */
const MAX_LATE_MS = 2000;
const MAX_EARLY_MS = 100;
/** How fast the two clocks may drift apart, in ms per ms. */
const MAX_DRIFT = 5e-4;

/** Where a message belongs on the clock of the page. */
export interface PlacedTime {
  readonly timeMs: number;
  /** Whether the clock of the server jumped, so the line before the message must be interrupted. */
  readonly hasJumped: boolean;
}

/**
 * Converts timestamps of messages to times of the page. The distances between timestamps are kept, because messages
 * arrive in bursts. Times never go backwards.
 */
export class TimeBase {
  #offsetMs: number | undefined;
  #lastMs = -Infinity;
  #sentMs = NaN;
  #arrivalMs = NaN;

  /**
   * Returns the time of a message.
   *
   * @param timestamp Of the message, in ns.
   * @param arrivalMs When it arrived, on the clock of the page.
   */
  place(timestamp: bigint, arrivalMs: number): PlacedTime {
    const sentMs = Number(timestamp / 1000n) / 1000;
    // Some servers send the same timestamp with all messages.
    const isRepeated = sentMs === this.#sentMs;
    let timeMs = isRepeated || this.#offsetMs === undefined ? arrivalMs : sentMs + this.#offsetMs;
    timeMs += Math.max(0, Math.min(arrivalMs - timeMs, (arrivalMs - this.#arrivalMs) * MAX_DRIFT || 0));
    const isPlausible = timeMs <= arrivalMs + MAX_EARLY_MS && timeMs >= arrivalMs - MAX_LATE_MS;
    if (!isPlausible) timeMs = arrivalMs;
    // The fastest message so far is the best measure of the offset.
    this.#offsetMs = Math.min(timeMs, arrivalMs) - sentMs;
    this.#sentMs = sentMs;
    this.#arrivalMs = arrivalMs;
    this.#lastMs = Math.max(timeMs, this.#lastMs);
    return { timeMs: this.#lastMs, hasJumped: !isPlausible };
  }

  /** Forgets the clock of the server, for example after a reconnect. */
  reset(): void {
    this.#offsetMs = undefined;
  }
}
