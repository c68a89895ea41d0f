// Flatness: whether what was measured again and again has grown between the first and the last quarter of a run.

import { median } from "../support/quantile.ts";

/** What may grow, and by how much. */
export interface Allowance {
  /** Times the first quarter's median. */
  factor: number;
  /** And so much more. */
  plus: number;
}

/** The medians of the two quarters, and whether they are close enough. */
export interface Flatness {
  first: number;
  last: number;
  isFlat: boolean;
}

/** Compares the quarters of `samples`, of which there must be four at least. */
export function flatness(samples: readonly number[], { factor, plus }: Allowance): Flatness {
  if (samples.length < 4) throw new RangeError(`Cannot compare quarters: there are only ${samples.length} samples`);
  const quarter = Math.floor(samples.length / 4);
  const first = median(samples.slice(0, quarter));
  const last = median(samples.slice(-quarter));
  return { first, last, isFlat: last <= first * factor + plus };
}
