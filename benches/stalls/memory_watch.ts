// MemoryWatch: measures the peak memory of another process.

import { peakResidentBytes, resetPeakResidentBytes, residentBytes } from "../load/process_figures.ts";

const SAMPLE_MS = 5;

/** Measures from outside, so that a stalled event loop does not matter. */
export class MemoryWatch implements Disposable {
  /** Resident memory at the start. `undefined` without /proc. */
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

  /** The peak so far, from samples and, if the kernel can reset it, from the kernel's own peak. */
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
