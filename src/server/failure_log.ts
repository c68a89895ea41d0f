// FailureLog: logs errors that the program's own code threw, for example a hook.

import type { Clock } from "../clock.ts";
import { isA, textOf, textWithCauses } from "./error_text.ts";
import type { Logger } from "./logger.ts";
import { leftOutText, LogThrottle } from "./log_throttle.ts";
import { RefusalError } from "./refusal_error.ts";

/**
 * How many different errors of one hook are logged in 10 seconds. Peers can cause any number, for example by fetching
 * random assets.
 */
const MAX_TEXTS = 10;

/** Logs errors with their stacks, and refusals on one line each. Each of the two has its own limit. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #throttles = new Map<string, LogThrottle>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /**
   * Logs that the program's code failed, or that it rejected a request with a {@linkcode RefusalError}.
   *
   * @param code The name of the code that threw. Each name has its own limit, so peers must not be able to choose it.
   * @param subject The beginning of the log line.
   * @param distinct Errors with the same text count as different if this differs.
   */
  note(code: string, subject: string, error: unknown, distinct = ""): void {
    if (isA(error, RefusalError)) {
      const why = textWithCauses(error);
      this.#write(
        `refusals by ${code}`,
        distinct + why,
        (more) => this.#logger.warn(`${subject} refused: ${why}${more}`),
      );
    } else {
      this.#write(code, distinct + textOf(error), (more) => this.#logger.error(`${subject} failed${more}`, error));
    }
  }

  /** Logs a failure that one line explains. {@linkcode note} explains `code` and `distinct`. */
  noteLine(code: string, line: string, distinct: string): void {
    this.#write(code, distinct, (more) => this.#logger.error(`${line}${more}`));
  }

  #write(kind: string, text: string, write: (more: string) => void): void {
    let throttle = this.#throttles.get(kind);
    if (!throttle) {
      throttle = new LogThrottle(this.#clock, MAX_TEXTS);
      this.#throttles.set(kind, throttle);
    }
    const leftOut = throttle.admit(text);
    if (leftOut !== undefined) write(leftOutText(leftOut));
  }
}
