// RequestStats: how the requests of clients ended, and how long they took.

import { DurationCounter, type DurationHistogram } from "./duration_histogram.ts";

/**
 * The outcome of a request.
 *
 * - `ok`: the client got the answer.
 * - `failed`: the hook threw an error, or returned a wrong value.
 * - `timeout`: the hook did not answer within `requestTimeoutMs`.
 * - `refused`: the request exceeds a limit or the client's rights, the hook is missing, or the hook rejected it, for
 *   example with a `RefusalError`.
 * - `cancelled`: the client left before the answer.
 */
export type RequestOutcome = "ok" | "failed" | "timeout" | "refused" | "cancelled";

/** Statistics of one type of requests. Messages that cannot be decoded do not count as requests. */
export interface RequestStats {
  /** How many requests have ended, by outcome. */
  readonly outcomes: Readonly<Record<RequestOutcome, number>>;
  /** How many requests are being answered now. Queued requests do not count. */
  readonly inFlight: number;
  /**
   * How long the answers took, without the time in which requests were queued. Only requests that were started count,
   * and not if they were cancelled.
   */
  readonly durations: DurationHistogram;
}

/** Counts the requests of one type. */
export class RequestCounter {
  readonly #outcomes: Record<RequestOutcome, number> = { ok: 0, failed: 0, timeout: 0, refused: 0, cancelled: 0 };
  readonly #durations = new DurationCounter();
  #inFlight = 0;

  /** Counts a request that was started. {@linkcode RequestCounter.ended} must follow. */
  started(): void {
    this.#inFlight += 1;
  }

  /** Counts the end of a request that was started `ms` milliseconds ago. */
  ended(outcome: RequestOutcome, ms: number): void {
    this.#inFlight -= 1;
    this.#outcomes[outcome] += 1;
    if (outcome !== "cancelled") this.#durations.add(ms);
  }

  /** Counts a request that ended without being started. */
  notStarted(outcome: "refused" | "cancelled"): void {
    this.#outcomes[outcome] += 1;
  }

  /** Returns the current statistics. */
  read(): RequestStats {
    return { outcomes: { ...this.#outcomes }, inFlight: this.#inFlight, durations: this.#durations.read() };
  }
}
