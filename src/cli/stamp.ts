// stampOf(): the time that a message has in its own fields.

import { membersOf } from "./members_of.ts";

/** A time in a message. */
export interface Stamp {
  /** The path of the field. */
  readonly field: string;
  /** In ns. */
  readonly time: bigint;
}

const NS_PER_SECOND = 1_000_000_000n;

/** Returns the time in `header.stamp` or `timestamp`, or `undefined` if a message has none. */
export function stampOf(value: unknown): Stamp | undefined {
  const { header, timestamp } = membersOf(value);
  const stamp = timeOf(membersOf(header).stamp);
  if (stamp !== undefined) return { field: "header.stamp", time: stamp };
  const time = timeOf(timestamp);
  return time === undefined ? undefined : { field: "timestamp", time };
}

/** Returns ns of a `Timestamp` of protobuf, an object as of ROS or of JSON, ISO text, or a number. */
function timeOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isFinite(value) ? ofNumber(value) : undefined;
  if (typeof value === "string") {
    if (/^\d{16,}$/.test(value)) return BigInt(value);
    const ms = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n;
  }
  const { sec, secs = sec, seconds = secs, nsec, nsecs = nsec, nanosec = nsecs, nanos = nanosec } = membersOf(value);
  const [whole, rest] = [integerOf(seconds), integerOf(nanos ?? 0)];
  return whole === undefined || rest === undefined ? undefined : whole * NS_PER_SECOND + rest;
}

/** Numbers have no unit. Those of today differ by a factor of 1000, so their size tells it. */
function ofNumber(value: number): bigint {
  const size = Math.abs(value);
  const nsPerUnit = size < 1e11 ? 1e9 : size < 1e14 ? 1e6 : size < 1e17 ? 1e3 : 1;
  return BigInt(Math.round(value * nsPerUnit));
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
  if (typeof value === "bigint") return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}
