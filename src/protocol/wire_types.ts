// What the wire's numbers and bytes may be, and the refusal of a caller's value that is something else.

import { BYTES_RULE, bytesOf, kindOf } from "./bytes.ts";

/** Completes "must be". */
export const UINT32_RULE = "an integer of 0 to 4294967295";
/** Completes "must be". */
export const UINT64_RULE = "a bigint of 0 to 18446744073709551615";

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** Whether `value` fits a uint32. */
export function isUint32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value;
}

/** Whether `value` fits a uint64. */
export function isUint64(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= UINT64_MAX;
}

/** Throws unless `value` may be written as the uint32 `name` of message `op`. */
export function checkUint32(op: string, name: string, value: unknown): void {
  if (!isUint32(value)) {
    const text = unwritable(op, name, UINT32_RULE);
    throw typeof value === "number" ? new RangeError(text) : new TypeError(text);
  }
}

/** Throws unless `value` may be written as the uint64 `name` of message `op`. */
export function checkUint64(op: string, name: string, value: unknown): void {
  if (!isUint64(value)) {
    const text = unwritable(op, name, UINT64_RULE);
    throw typeof value === "bigint" ? new RangeError(text) : new TypeError(text);
  }
}

/** The bytes of `value`, to be written as `name` of message `op`. Throws if it has none. */
export function checkBytes(op: string, name: string, value: unknown): Uint8Array {
  const bytes = bytesOf(value);
  if (!bytes) throw new TypeError(`${unwritable(op, name, BYTES_RULE)}, not ${kindOf(value)}`);
  return bytes;
}

/** The text of the error about a caller's value. */
export function unwritable(op: string, name: string, rule: string): string {
  return `Cannot write "${op}": ${name} must be ${rule}`;
}
