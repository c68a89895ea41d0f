// Wire types: checks of the numbers and bytes that callers pass for encoding, and the errors for invalid values.

import { BYTES_RULE, bytesOf, kindOf } from "./bytes.ts";
import { UINT64_MAX } from "./int64_limits.ts";
import { writeError } from "./write_error.ts";

/** The rule for a uint32, as error texts state it after "must be". */
export const UINT32_RULE = "an integer from 0 to 4294967295";
/** The rule for a uint64, as error texts state it after "must be". */
export const UINT64_RULE = "a bigint from 0 to 18446744073709551615";

/** Whether `value` is a uint32. */
export function isUint32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value;
}

/** Whether `value` is a uint64. */
export function isUint64(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= UINT64_MAX;
}

/** Throws unless `value` is a valid uint32 for the field `name` of message `op`. */
export function checkUint32(op: string, name: string, value: unknown): void {
  if (!isUint32(value)) {
    throw writeError(op, name, UINT32_RULE, typeof value === "number" ? RangeError : TypeError);
  }
}

/** Throws unless `value` is a valid uint64 for the field `name` of message `op`. */
export function checkUint64(op: string, name: string, value: unknown): void {
  if (!isUint64(value)) {
    throw writeError(op, name, UINT64_RULE, typeof value === "bigint" ? RangeError : TypeError);
  }
}

/** Returns the bytes of `value` for the field `name` of message `op`, not copied. Throws if `value` has no bytes. */
export function checkBytes(op: string, name: string, value: unknown): Uint8Array {
  const bytes = bytesOf(value);
  if (!bytes) throw writeError(op, name, BYTES_RULE, TypeError, kindOf(value));
  return bytes;
}
