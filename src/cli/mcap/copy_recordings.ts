// mcap cut, mcap merge: write messages of files to a new one, in the order of their times.

import type { McapMessage, McapSelection } from "../../mcap/mod.ts";
import type { PlayFile, PlayFiles } from "../../mcap/play/play_files.ts";
import { MessageFilter } from "../../mcap/reader/message_filter.ts";
import { spanOf } from "../../mcap/reader/time_range.ts";
import type { Channel, Metadata } from "../../mcap/records/records.ts";
import { earlierOf, laterOf } from "../../mcap/records/times.ts";
import type { FileCopy } from "../../mcap/recover/file_copy.ts";
import { LATCHED_TOPICS } from "../../protocol/latch_depth.ts";
import { Failure } from "../failure.ts";
import { toJson } from "../output.ts";
import { latchedTopics } from "../latch_option.ts";
import { nameMatcher, type NamePattern } from "../../name_patterns.ts";
import { countText } from "../../quantities.ts";
import { type McapAction, type McapInvocation, targetFailure, targetOf, writeFailure } from "./mcap_action.ts";
import { mergedMessages } from "./merged_messages.ts";
import { openFiles } from "./open_files.ts";
import { RECOVER_HINT } from "./open_recording.ts";
import { selectionOf } from "./selection.ts";
import { WorkProgress } from "./work_progress.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Cuts a part out of a file. */
export const cutFile: McapAction = {
  summary: "write the messages of some topics and times to a new file",
  about: "Messages at --end are not selected. --json prints one object at the end.",
  usage: "FILE --output FILE",
  maxFiles: 1,
  examples: [
    ["mcap cut drive.mcap -o part.mcap --start 60 --end 90", "writes half a minute"],
    ["mcap cut drive.mcap -o scans.mcap --topic /scan,/camera/*", "writes some topics"],
  ],
  options: ["output", "force", "compression", "topic", "start", "end", "latch"],
  async run(paths, invocation) {
    const { options, signal } = invocation;
    const latch = latchedTopics(options.latch);
    await copyRecordings(paths, await selectionOf(options, paths, signal), latch, invocation);
  },
};

/** Merges files. */
export const mergeFiles: McapAction = {
  summary: "write the messages of several files to one, by time",
  about: "--json prints one object at the end.",
  usage: "FILE… --output FILE",
  maxFiles: Infinity,
  examples: [["mcap merge drive_*.mcap -o drive.mcap", "makes one file of several"]],
  options: ["output", "force", "compression"],
  async run(paths, invocation) {
    await copyRecordings(paths, {}, [], invocation);
  },
};

async function copyRecordings(
  paths: readonly string[],
  selection: McapSelection,
  latch: readonly NamePattern[],
  invocation: McapInvocation,
): Promise<void> {
  const { output, isJson, signal } = invocation;
  const target = await targetOf(invocation, paths);
  const [{ FileCopy: Copy }, { McapWriter }] = await Promise.all([
    import("../../mcap/recover/file_copy.ts"),
    import("../../mcap/writer/writer.ts"),
  ]);
  await using open = await openFiles(paths, selection, output, signal);
  const { opened, faults } = open;
  const { files } = opened;
  const profiles = new Set(files.map(({ reader }) => reader.header.profile));
  const { path, overwrite, compression } = target;
  const init = { overwrite, compression, chunkBytes: CHUNK_BYTES, synchronous: true };
  const [profile = ""] = profiles.size === 1 ? profiles : [];
  const writer = await McapWriter.open(path, { ...init, profile }).catch((error: unknown) => {
    throw targetFailure(error, target);
  });
  const copy = new Copy(writer, await latchDepthsFor(files, latch));
  let messages = 0;
  try {
    await copyOthers(files, selection, copy, signal);
    const latched = await latchedBefore(opened, selection, latch, signal);
    if (latched.length > 0) await copy.add({ type: "messages", messages: latched });
    messages += latched.length;
    const range = spanOf(files.flatMap(({ range }) => range ?? [])) ?? { start: 0n, end: 0n };
    const start = laterOf(selection.start ?? range.start, range.start);
    const end = earlierOf(selection.end ?? range.end, range.end);
    const progress = new WorkProgress(output, isJson);
    try {
      for await (const batch of mergedMessages(opened, selection, signal)) {
        await copy.add({ type: "messages", messages: batch });
        messages += batch.length;
        const last = batch.at(-1)?.logTime ?? start;
        progress.update(end > start ? Number(last - start) / Number(end - start) : 1, copy.messageBytes);
        signal.throwIfAborted();
      }
    } finally {
      progress.end();
    }
    await copy.close();
  } catch (error) {
    // The error is more useful than that of a writer whose disk is full, too.
    await copy.close().catch(() => {});
    signal.throwIfAborted();
    throw await writeFailure(error, target);
  }
  const { fileBytes } = writer.stats;
  if (isJson) output.json({ messages, bytes: fileBytes, output: path });
  else output.line(`Wrote ${countText(messages, "message")} to ${path}`);
  if (faults.length > 0) {
    throw new Failure(`${faults.join("; ")}; ${RECOVER_HINT}`);
  }
}

