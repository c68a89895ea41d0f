// ParameterReports: reports parameters of the application that cannot be sent, or not unchanged.

import type { Clock } from "../../clock.ts";
import type { WrittenParameter } from "../../protocol/parameter_json.ts";
import type { RefusedParameter } from "../../protocol/written_parameters.ts";
import { isA, textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import { leftOutText, LogThrottle } from "../log_throttle.ts";

/** The maximum number of parameter names in one error, and in the log within 10 seconds. */
const MAX_NAMES = 10;

/**
 * Logs parameters that contain NaN or an infinity. They are not an error, because sensors produce such values. All
 * other parameters that cannot be sent are errors of the application: see {@linkcode unsendable}.
 */
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
      this.#logger.warn(
        `Parameter "${name}" contains NaN or Infinity, which JSON cannot represent: ${outcome}${leftOutText(leftOut)}`,
      );
    }
  }
}

/** Creates the error for parameters that cannot be sent. `refused` must not be empty. */
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
