// Quantities for people: rates, sizes and durations.

import { significant } from "../../quantities.ts";

export { bytesText, countText, durationText } from "../../quantities.ts";

const INTEGER = new Intl.NumberFormat("en");

/** Returns `29.97 Hz`, or `–` if the rate is not known yet. */
export function rateText(hz: number | undefined): string {
  return hz === undefined ? "–" : hz === 0 ? "0" : `${significant(hz)} Hz`;
}

/** Returns `3 d 4 h`, `4 h 5 min`, `5 min 6 s` or `6 s`. */
export function spanText(seconds: number): string {
  const units: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const whole = Math.max(0, Math.floor(seconds));
  const first = units.findIndex(([size]) => whole >= size);
  const parts = units.slice(first, first + 2).map(([size, unit], index) => {
    const count = Math.floor(index === 0 ? whole / size : whole % (units[first]?.[0] ?? 1) / size);
    return `${count} ${unit}`;
  });
  return first < 0 ? "0 s" : parts.join(" ");
}

/** Returns an integer with separators, such as `1,000`. */
export function integerText(value: number): string {
  return INTEGER.format(value);
}

/** Returns `1 line` or `1,000 lines`, or `3 of 1,000 lines` if not all are shown. */
export function shownText(shown: number, count: number, name: string): string {
  const all = `${integerText(count)} ${name}${count === 1 ? "" : "s"}`;
  return shown === count ? all : `${integerText(shown)} of ${all}`;
}

/** Returns a number with at most so many digits, or all digits of an integer. */
export function numberText(value: number, digits = 7): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value);
  return size >= 1e-4 && size < 1e12
    ? String(Number(value.toPrecision(digits)))
    : value.toExponential(Math.min(5, digits - 1));
}
