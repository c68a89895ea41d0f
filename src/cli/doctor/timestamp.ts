// judgeTimestamp(): what is wrong with the timestamp of a message.

import { durationText } from "../../quantities.ts";

/** A timestamp that is not near the expected time. */
export type TimestampProblem =
  /** It is zero, or has another unit than ns. */
  | { type: "unit"; text: string; cure: string }
  /** The clocks differ. */
  | { type: "offset"; isPast: boolean; text: string; cure: string };

const YEAR_NS = 31_557_600_000_000_000n;
/** How many nanoseconds the wrong units have. */
const UNITS: readonly (readonly [name: string, ns: bigint])[] = [
  ["seconds", 1_000_000_000n],
  ["milliseconds", 1_000_000n],
  ["microseconds", 1000n],
];
const MAX_PAST_NS = 10_000_000_000n;
const MAX_FUTURE_NS = 1_000_000_000n;

/** Returns the problem of a timestamp, or `undefined`. `now`: the expected time, in ns. */
export function judgeTimestamp(timestamp: bigint, now: bigint): TimestampProblem | undefined {
  if (timestamp === 0n) {
    const text = "timestamp 0: recordings place the message in 1970";
    return { type: "unit", text, cure: "send the time of the message, in ns since the Unix epoch" };
  }
  const [unit] = UNITS.find(([, ns]) => distance(timestamp * ns, now) < YEAR_NS) ?? [];
  if (unit !== undefined) {
    const text = `timestamp ${timestamp} is in ${unit}: recordings place the message in 1970`;
    return { type: "unit", text, cure: "send the timestamp in nanoseconds" };
  }
  const isPast = timestamp < now;
  if (distance(timestamp, now) <= (isPast ? MAX_PAST_NS : MAX_FUTURE_NS)) return undefined;
  const difference = agoText(Number(distance(timestamp, now)) / 1e6);
  return {
    type: "offset",
    isPast,
    text: `timestamps are ${difference} in the ${isPast ? "past" : "future"}`,
    cure: "synchronise the clocks (NTP); replayed and simulated data should declare the capability time",
  };
}

function distance(one: bigint, other: bigint): bigint {
  return one < other ? other - one : one - other;
}

function agoText(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  if (days > 1) return `${days} days`;
  const hours = Math.floor(ms / 3_600_000);
  return hours > 1 ? `${hours} hours` : durationText(ms);
}
