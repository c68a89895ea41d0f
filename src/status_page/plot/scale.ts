// Scales: the ranges and the labels of the axes of plots.

/** More steps than this have labels that are too long. */
const MAX_LABEL_STEPS = 100_000;

/** A range between round numbers. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
  /** The distance between grid lines. */
  readonly step: number;
}

/** Returns the smallest range between round numbers that contains both values, with about `parts` grid lines. */
export function valueRange(min: number, max: number, parts: number): ValueRange {
  if (!(min <= max)) return { low: 0, high: 1, step: 0.5 };
  const spread = Math.min(max - min || Math.abs(max) * 0.1 || 1, Number.MAX_VALUE / 4);
  const step = roundStep(spread / parts);
  const low = Math.floor(min / step) * step;
  const high = Math.ceil(max / step) * step;
  return high > low ? { low, high, step } : { low: low - step, high: high + step, step };
}

/** Returns the values of the grid lines. Numbers that are too large for the step give fewer lines. */
export function gridValues({ low, high, step }: ValueRange): number[] {
  const count = Math.min(20, Math.round((high - low) / step));
  return Array.from({ length: count + 1 }, (_, index) => low + index * step);
}

/** Returns the labels of the grid lines. Large values that differ little have labels relative to the lowest one. */
export function gridLabels(values: readonly number[], { low, step }: ValueRange): string[] {
  const isRelative = Math.abs(low) / step > MAX_LABEL_STEPS;
  return values.map((value) => isRelative ? `+${label(value - low, step)}` : label(value, step));
}

function label(value: number, step: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || size > 0 && step < 1e-4) return value.toExponential(2).replace("e+", "e");
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** Returns the distance between the labels of a time axis, in seconds. */
export function timeStep(windowSeconds: number, maxLabels: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300];
  return steps.find((step) => windowSeconds / step <= maxLabels) ?? windowSeconds;
}

/** Returns the next number of the form 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return (rough > 5 * power ? 10 : rough > 2 * power ? 5 : rough > power ? 2 : 1) * power;
}
