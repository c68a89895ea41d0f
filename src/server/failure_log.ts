// FailureLog: logs errors that the program's own code threw, for example a hook.

import type { Clock } from "../clock.ts";
import { isA, textOf, textWithCauses } from "../error_text.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import type { Logger } from "../logger.ts";
import { leftOutText, LogThrottle } from "./log_throttle.ts";
import { RefusalError } from "./refusal_error.ts";

/**
 * How many different errors of one hook are logged in 10 seconds. Peers can cause any number, for example by fetching
 * random assets.
 */
const MAX_TEXTS = 10;

/**
 * A hook, or another function of the program, that can fail. `keyBy` is the one of a channel's latch, `onChange` a
 * callback of a parameter store, and `sink` a method of a `MessageSink`. The handlers of typed services and topics
 * count as the hooks that they replace.
 */
export type FailureSource =
  | keyof FoxgloveServerListener
  | "authorize"
  | "channelFilter"
  | "clientChannelFilter"
  | "fallback"
  | "keyBy"
  | "onChange"
  | "sink";

/** Logs errors with their stacks, and refusals on one line each. Each of the two has its own limit. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #onFailure: (source: FailureSource) => void;
  readonly #throttles = new Map<string, LogThrottle>();

  /** `onFailure` is called for each failure, logged or not. */
  constructor(logger: Logger, clock: Clock, onFailure: (source: FailureSource) => void = () => {}) {
    this.#logger = logger;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /**
   * Logs that the program's code failed, or that it rejected a request with a {@linkcode RefusalError}.
   *
   * @param source The code that threw. Each source has its own limit. "Deno.serve" is not code of the program.
   * @param subject The beginning of the log line.
   * @param distinct Errors with the same text count as different if this differs.
   */
  note(source: FailureSource | "Deno.serve", subject: string, error: unknown, distinct = ""): void {
    if (isA(error, RefusalError)) {
      const why = textWithCauses(error);
      this.#write(
        `refusals by ${source}`,
        distinct + why,
        (more) => this.#logger.warn(`${subject} refused: ${why}${more}`),
      );
    } else {
      if (source !== "Deno.serve") this.#onFailure(source);
      this.#write(source, distinct + textOf(error), (more) => this.#logger.error(`${subject} failed${more}`, error));
    }
  }

  /** Logs a failure that one line explains. {@linkcode note} explains `source` and `distinct`. */
  noteLine(source: FailureSource, line: string, distinct: string): void {
    this.#onFailure(source);
    this.#write(source, distinct, (more) => this.#logger.error(`${line}${more}`));
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
