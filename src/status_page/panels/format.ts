// Texts of numbers: bytes, rates, counts and durations.

const UNITS = ["B", "kB", "MB", "GB", "TB"];
const COUNT = new Intl.NumberFormat("en");

/** Returns a number of bytes as text, such as `1.5 kB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded to 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : Number(value.toPrecision(2))} ${UNITS[unit]}`;
}

/** Returns a rate as text, such as `29.9 Hz`. */
export function formatRate(hz: number): string {
  return `${hz >= 99.5 ? Math.round(hz) : Number(hz.toFixed(1))} Hz`;
}

/** Returns a count as text, such as `1,000`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** Returns a duration as text, such as `12 ms` or `1.5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
