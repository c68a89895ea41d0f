// WorkProgress: shows on a terminal how far long work is.

import { bytesText, durationText } from "../../quantities.ts";
import type { Output } from "../output.ts";

/** How often the line changes, in ms. */
const REFRESH_MS = 100;
/** Shorter work is not worth a line, in ms. */
const QUIET_MS = 300;

/** The progress of one file. Output that is not a terminal gets no lines. */
export class WorkProgress {
  readonly #output: Output;
  readonly #isShown: boolean;
  readonly #now: () => number;
  readonly #began: number;
  #shownAt: number;

  /** `isQuiet`: shows nothing. `now`: the time in ms. */
  constructor(output: Output, isQuiet: boolean, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#isShown = output.isTerminal && !isQuiet;
    this.#now = now;
    this.#began = now();
    this.#shownAt = this.#began + QUIET_MS - REFRESH_MS;
  }

  /** `share`: the part that is done, from 0 to 1. `bytes`: how much was handled so far. */
  update(share: number, bytes: number): void {
    if (!this.#isShown) return;
    const now = this.#now();
    if (now < this.#shownAt + REFRESH_MS) return;
    this.#shownAt = now;
    this.#output.refresh([progressText(share, bytes, now - this.#began)]);
  }

  /** Removes the line. */
  end(): void {
    if (this.#isShown && this.#now() >= this.#began + QUIET_MS) this.#output.refresh([]);
  }
}

/** Returns `42 %   120 MiB   45 MiB/s   3.1 s left`. */
export function progressText(share: number, bytes: number, elapsedMs: number): string {
  const done = Math.min(1, Math.max(0, share));
  const rate = `${bytesText(bytes / (elapsedMs / 1000))}/s`;
  const left = done > 0 ? `${durationText(elapsedMs * (1 - done) / done)} left` : "";
  return `${`${Math.floor(done * 100)} %`.padStart(5)}   ${bytesText(bytes)}   ${rate}   ${left}`.trimEnd();
}
