// LogThrottle: limits log lines that peers can cause at will.

import type { Clock } from "../clock.ts";

/** An app retries every few seconds, a hostile page at any rate. */
const WINDOW_MS = 10_000;
/** Texts that begin with the same characters count as equal. This limits the memory for texts that peers choose. */
const MAX_TEXT_CHARS = 200;

/** Lines of one kind. In each window of 10 seconds, each text passes once, up to `maxTexts` texts. The other lines are counted. */
export class LogThrottle {
  readonly #clock: Clock;
  readonly #maxTexts: number;
  /** The texts that have passed in this window. */
  readonly #texts = new Set<string>();
  #windowEnd = -Infinity;
  #leftOut = 0;

  constructor(clock: Clock, maxTexts: number) {
    this.#clock = clock;
    this.#maxTexts = maxTexts;
  }

  /**
   * To be asked before a line is written. Returns `undefined` if the line must be left out. Otherwise returns how many lines were left out
   * before it; they are reported by the first line of the next window.
   */
  admit(text: string): number | undefined {
    const now = this.#clock.now();
    const isFirst = now >= this.#windowEnd;
    if (isFirst) {
      this.#windowEnd = now + WINDOW_MS;
      this.#texts.clear();
    }
    const key = text.slice(0, MAX_TEXT_CHARS);
    if (this.#texts.has(key) || this.#texts.size >= this.#maxTexts) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#texts.add(key);
    if (!isFirst) return 0;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
