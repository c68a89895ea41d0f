// readSnapshot(): the messages that clients need after a seek, from before the new time.

import { exactly } from "../../name_patterns.ts";
import type { McapMessage, McapSelection } from "../reader/mcap_message.ts";
import type { PlayChannels } from "./play_channels.ts";
import type { PlayFile, PlayFiles } from "./play_files.ts";

/** Transforms older than this are not sent again, in ns. */
const TRANSFORM_NS = 10_000_000_000n;
/** How many transforms are sent again at most. */
const MAX_TRANSFORMS = 1000;

/** Messages from before a time, in the order of their times. */
export interface Snapshot {
  /** The newest messages of latched channels. */
  readonly latched: readonly McapMessage[];
  /** The newest transforms of other channels. */
  readonly transforms: readonly McapMessage[];
}

/** Reads the messages that clients need at a time. Rejects with the signal's reason when it aborts. */
export async function readSnapshot(
  files: PlayFiles,
  channels: Pick<PlayChannels, "latchDepths" | "transformTopics">,
  time: bigint,
  signal: AbortSignal,
): Promise<Snapshot> {
  const latched: McapMessage[] = [];
  const newest = async (selection: McapSelection, count: number) => {
    const found = await Promise.all(files.files.map((file) => readNewest(files, file, selection, count, signal)));
    return found.flat().sort(byTime).slice(-count);
  };
  for (const [topic, depth] of channels.latchDepths) latched.push(...await newest(selectionOf([topic], time), depth));
  const topics = channels.transformTopics;
  const start = time > TRANSFORM_NS ? time - TRANSFORM_NS : 0n;
  const transforms = topics.length === 0 ? [] : await newest({ ...selectionOf(topics, time), start }, MAX_TRANSFORMS);
  return { latched: latched.sort(byTime), transforms };
}

function selectionOf(topics: readonly string[], end: bigint): McapSelection {
  return { topics: topics.map((topic) => exactly(topic)), end };
}

/** Returns the newest selected messages of a file, the earliest first. */
async function readNewest(
  files: PlayFiles,
  file: PlayFile,
  selection: McapSelection,
  count: number,
  signal: AbortSignal,
): Promise<McapMessage[]> {
  const found: McapMessage[] = [];
  try {
    for await (const batch of file.reader.batches({ ...selection, reverse: true, signal })) {
      for (const message of batch.slice(0, count - found.length)) {
        // Copied, because its chunk would stay in memory.
        found.push({ ...message, data: message.data.slice() });
      }
      if (found.length >= count) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    files.report(file, error);
  }
  return found.reverse();
}

function byTime(one: McapMessage, other: McapMessage): number {
  return one.logTime < other.logTime ? -1 : one.logTime > other.logTime ? 1 : 0;
}
