// RefusalLog: tells the server's owner of clients that are refused, for a browser shows its user nothing of why.

import type { Clock } from "../clock.ts";
import type { Logger } from "./logger.ts";
import { LogThrottle } from "./log_throttle.ts";

/** One line every now and then, however many are refused. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #warnings: LogThrottle;
  /** One line for each status. */
  readonly #statuses: LogThrottle;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#warnings = new LogThrottle(clock, 1);
    this.#statuses = new LogThrottle(clock, 10);
  }

  /** Reports a refused client, if the server's owner can do something about it. */
  note(address: string, why: string): void {
    const others = this.#warnings.admit(why);
    if (others === undefined) return;
    this.#logger.warn(`Refused a client from ${address}: ${why}${since(others)}`);
  }

  /** Reports a client that was refused with this status. */
  noteStatus(address: string, status: number): void {
    const others = this.#statuses.admit(`${status}`);
    if (others === undefined) return;
    this.#logger.debug(`Refused a client from ${address} with ${status}${since(others)}`);
  }
}

function since(others: number): string {
  return others === 0 ? "" : ` (and ${others} other clients since the last such line)`;
}
