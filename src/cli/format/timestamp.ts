// timestampText(): a time in nanoseconds for people.

/** Returns a time as `2026-11-27T11:49:00.123456789Z`. */
export function timestampText(ns: bigint): string {
  const nanos = ns % 1_000_000_000n;
  const fraction = nanos < 0n ? nanos + 1_000_000_000n : nanos;
  const date = new Date(Number((ns - fraction) / 1_000_000n));
  return `${date.toISOString().slice(0, -5)}.${String(fraction).padStart(9, "0")}Z`;
}
