// Checks of the values that programs pass for encoding.

import { InvalidValue } from "./faults.ts";
import { INT64_MAX, INT64_MIN, split, UINT64_MAX } from "./int64.ts";

/** Throws unless `value` is a number. */
export function checkNumber(value: unknown): void {
  if (typeof value !== "number") throw InvalidValue.of("a number", value);
}

/** Throws unless `value` is an int32. */
export function checkInt32(value: unknown): void {
  if (typeof value !== "number" || (value | 0) !== value) {
    throw InvalidValue.of("an integer from -2147483648 to 2147483647", value);
  }
}

/** Throws unless `value` is a uint32. */
export function checkUint32(value: unknown): void {
  if (typeof value !== "number" || value >>> 0 !== value) {
    throw InvalidValue.of("an integer from 0 to 4294967295", value);
  }
}

/** Splits an int64 into its halves; see `split()`. Throws if `value` is not one. */
export function splitInt64(value: unknown): void {
  const long = toBigInt(value);
  if (long === undefined || long < INT64_MIN || long > INT64_MAX) {
    throw InvalidValue.of("a bigint or a safe integer from -9223372036854775808 to 9223372036854775807", value);
  }
  split(long);
}

/** Splits a uint64 into its halves; see `split()`. Throws if `value` is not one. */
export function splitUint64(value: unknown): void {
  const long = toBigInt(value);
  if (long === undefined || long < 0n || long > UINT64_MAX) {
    throw InvalidValue.of("a bigint or a safe integer from 0 to 18446744073709551615", value);
  }
  split(long);
}

/** Returns the nanoseconds of a `Timestamp`. */
export function timestampNs(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  const ms = value instanceof Date ? value.getTime() : NaN;
  if (Number.isNaN(ms)) throw InvalidValue.of("a bigint of nanoseconds or a valid Date", value);
  return BigInt(ms) * 1_000_000n;
}

/** Returns the nanoseconds of a `Duration`. */
export function durationNs(value: unknown): bigint {
  if (typeof value !== "bigint") throw InvalidValue.of("a bigint of nanoseconds", value);
  return value;
}

/** Splits the seconds of a time that is not an int64 of nanoseconds. Throws if the seconds are not an int64 either. */
export function splitSeconds(seconds: bigint): void {
  if (seconds < INT64_MIN || seconds > INT64_MAX) {
    throw InvalidValue.of("a time whose seconds are an int64", seconds * 1_000_000_000n);
  }
  split(seconds);
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
