// LogThrottle: limits log lines that peers can cause as often as they like.

import type { Clock } from "../clock.ts";

/** Long enough that an app that retries every few seconds does not fill the log. */
const WINDOW_MS = 10_000;
/**
 * Texts with the same first characters count as equal. This limits the memory for texts that peers choose. In UTF-16
 * units.
 */
const MAX_TEXT_CHARS = 200;

/** The end of a line of the same kind as `leftOut` earlier lines, which were left out. */
export function leftOutText(leftOut: number): string {
  return leftOut === 0 ? "" : ` (and ${leftOut} more like this were left out)`;
}

/**
 * Throttles log lines of one kind: allows each text once in 10 seconds, and at most `maxTexts` texts. Counts the
 * suppressed lines.
 */
export class LogThrottle {
  readonly #clock: Clock;
  readonly #maxTexts: number;
  /** The texts that were allowed in this window. */
  readonly #texts = new Set<string>();
  #windowEnd = -Infinity;
  #leftOut = 0;

  constructor(clock: Clock, maxTexts: number) {
    this.#clock = clock;
    this.#maxTexts = maxTexts;
  }

  /**
   * Decides whether a line may be written. Returns `undefined` if it must be left out. Otherwise returns how many lines
   * were left out before it. Only the first line of a window reports them; the other lines get 0.
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
