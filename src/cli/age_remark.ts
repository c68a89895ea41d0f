// ageRemark(): recognizes clocks that differ by the ages of messages.

import { durationText } from "../quantities.ts";
import type { Summary } from "./sliding_window.ts";

/** What is unusual about ages. */
export interface AgeRemark {
  /** `ahead` and `behind`: the clock of the timestamps, compared with this machine. */
  readonly kind: "noClock" | "ahead" | "behind";
  /** A sentence whose subject is the timestamps. */
  readonly text: string;
}

/** Messages cannot come from the future. This much is the error of reading a clock, in ms. */
const TOLERANCE_MS = 5;
/** Even slow networks deliver within this time. */
const OLD_MS = 1000;
/** Timestamps that are off by a year are not read from a clock, or are in another unit. */
const YEAR_MS = 365 * 86_400_000;

/** Returns what the ages of messages, in ms, say about the clocks, or `undefined` if they are normal. */
export function ageRemark({ min, max }: Pick<Summary, "min" | "max">): AgeRemark | undefined {
  if (min > YEAR_MS || max < -YEAR_MS) {
    return {
      kind: "noClock",
      text: "not the current time; they may be recorded, simulated, or not in ns since 1970",
    };
  }
  if (min < -TOLERANCE_MS) {
    return { kind: "ahead", text: `${durationText(-min)} in the future; the clocks differ by at least that` };
  }
  if (min > OLD_MS) {
    return {
      kind: "behind",
      text: `at least ${durationText(min)} old; the data is recorded or delayed, or the clocks differ`,
    };
  }
  return undefined;
}
