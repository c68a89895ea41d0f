// BackOff: how long to wait before the next attempt to connect.

/** Waits that grow with each failure, and differ between clients that all lost the same server. */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** `random` gives numbers of [0, 1). */
  constructor(minMs: number, maxMs: number, random: () => number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** How many attempts have failed since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** An attempt failed, or a connection was lost: the time to wait now, in ms. */
  failed(): number {
    this.#failures += 1;
    // The range doubles, its lower end stays: as many clients come early as late, and none at once.
    const ceilingMs = Math.min(this.#maxMs, this.#minMs * 2 ** this.#failures);
    return this.#minMs + this.#random() * (ceilingMs - this.#minMs);
  }

  /** An attempt succeeded. */
  succeeded(): void {
    this.#failures = 0;
  }
}
