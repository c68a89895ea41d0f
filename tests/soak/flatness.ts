// flatness(): checks whether a measured value has grown between the first and the last quarter of a run.

import { median } from "../support/quantile.ts";

/** How much a value may grow. */
export interface Allowance {
  /** A factor for the median of the first quarter. */
  factor: number;
  /** Added to the product. */
  plus: number;
}

/** The medians of the two quarters, and whether the growth is allowed. */
export interface Flatness {
  first: number;
  last: number;
  isFlat: boolean;
}

/** Compares the first and the last quarter of at least four samples. */
export function flatness(samples: readonly number[], { factor, plus }: Allowance): Flatness {
  if (samples.length < 4) throw new RangeError(`Cannot compare quarters: there are only ${samples.length} samples`);
  const quarter = Math.floor(samples.length / 4);
  const first = median(samples.slice(0, quarter));
  const last = median(samples.slice(-quarter));
  return { first, last, isFlat: last <= first * factor + plus };
}
