// Recorded files: what tests look at in them.

import type { ChannelInit, FoxgloveServer } from "../../../mod.ts";
import { chunkRecords, ofType, recordsOf } from "../writer/written.ts";
import type { McapRecord } from "../../../src/mcap/records/records.ts";

/** A file, as texts. */
export interface RecordedFile {
  /** Such as `/odom 5 5 1 {"x":1}`: topic, log time, publish time, sequence and data. In the order of the file. */
  readonly messages: readonly string[];
  /** The topics of all channels. */
  readonly topics: readonly string[];
  /** Whether the file has its summary. */
  readonly isWhole: boolean;
}

/** Returns the content of a file. */
export function recordedFile(file: Uint8Array): RecordedFile {
  const records = recordsOf(file);
  const inner = allRecords(records);
  const topics = new Map(ofType(inner, "Channel").map(({ id, topic }) => [id, topic]));
  const messages = ofType(inner, "Message").map(({ channelId, logTime, publishTime, sequence, data }) =>
    `${topics.get(channelId)} ${logTime} ${publishTime} ${sequence} ${new TextDecoder().decode(data)}`
  );
  return { messages, topics: [...topics.values()], isWhole: records.at(-1)?.type === "Footer" };
}

/** Returns the content of the file at a path. */
export function readRecorded(path: string): RecordedFile {
  return recordedFile(Deno.readFileSync(path));
}

/** Returns the records of a file, with those in chunks. */
export function allRecords(records: readonly McapRecord[]): McapRecord[] {
  return records.flatMap((record) => record.type === "Chunk" ? chunkRecords(record) : [record]);
}

/** Calls `run` with a folder, and removes it. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names of the files in a folder. */
export function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

/** A channel with JSON. */
export const ODOM: ChannelInit & { schema: string } = {
  topic: "/odom",
  encoding: "json",
  schemaName: "Odometry",
  schema: '{"type":"object"}',
};

/** Returns a function that sends texts on a channel, with the timestamps 1, 2, 3 and so on. */
export function senderOn(server: FoxgloveServer, channel: ChannelInit): (text: string) => void {
  const id = server.addChannel(channel);
  let timestamp = 0n;
  return (text) => server.sendMessage(id, ++timestamp, text);
}
