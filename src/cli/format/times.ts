// Times: points in time for people.

/** Returns a uint64 time in ns as ISO text in UTC with milliseconds. */
export function timeText(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}
