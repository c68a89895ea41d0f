// Checks that several groups of options share.

/** Throws a `RangeError` unless `value` is an integer from `min` to `max`. */
export function checkInteger(option: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const shown = typeof value === "number" ? value : JSON.stringify(value);
  throw new RangeError(`Cannot create a server: "${option}" is ${shown}, not an integer from ${min} to ${max}`);
}
