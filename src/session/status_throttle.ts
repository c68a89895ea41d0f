// StatusThrottle: limits the status messages to a client that sends many wrong messages.

const WINDOW_MS = 1000;
const MAX_PER_WINDOW = 10;

/**
 * Allows 10 status messages per second. The server replaces the 11th by an announcement, and drops the rest of that
 * second.
 */
export class StatusThrottle {
  #windowStart = -Infinity;
  #count = 0;

  /** Returns what to do with one more status at `nowMs`, in milliseconds of any monotonic clock. */
  admit(nowMs: number): "send" | "summarize" | "drop" {
    if (nowMs - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= MAX_PER_WINDOW) return "send";
    return this.#count === MAX_PER_WINDOW + 1 ? "summarize" : "drop";
  }
}
