// StatusThrottle: keeps a client whose every message is wrong from being flooded with our complaints.

const WINDOW_MS = 1000;
const MAX_PER_WINDOW = 10;

/** Lets the first few of each second through, announces that more will be left out, and is then silent. */
export class StatusThrottle {
  #windowStart = -Infinity;
  #count = 0;

  /** Says what to do with one more status at `nowMs`, of any clock that does not run backwards. */
  admit(nowMs: number): "send" | "announce" | "drop" {
    if (nowMs - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= MAX_PER_WINDOW) return "send";
    return this.#count === MAX_PER_WINDOW + 1 ? "announce" : "drop";
  }
}
