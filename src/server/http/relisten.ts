// Relisten: tries to listen again, with growing delays, until it succeeds or is cancelled.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";

/** The delay before the first attempt, and the longest delay. Each delay is twice as long as the one before. */
const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

/** The attempts of one endpoint to listen again. */
export class Relisten {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listen: () => Promise<void>;
  #delayMs = MIN_DELAY_MS;
  #listenedAtMs = -Infinity;
  #failure: string | undefined;
  #cancelTimer: (() => void) | undefined;
  #isCancelled = false;

  /** `listen` must reject when it fails, and call `succeeded()` otherwise. */
  constructor(clock: Clock, logger: Logger, listen: () => Promise<void>) {
    this.#clock = clock;
    this.#logger = logger;
    this.#listen = listen;
  }

  /** Schedules the first attempt. If the last listener ended within 5 s, the delay continues to grow. */
  begin(): void {
    if (this.#clock.now() - this.#listenedAtMs >= MAX_DELAY_MS) this.#delayMs = MIN_DELAY_MS;
    this.#schedule();
  }

  /** Must be called when the endpoint listens. */
  succeeded(): void {
    this.#listenedAtMs = this.#clock.now();
    this.#failure = undefined;
  }

  /** Ends all attempts. `begin()` must not be called afterwards. */
  cancel(): void {
    this.#isCancelled = true;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    this.#cancelTimer?.();
    // A server may have nothing else to do than to listen.
    this.#cancelTimer = this.#clock.after(this.#delayMs, () => void this.#attempt(), { keepsAlive: true });
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_DELAY_MS);
  }

  async #attempt(): Promise<void> {
    try {
      await this.#listen();
    } catch (error) {
      if (this.#isCancelled) return;
      const failure = error instanceof Error ? error.message : String(error);
      // A failure is logged again only if its reason changes.
      if (failure !== this.#failure) this.#logger.error(`${failure}; trying again until it succeeds`);
      this.#failure = failure;
      this.#schedule();
    }
  }
}
