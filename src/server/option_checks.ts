// Checks that several groups of options share.

import { shown } from "./parameters/misfit_text.ts";

/** Throws a `RangeError` unless `value` is an integer from `min` to `max`. */
export function checkInteger(option: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const text = typeof value === "bigint" ? `${value}n` : shown(value);
  throw new RangeError(`Cannot create a server: "${option}" is ${text}, not an integer from ${min} to ${max}`);
}
