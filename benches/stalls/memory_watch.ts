// MemoryWatch: the most memory that another process had for a while.

import { peakResidentBytes, resetPeakResidentBytes, residentBytes } from "../load/process_figures.ts";

const SAMPLE_MS = 5;

/** Watches a process from outside, so that a stalled event loop hides nothing. */
export class MemoryWatch implements Disposable {
  /** Resident memory at the start; `undefined` where there is no /proc. */
  readonly idleBytes: number | undefined;
  readonly #pid: number;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #canReset: boolean;
  #peakBytes: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#canReset = resetPeakResidentBytes(pid);
    this.idleBytes = residentBytes(pid);
    this.#peakBytes = this.idleBytes ?? 0;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** The most so far, from the samples and, if the kernel can reset it, from its own mark. */
  get peakBytes(): number {
    this.#sample();
    if (this.#canReset) this.#peakBytes = Math.max(this.#peakBytes, peakResidentBytes(this.#pid) ?? 0);
    return this.#peakBytes;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.#peakBytes = Math.max(this.#peakBytes, residentBytes(this.#pid) ?? 0);
  }
}
