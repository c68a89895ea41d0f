// Selections of messages in files: by topics and times, as the options of commands name them.

import type { McapSelection, McapTimeRange } from "../../mcap/mod.ts";
import { spanOf } from "../../mcap/reader/time_range.ts";
import type { OptionInit } from "../command.ts";
import { usageError } from "../failure.ts";
import { misplacedStar, topicNames } from "../topic_names.ts";
import { openRecording } from "./open_recording.ts";

/** The options that select messages. */
export const SELECTION_OPTIONS: Readonly<Record<"topic" | "start" | "end", OptionInit & { readonly type: "text" }>> = {
  topic: { type: "text", value: "TOPICS", help: "only these topics, such as /odom,/camera/*" },
  start: { type: "text", value: "TIME", help: "from here on: seconds from the start, an ISO time, or ns since 1970" },
  end: { type: "text", value: "TIME", help: "up to here: seconds from the start, an ISO time, or ns since 1970" },
};

/** The values of these options. */
export type SelectionValues = { readonly [Name in keyof typeof SELECTION_OPTIONS]: string | undefined };

/** A time of an option. */
type TimeOption = { readonly offsetNs: bigint } | { readonly time: bigint };

/** Integers with this many digits are ns since 1970, because no recording has so many seconds. */
const NS_DIGITS = 16;

/**
 * Returns the selection of the options. Opens the files to know their start, if it is needed.
 *
 * @throws {Failure} If an option is not valid.
 */
export async function selectionOf(
  { topic, start, end }: SelectionValues,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<McapSelection> {
  const topics = topic === undefined ? undefined : topicNames(topic);
  if (topics && misplacedStar(topics) !== undefined) {
    throw usageError(`--topic: "*" is possible only at the end of a name, not as in "${topic}"`);
  }
  const [from, to] = [timeOption("start", start), timeOption("end", end)];
  const isRelative = [from, to].some((time) => time && "offsetNs" in time);
  const origin = isRelative ? await startOf(paths, signal) : 0n;
  const absolute = (time: TimeOption) => "time" in time ? time.time : origin + time.offsetNs;
  const selection = {
    ...(topics && { topics }),
    ...(from && { start: absolute(from) }),
    ...(to && { end: absolute(to) }),
  };
  if (selection.start !== undefined && selection.end !== undefined && selection.start >= selection.end) {
    throw usageError("--start must be before --end");
  }
  return selection;
}

function timeOption(name: string, text: string | undefined): TimeOption | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && text.length >= NS_DIGITS) return { time: BigInt(text) };
  if (/^\d*\.?\d+$/.test(text)) return { offsetNs: BigInt(Math.round(Number(text) * 1e9)) };
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) {
    throw usageError(`--${name}: "${text}" is not a number of seconds, an ISO time, or a time in ns`);
  }
  return { time: BigInt(ms) * 1_000_000n };
}

/** Returns the earliest time of all files. */
async function startOf(paths: readonly string[], signal: AbortSignal): Promise<bigint> {
  const ranges: McapTimeRange[] = [];
  for (const path of paths) {
    await using reader = await openRecording(path, signal);
    if (reader.timeRange) ranges.push(reader.timeRange);
  }
  return spanOf(ranges)?.start ?? 0n;
}
