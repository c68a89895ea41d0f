// Times: points in time for people.

/** Returns a time in ns as ISO text in UTC with milliseconds, or the number if it is beyond the year 275760. */
export function timeText(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n));
  return Number.isNaN(date.getTime()) ? `${ns} ns` : date.toISOString();
}
