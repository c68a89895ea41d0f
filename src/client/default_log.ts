// DefaultLog: writes what no listener has a hook for, so that a program without hooks is not silent.

import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { callSafely } from "./call_safely.ts";

/** The maximum number of lines per window, because a server can cause any number. */
const MAX_LINES = 10;
const WINDOW_MS = 10_000;
/** How many texts are remembered, and how many characters of each. */
const MAX_TEXTS = 1000;
const MAX_CHARS = 1000;

/** Writes each text once. */
export class DefaultLog {
  readonly #logger: Pick<Logger, "warn"> | false;
  readonly #clock: Clock;
  readonly #keys = new Set<string>();
  #windowEnd = 0;
  #lines = 0;

  constructor(logger: Pick<Logger, "warn"> | false, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Writes a text, unless one with the same key was written. Calls the functions only if lines may be written. */
  write(text: () => string, key: () => string = text): void {
    const logger = this.#logger;
    if (!logger) return;
    const now = this.#clock.now();
    if (now >= this.#windowEnd) [this.#windowEnd, this.#lines] = [now + WINDOW_MS, 0];
    if (this.#lines >= MAX_LINES) return;
    const kept = key().slice(0, MAX_CHARS);
    if (this.#keys.has(kept)) return;
    if (this.#keys.size === MAX_TEXTS) this.#keys.clear();
    this.#keys.add(kept);
    this.#lines += 1;
    // The server chooses some of the text, and must not forge lines.
    const line = text().slice(0, MAX_CHARS).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
    const more = this.#lines === MAX_LINES ? " (more lines are left out for 10 seconds)" : "";
    // A logger that fails cannot report it.
    callSafely((whole) => logger.warn(whole), `foxglove-ws: ${line}${more}`, () => {});
  }
}
