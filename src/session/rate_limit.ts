// RateLimit: how much of something a client may do in a second, with some patience.

/**
 * A token bucket that can be overdrawn.
 *
 * A second's worth may come at once. What comes beyond that is still taken, for a message that is passed over would leave the client
 * and the server with different ideas of what was agreed; but the client is warned, and at a debt of a further second's worth it has
 * gone on for too long.
 */
export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number | undefined;
  #hasWarned = false;

  /** 0: no limit. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** Says what to do about `amount` more at `nowMs`, of any clock that does not run backwards. No "cut" without a "warn" before it. */
  admit(nowMs: number, amount: number): "take" | "warn" | "cut" {
    if (this.#perSecond === 0) return "take";
    this.#fill(nowMs);
    this.#tokens -= amount;
    if (this.#tokens >= 0) return "take";
    if (this.#hasWarned) return this.#tokens < -this.#perSecond ? "cut" : "take";
    this.#hasWarned = true;
    return "warn";
  }

  /** Whether a second's worth may come at once. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= this.#perSecond;
  }

  #fill(nowMs: number): void {
    const elapsedMs = nowMs - (this.#filledAt ?? nowMs);
    this.#filledAt = nowMs;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + elapsedMs * this.#perSecond / 1000);
    // Not as soon as the debt is paid: one who keeps to the very edge would be warned again and again.
    if (this.#tokens >= this.#perSecond / 2) this.#hasWarned = false;
  }
}
