// RateLimit: limits how much a client may send per second, with a tolerance for bursts.

/**
 * A token bucket whose balance can become negative.
 *
 * A client may send the amount of one second at once. Messages beyond that are still accepted, because dropping one
 * would leave the client and the server in different states. But the client is warned. When the balance falls below
 * minus one second's amount, the client must be disconnected.
 */
export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number | undefined;
  #hasWarned = false;

  /** `perSecond`: the allowed amount per second; 0 means no limit. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /**
   * Counts `amount` at `nowMs` and returns what to do: accept it, accept it and warn the client, or disconnect the
   * client. "disconnect" never comes before a "warn".
   *
   * @param nowMs Milliseconds of any monotonic clock.
   */
  admit(nowMs: number, amount: number): "accept" | "warn" | "disconnect" {
    if (this.#perSecond === 0) return "accept";
    this.#fill(nowMs);
    this.#tokens -= amount;
    if (this.#tokens >= 0) return "accept";
    if (this.#hasWarned) return this.#tokens < -this.#perSecond ? "disconnect" : "accept";
    this.#hasWarned = true;
    return "warn";
  }

  /** Whether the whole amount of one second is available. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= this.#perSecond;
  }

  #fill(nowMs: number): void {
    const elapsedMs = nowMs - (this.#filledAt ?? nowMs);
    this.#filledAt = nowMs;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + elapsedMs * this.#perSecond / 1000);
    // Reset only at half: a reset at zero would repeatedly warn a client that sends exactly at the limit.
    if (this.#tokens >= this.#perSecond / 2) this.#hasWarned = false;
  }
}
