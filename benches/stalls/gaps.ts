// Gaps: how long a client waited between the messages of a topic that is published at a constant rate.

/** A gap that is longer counts as a stall: users see it. */
export const STALL_MS = 20;

/** The gaps of a stretch of time. */
export interface GapReport {
  /** The longest gap. */
  longestMs: number;
  /** All gaps that are longer than `STALL_MS` together. */
  stalledMs: number;
}

/** Measures the gaps between arrivals. Times are in ms, on one clock. */
export class Gaps {
  #last: number;
  #longestMs = 0;
  #stalledMs = 0;

  /** Begins a stretch, as if a message had arrived at `now`. */
  constructor(now: number) {
    this.#last = now;
  }

  arrived(now: number): void {
    const gap = now - this.#last;
    this.#last = now;
    this.#longestMs = Math.max(this.#longestMs, gap);
    if (gap > STALL_MS) this.#stalledMs += gap;
  }

  /** Ends the stretch. The time since the last arrival counts as a gap. */
  end(now: number): GapReport {
    this.arrived(now);
    return { longestMs: this.#longestMs, stalledMs: this.#stalledMs };
  }
}
