// orderedBatches(): yields the messages of segments in the order of their log times.

import { McapError } from "../records/mcap_error.ts";
import type { Segment } from "./file_index.ts";
import type { McapMessage } from "./mcap_message.ts";
import type { MessageCollector } from "./message_collector.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { SegmentLoader } from "./segment_loader.ts";

/** What {@linkcode orderedBatches} reads. */
export interface OrderedBatchesInit {
  /** The segments that may have selected messages. */
  readonly segments: readonly Segment[];
  /** Reads them. */
  readonly loader: SegmentLoader;
  /** Selects messages. */
  readonly collector: MessageCollector;
  /** Whether the latest message is first. */
  readonly isReverse: boolean;
  /** Ends reading with its reason. */
  readonly signal: AbortSignal | undefined;
}

/** Sorted messages of one segment that were not yielded yet. */
interface Run {
  /** Where the segment begins in the file. Among messages with the same time, it decides the order. */
  readonly offset: number;
  messages: McapMessage[];
}

/**
 * Yields arrays of messages. Messages with the same time have the order of the file. A message that is later than the
 * start of the next segment waits for that segment.
 *
 * @throws {McapError} At the first fault, after all messages that precede it.
 */
export async function* orderedBatches(init: OrderedBatchesInit): AsyncGenerator<McapMessage[], undefined, undefined> {
  const { loader, collector, isReverse, signal } = init;
  const order = isReverse ? LATEST_FIRST : EARLIEST_FIRST;
  const segments = init.segments.toSorted((a, b) => order.compareSegments(a, b));
  const readAhead = new ReadAhead(segments, loader, signal);
  let runs: Run[] = [];
  try {
    for (const [index, segment] of segments.entries()) {
      const bytes = await readAhead.take();
      const fault = bytes instanceof McapError ? bytes : loader.collect(segment, bytes, collector);
      const { isSorted } = collector;
      const messages = collector.take();
      if (!isSorted) messages.sort((a, b) => compare(a.logTime, b.logTime));
      // Sorting first, and stably, keeps the order of equal times, which is reversed as well.
      if (isReverse) messages.reverse();
      if (messages.length > 0) runs.push({ offset: segment.offset, messages });
      const next = fault ? undefined : segments[index + 1];
      const batch = next ? takeBefore(runs, next, order) : merge(runs, order);
      runs = next ? runs.filter(({ messages }) => messages.length > 0) : [];
      if (batch.length > 0) yield batch;
      if (fault) throw fault;
      signal?.throwIfAborted();
    }
  } finally {
    await readAhead.close();
  }
}

/** The order in which messages are yielded. */
interface Order {
  compareSegments(a: Segment, b: Segment): number;
  compareRuns(a: Run, b: Run): number;
  compareMessages(a: McapMessage, b: McapMessage): number;
  /** Whether a message of the segment at `offset` precedes all messages of `next`. */
  precedes(message: McapMessage, offset: number, next: Segment): boolean;
}

const EARLIEST_FIRST: Order = {
  compareSegments: (a, b) => compare(a.startTime, b.startTime) || a.offset - b.offset,
  compareRuns: (a, b) => a.offset - b.offset,
  compareMessages: (a, b) => compare(a.logTime, b.logTime),
  precedes: ({ logTime }, offset, next) =>
    logTime < next.startTime || (logTime === next.startTime && offset < next.offset),
};

const LATEST_FIRST: Order = {
  compareSegments: (a, b) => compare(b.endTime, a.endTime) || b.offset - a.offset,
  compareRuns: (a, b) => b.offset - a.offset,
  compareMessages: (a, b) => compare(b.logTime, a.logTime),
  precedes: ({ logTime }, offset, next) => logTime > next.endTime || (logTime === next.endTime && offset > next.offset),
};

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Removes the messages from the runs that precede all of the next segment. Returns them in order. */
function takeBefore(runs: Run[], next: Segment, order: Order): McapMessage[] {
  const taken: Run[] = [];
  for (const run of runs) {
    const { offset, messages } = run;
    const count = countPreceding(run, next, order);
    if (count === 0) continue;
    taken.push({ offset, messages: count === messages.length ? messages : messages.slice(0, count) });
    run.messages = count === messages.length ? [] : messages.slice(count);
  }
  return merge(taken, order);
}

/** Counts by halving, because the messages of a run are sorted. */
function countPreceding({ offset, messages }: Run, next: Segment, order: Order): number {
  let low = 0;
  let high = messages.length;
  if (high > 0 && order.precedes(messages[high - 1]!, offset, next)) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order.precedes(messages[middle]!, offset, next)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(runs: Run[], order: Order): McapMessage[] {
  if (runs.length < 2) return runs[0]?.messages ?? [];
  // The sort is stable, and fast for runs that are sorted.
  return runs.toSorted(order.compareRuns).flatMap(({ messages }) => messages).sort(order.compareMessages);
}
