// Time: conversions between nanoseconds and the other forms of a time.

/** A time or a duration in seconds and nanoseconds, as ROS and Foxglove's JSON messages have it. */
export interface Time {
  /** Whole seconds, rounded down. Negative before the epoch. */
  sec: number;
  /** The rest, in ns, from 0 to 999,999,999. */
  nsec: number;
}

const NS_PER_SEC = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/**
 * Converts nanoseconds to seconds and nanoseconds.
 *
 * @example
 * ```ts
 * import { nsFromTime, timeFromNs } from "@x/foxglove-ws";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(timeFromNs(1_500_000_000n), { sec: 1, nsec: 500_000_000 });
 * assertEquals(nsFromTime({ sec: 1, nsec: 500_000_000 }), 1_500_000_000n);
 * ```
 */
export function timeFromNs(ns: bigint): Time {
  const rest = ns % NS_PER_SEC;
  // Division rounds towards zero, but `nsec` is never negative.
  const nsec = rest < 0n ? rest + NS_PER_SEC : rest;
  return { sec: Number((ns - nsec) / NS_PER_SEC), nsec: Number(nsec) };
}

/**
 * Converts seconds and nanoseconds to nanoseconds.
 *
 * @throws {RangeError} When `sec` or `nsec` is not a safe integer.
 */
export function nsFromTime({ sec, nsec }: Readonly<Time>): bigint {
  if (!Number.isSafeInteger(sec) || !Number.isSafeInteger(nsec)) {
    throw new RangeError(`Cannot convert a time: sec ${sec} and nsec ${nsec} are not both integers`);
  }
  return BigInt(sec) * NS_PER_SEC + BigInt(nsec);
}

/**
 * Converts a date to nanoseconds since the Unix epoch.
 *
 * @example
 * ```ts
 * import { nsFromDate } from "@x/foxglove-ws";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nsFromDate(new Date("1970-01-01T00:00:01.5Z")), 1_500_000_000n);
 * ```
 *
 * @throws {RangeError} When the date is not valid.
 */
export function nsFromDate(date: Date): bigint {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new RangeError("Cannot convert a date: it is not valid");
  return BigInt(ms) * NS_PER_MS;
}
