// RefusalLog: tells the server's owner of clients that are refused, for a browser shows its user nothing of why.

import type { Clock } from "../clock.ts";
import type { Logger } from "./logger.ts";

/** An app tries again every few seconds, a hostile page as often as it likes. */
const REPEAT_MS = 10_000;

/** One line every now and then, however many are refused. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #nextAt = -Infinity;
  #leftOut = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** A client from `address` was refused. */
  note(address: string, why: string): void {
    const now = this.#clock.now();
    if (now < this.#nextAt) {
      this.#leftOut += 1;
      return;
    }
    const others = this.#leftOut === 0 ? "" : ` (and ${this.#leftOut} other clients since the last such line)`;
    this.#logger.warn(`Refused a client from ${address}: ${why}${others}`);
    this.#nextAt = now + REPEAT_MS;
    this.#leftOut = 0;
  }
}
