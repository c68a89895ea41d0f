// RefusalLog: logs rejected clients, because browsers do not show users the reason.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { countText } from "../../quantities.ts";
import { LogThrottle } from "../log_throttle.ts";

/**
 * Limits the lines, however many clients are rejected: one warning in 10 seconds, and one debug line for each status.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #warnings: LogThrottle;
  /** For debug lines, keyed by HTTP status. */
  readonly #statuses: LogThrottle;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#warnings = new LogThrottle(clock, 1);
    this.#statuses = new LogThrottle(clock, 10);
  }

  /** Logs a warning about a rejected client. For reasons that the program or its configuration can fix. */
  note(address: string, why: string): void {
    const others = this.#warnings.admit(why);
    if (others === undefined) return;
    this.#logger.warn(`Rejected a client from ${address}: ${why}${since(others)}`);
  }

  /** Logs a debug line about a client that was rejected with this HTTP status. */
  noteStatus(address: string, status: number): void {
    const others = this.#statuses.admit(`${status}`);
    if (others === undefined) return;
    this.#logger.debug(`Rejected a client from ${address} with ${status}${since(others)}`);
  }
}

function since(others: number): string {
  return others === 0 ? "" : ` (and ${countText(others, "other client")} since the last such line)`;
}