/** Returns the newest messages of latched channels from before the selected time, with its start as their log time. */
async function latchedBefore(
  files: PlayFiles,
  { topics, start }: McapSelection,
  latch: readonly NamePattern[],
  signal: AbortSignal,
): Promise<McapMessage[]> {
  if (start === undefined) return [];
  const [{ latchDepthsOf, mergeChannels }, { readSnapshot }] = await Promise.all([
    import("../../mcap/play/merge_channels.ts"),
    import("../../mcap/play/seek_snapshot.ts"),
  ]);
  const channels = mergeChannels(files.files, new MessageFilter(topics ? { topics } : {}), nameMatcher(latch));
  const selected = { latchDepths: latchDepthsOf(channels), transformTopics: [] };
  const { latched } = await readSnapshot(files, selected, start, signal);
  return latched.map((message) => ({ ...message, logTime: start }));
}

/**
 * Returns the depths of the latched channels that a player of the new file would not know as latched, because only
 * `latch` names their topics.
 */
async function latchDepthsFor(
  files: readonly PlayFile[],
  latch: readonly NamePattern[],
): Promise<(channel: Channel) => number> {
  if (latch.length === 0 || latch === LATCHED_TOPICS) return () => 0;
  const { mergeChannels } = await import("../../mcap/play/merge_channels.ts");
  const depthsBy = (topics: readonly NamePattern[]) =>
    new Map(
      mergeChannels(files, new MessageFilter(), nameMatcher(topics)).flatMap(({ members, latchDepth }) =>
        members.map((channel) => [channel, latchDepth])
      ),
    );
  const [depths, known] = [depthsBy(latch), depthsBy(LATCHED_TOPICS)];
  return (channel) => known.get(channel) === 0 ? depths.get(channel) ?? 0 : 0;
}

/** Copies the metadata, each record once, and the attachments of the selected time. */
async function copyOthers(
  files: readonly PlayFile[],
  selection: McapSelection,
  copy: FileCopy,
  signal: AbortSignal,
): Promise<void> {
  const filter = new MessageFilter(selection);
  const written = new Set<string>();
  for (const { reader } of files) {
    for await (const metadata of reader.metadata({ signal })) {
      const key = keyOf(metadata);
      if (!written.has(key)) await copy.add({ type: "metadata", metadata });
      written.add(key);
    }
    for await (const attachment of reader.attachments({ signal })) {
      if (filter.includes(attachment.logTime)) await copy.add({ type: "attachment", attachment });
    }
  }
}

function keyOf({ name, metadata }: Metadata): string {
  return toJson([name, [...metadata].toSorted()]);
}
