// Gaps: the times between the messages that a client receives, of a topic with a constant rate.

/** A longer gap counts as a stall, because users see it. */
export const STALL_MS = 20;

/** The gaps of a period. */
export interface GapReport {
  /** The longest gap. */
  longestMs: number;
  /** The sum of all gaps above `STALL_MS`. */
  stalledMs: number;
}

/** Measures the gaps between arrivals. Times are in ms, on one clock. */
export class Gaps {
  #last: number;
  #longestMs = 0;
  #stalledMs = 0;

  /** Begins a period, as if a message had arrived at `now`. */
  constructor(now: number) {
    this.#last = now;
  }

  arrived(now: number): void {
    const gap = now - this.#last;
    this.#last = now;
    this.#longestMs = Math.max(this.#longestMs, gap);
    if (gap > STALL_MS) this.#stalledMs += gap;
  }

  /** Ends the period. The time since the last arrival counts as a gap. */
  end(now: number): GapReport {
    this.arrived(now);
    return { longestMs: this.#longestMs, stalledMs: this.#stalledMs };
  }
}
