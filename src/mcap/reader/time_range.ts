// McapTimeRange: the log times of the first and the last message of a file.

import { earlierOf, laterOf } from "../records/times.ts";
import type { FileIndex } from "./file_index.ts";

/** The log times of the first and the last message. */
export interface McapTimeRange {
  /** The log time of the first message, in ns. */
  readonly start: bigint;
  /** The log time of the last message, in ns. */
  readonly end: bigint;
}

/** Returns the range of the messages that an index knows; `undefined` if there are none. */
export function timeRangeOf({ statistics, segments }: FileIndex): McapTimeRange | undefined {
  const ranges = segments.filter(({ channelIds, startTime, endTime }) =>
    // A chunk without messages has the time 0.
    channelIds === undefined ? startTime > 0n || endTime > 0n : channelIds.size > 0
  ).map(({ startTime, endTime }) => ({ start: startTime, end: endTime }));
  if (statistics && statistics.messageCount > 0) {
    ranges.push({ start: statistics.messageStartTime, end: statistics.messageEndTime });
  }
  return spanOf(ranges);
}

/** Returns the smallest range that contains all of these; `undefined` if there are none. */
export function spanOf(ranges: readonly McapTimeRange[]): McapTimeRange | undefined {
  const [first] = ranges;
  if (!first) return undefined;
  return ranges.reduce(({ start, end }, range) => ({
    start: earlierOf(range.start, start),
    end: laterOf(range.end, end),
  }));
}
