// Quantiles of what was measured.

/** The value below which the share `q` of the sorted numbers lies; of two neighbours in between, their mix. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new RangeError("Cannot take a quantile of no numbers");
  return low + (high - low) * (at - Math.floor(at));
}

/** The middle one of numbers in any order. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers.toSorted((a, b) => a - b), 0.5);
}
