// Checks of the values that callers pass for encoding. They throw a TypeError or a RangeError.

import { writeError } from "../../protocol/write_error.ts";

/** Throws unless `value` is a valid uint16, of at least `min`, for the field `name` of a record. */
export function checkUint16(record: string, name: string, value: unknown, min = 0): void {
  if (typeof value === "number" && (value & 0xffff) === value && value >= min) return;
  throw writeError(record, name, `an integer from ${min} to 65535`, errorClassOf(value));
}

/** Throws unless `value` is a non-negative safe integer. */
export function checkSafeUint64(record: string, name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  throw writeError(record, name, `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, errorClassOf(value));
}

function errorClassOf(value: unknown): typeof TypeError | typeof RangeError {
  return typeof value === "number" ? RangeError : TypeError;
}
