// ParameterReports: tells the program which of its parameters could not be sent, or not as they are.

import type { Clock } from "../clock.ts";
import type { WrittenParameter } from "../protocol/parameter_json.ts";
import type { RefusedParameter } from "../protocol/written_parameters.ts";
import { isA, textOf } from "./error_text.ts";
import type { Logger } from "./logger.ts";
import { LogThrottle } from "./log_throttle.ts";

/** How many parameters are named: in the log in 10 seconds, and in an error. */
const MAX_NAMES = 10;

/** NaN comes from sensors, so it only goes to the log. Anything else that cannot be sent is the program's mistake. */
export class ParameterReports {
  readonly #logger: Logger;
  readonly #throttle: LogThrottle;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#throttle = new LogThrottle(clock, MAX_NAMES);
  }

  /** Logs which parameters are, or contain, NaN or an infinity. */
  noteNonFinite(parameters: readonly WrittenParameter[]): void {
    for (const { name, nonFinite, isSet } of parameters) {
      if (nonFinite === undefined) continue;
      const leftOut = this.#throttle.admit(name);
      if (leftOut === undefined) continue;
      const outcome = nonFinite === "null" ? "sent as null" : isSet ? "sent without that member" : "not sent";
      const more = leftOut === 0 ? "" : ` (and ${leftOut} more like this were left out)`;
      this.#logger.warn(`Parameter "${name}" holds NaN or an infinity, which JSON lacks: ${outcome}${more}`);
    }
  }
}

/** The error about parameters that cannot be sent; there must be at least one. */
export function unsendable(refused: readonly RefusedParameter[]): TypeError | RangeError {
  const names = refused.slice(0, MAX_NAMES).map(({ name }) => name === undefined ? "one without a name" : `"${name}"`);
  const more = refused.length > names.length ? ` and ${refused.length - names.length} more` : "";
  const cause = refused[0]?.error;
  const text = `Cannot send ${refused.length === 1 ? "parameter" : "parameters"} ${names.join(", ")}${more}: ${
    textOf(cause)
  }`;
  const isRange = refused.every(({ error }) => isA(error, RangeError));
  return new (isRange ? RangeError : TypeError)(text, { cause });
}
