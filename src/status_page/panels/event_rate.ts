// EventRate: how often something happens, over the last second.

/** A shorter period makes the rate jump. */
const PERIOD_MS = 1000;

/** Measures a rate. All times are in ms, of one clock. */
export class EventRate {
  #count = 0;
  #startMs: number | undefined;
  #hz = 0;

  /** Counts one event. */
  count(): void {
    this.#count += 1;
  }

  /** Returns the newest rate, in Hz. A period ends when this is called a second after it began. */
  read(nowMs: number): number {
    this.#startMs ??= nowMs;
    const elapsedMs = nowMs - this.#startMs;
    if (elapsedMs >= PERIOD_MS) {
      this.#hz = this.#count * 1000 / elapsedMs;
      this.#count = 0;
      this.#startMs = nowMs;
    }
    return this.#hz;
  }

  /** Forgets everything, for another source of events. */
  reset(): void {
    this.#count = 0;
    this.#startMs = undefined;
    this.#hz = 0;
  }
}
