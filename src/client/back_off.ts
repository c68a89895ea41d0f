// BackOff: the delay before the next attempt to connect.

/**
 * Random delays that grow with each failure. They differ between clients, so that not all of them reconnect at once.
 */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** Delays are between `minMs` and `maxMs`, in ms. `random` returns numbers in [0, 1). */
  constructor(minMs: number, maxMs: number, random: () => number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** The number of failures since the last success: failed attempts and lost connections. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failed attempt or a lost connection. Returns the delay before the next attempt, in ms. */
  recordFailure(): number {
    this.#failures += 1;
    // The upper end doubles and the lower end stays, so that the attempts of many clients spread evenly over the whole
    // range.
    const ceilingMs = Math.min(this.#maxMs, this.#minMs * 2 ** this.#failures);
    return this.#minMs + this.#random() * (ceilingMs - this.#minMs);
  }

  /** Resets the delay after a successful attempt. */
  recordSuccess(): void {
    this.#failures = 0;
  }
}
