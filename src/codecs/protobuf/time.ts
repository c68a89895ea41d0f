// Times: google.protobuf.Timestamp and Duration have seconds and nanoseconds, programs have a bigint of nanoseconds.

import { highHalf, INT64_MAX, INT64_MIN, lowHalf, split } from "./int64.ts";

const NANOS = 1_000_000_000;
/** Nanoseconds in a second. */
export const NANOS_LONG = 1_000_000_000n;
const TWO_POW_32 = 0x1_0000_0000;

/** Seconds and nanoseconds. Reused by the functions of this file, to avoid an allocation for each time. */
export interface SplitTime {
  /** Whole seconds. A bigint only if the time in nanoseconds is not an int64. */
  seconds: number | bigint;
  /** From -999,999,999 to 999,999,999. */
  nanos: number;
}

const result: SplitTime = { seconds: 0, nanos: 0 };

/**
 * Splits the time of a `Timestamp`: `nanos` is not negative, also before 1970.
 *
 * The result is valid until the next call.
 */
export function splitTimestamp(ns: bigint): SplitTime {
  const isNegative = splitMagnitude(ns);
  if (!isNegative) return result;
  if (result.nanos === 0) {
    result.seconds = -result.seconds;
  } else {
    result.seconds = typeof result.seconds === "bigint" ? -result.seconds - 1n : -result.seconds - 1;
    result.nanos = NANOS - result.nanos;
  }
  return result;
}

/**
 * Splits a `Duration`: both parts of a negative duration are negative or zero.
 *
 * The result is valid until the next call.
 */
export function splitDuration(ns: bigint): SplitTime {
  if (splitMagnitude(ns)) {
    result.seconds = -result.seconds;
    // Not -0, which tests would distinguish.
    result.nanos = 0 - result.nanos;
  }
  return result;
}

/** Joins seconds and nanoseconds. Exact for all int64 seconds. */
export function joinTime(seconds: bigint, nanos: number): bigint {
  return seconds * NANOS_LONG + BigInt(nanos);
}

/** Splits the absolute value. Returns whether the time is negative. */
function splitMagnitude(ns: bigint): boolean {
  if (ns < INT64_MIN || ns > INT64_MAX) {
    const magnitude = ns < 0n ? -ns : ns;
    result.seconds = magnitude / NANOS_LONG;
    result.nanos = Number(magnitude % NANOS_LONG);
    return ns < 0n;
  }
  split(ns);
  let low = lowHalf();
  let high = highHalf();
  const isNegative = high > 0x7fff_ffff;
  if (isNegative) {
    low = -low >>> 0;
    high = low === 0 ? -high >>> 0 : ~high >>> 0;
  }
  // The quotient of doubles may be wrong by one, which the remainder modulo 2^32 reveals. Three times as fast as a
  // division of bigints.
  let seconds = Math.floor((high * TWO_POW_32 + low) / NANOS);
  let nanos = (low - Math.imul(seconds, NANOS)) | 0;
  if (nanos < 0) {
    nanos += NANOS;
    seconds -= 1;
  } else if (nanos >= NANOS) {
    nanos -= NANOS;
    seconds += 1;
  }
  result.seconds = seconds;
  result.nanos = nanos;
  return isNegative;
}
