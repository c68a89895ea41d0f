// mcap info: what is in a file.

import type { McapReader } from "../../mcap/reader/mcap_reader.ts";
import { pathOrUrl } from "../../mcap/recover/same_file.ts";
import { bytesText, durationText, significant } from "../../quantities.ts";
import { tableLines } from "../format/table.ts";
import { timeText } from "../format/times.ts";
import type { McapAction } from "./mcap_action.ts";
import { faultReason, openRecording, RECOVER_HINT } from "./open_recording.ts";

/** The messages of one topic. */
interface TopicInfo {
  readonly topic: string;
  /** The name of the schema; `""` if there is none. */
  readonly type: string;
  readonly encoding: string;
  readonly schemaEncoding: string;
  readonly messages: number;
  /** Messages per second of the file's duration; `undefined` if it has no duration. */
  readonly hz: number | undefined;
}

/** The chunks with one compression. */
interface CompressionInfo {
  /** `none` if they are not compressed. */
  readonly compression: string;
  readonly chunks: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
}

/** Prints what is in files. */
export const fileInfo: McapAction = {
  summary: "print topics, counts, rates, times and compression",
  about: "It reads only the index. check reads everything. --json prints one object for each file.",
  usage: "FILE…",
  maxFiles: Infinity,
  options: [],
  examples: [
    ["mcap info drive.mcap", "prints what is in the file"],
    ["mcap info drive_*.mcap --json | jq .messages", "prints how many messages each file has"],
  ],
  async run(paths, { isJson, output, signal }) {
    for (const [index, path] of paths.entries()) {
      await using reader = await openRecording(path, signal);
      const info = await infoOf(path, reader, signal);
      if (isJson) {
        output.json(info);
        continue;
      }
      if (index > 0) output.line();
      for (const line of infoLines(info, output.columns, (text) => output.style("bold", text))) output.line(line);
      if (info.fault !== undefined) output.note(`${path} is incomplete: ${info.fault}; ${RECOVER_HINT}`);
    }
  },
};

/** What `--json` prints. */
interface FileInfo {
  readonly file: string;
  readonly bytes: number;
  readonly library: string;
  readonly profile: string;
  readonly messages: number;
  /** The first and the last log time, in ns; absent without messages. */
  readonly start?: bigint;
  readonly end?: bigint;
  readonly compressions: readonly CompressionInfo[];
  readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly bytes: number }[];
  /** The names of the metadata records. */
  readonly metadata: readonly string[];
  readonly topics: readonly TopicInfo[];
  /** Why the file is incomplete. */
  readonly fault?: string;
}

async function infoOf(file: string, reader: McapReader, signal: AbortSignal): Promise<FileInfo> {
  const { timeRange: range, header: { library, profile }, fault } = reader;
  const { stat } = await import("node:fs/promises");
  const counts = await countsOf(reader, signal);
  const seconds = range ? Number(range.end - range.start) / 1e9 : 0;
  return {
    file,
    bytes: (await stat(pathOrUrl(file))).size,
    library,
    profile,
    messages: [...counts.values()].reduce((sum, count) => sum + count, 0),
    ...range,
    compressions: compressionsOf(reader),
    attachments: reader.attachmentIndexes.map(({ name, mediaType, dataSize }) => ({
      name,
      mediaType,
      bytes: dataSize,
    })),
    metadata: reader.metadataIndexes.map(({ name }) => name),
    topics: [...reader.channels.values()].map(({ id, topic, messageEncoding, schemaId }): TopicInfo => {
      const schema = reader.schemas.get(schemaId);
      const messages = counts.get(id) ?? 0;
      return {
        topic,
        type: schema?.name ?? "",
        encoding: messageEncoding,
        schemaEncoding: schema?.encoding ?? "",
        messages,
        hz: seconds > 0 ? messages / seconds : undefined,
      };
    }).toSorted((one, other) => one.topic < other.topic ? -1 : one.topic > other.topic ? 1 : 0),
    ...(fault && { fault: faultReason(fault) }),
  };
}

/** Returns the number of messages of each channel. Reads the whole file if the file has no counts. */
async function countsOf(reader: McapReader, signal: AbortSignal): Promise<ReadonlyMap<number, number>> {
  const { statistics } = reader;
  if (statistics && (statistics.channelMessageCounts.size > 0 || statistics.messageCount === 0)) {
    return statistics.channelMessageCounts;
  }
  const counts = new Map<number, number>();
  try {
    for await (const batch of reader.batches({ signal })) {
      for (const { channel: { id } } of batch) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  } catch {
    signal.throwIfAborted();
    // Of a broken file, what precedes the fault is counted. The caller reports the fault.
  }
  return counts;
}

function compressionsOf({ chunkIndexes }: McapReader): CompressionInfo[] {
  const groups = Map.groupBy(chunkIndexes, ({ compression }) => compression || "none");
  return [...groups].map(([compression, chunks]) => ({
    compression,
    chunks: chunks.length,
    bytes: chunks.reduce((sum, { compressedSize }) => sum + compressedSize, 0),
    uncompressedBytes: chunks.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0),
  }));
}

function infoLines(info: FileInfo, columns: number, styleHeader: (line: string) => string): string[] {
  const { file, bytes, library, profile, messages, start, end, compressions, attachments, metadata, topics } = info;
  const rows: [string, string][] = [
    ["file", `${file}, ${bytesText(bytes)}`],
    ["library", library],
    ["profile", profile],
    ["messages", `${messages}`],
    ["start", start === undefined ? "" : timeText(start)],
    ["end", end === undefined ? "" : timeText(end)],
    ["duration", start === undefined || end === undefined ? "" : durationText(Number(end - start) / 1e6)],
    ...compressions.map(({ compression, chunks, bytes, uncompressedBytes }): [string, string] => [
      "chunks",
      `${chunks}, ${compression}, ${bytesText(uncompressedBytes)}` +
      (compression === "none" ? "" : ` as ${bytesText(bytes)} (${percent(bytes, uncompressedBytes)})`),
    ]),
    ...attachments.map(({ name, mediaType, bytes }): [string, string] => [
      "attachment",
      [name, mediaType, bytesText(bytes)].filter(Boolean).join(", "),
    ]),
    ["metadata", metadata.join(", ")],
  ];
  return [
    ...rows.filter(([, text]) => text !== "").map(([name, text]) => `${name.padEnd(11)} ${text}`),
    "",
    ...tableLines({
      header: ["TOPIC", "MESSAGES", "HZ", "ENCODING", "TYPE"],
      rows: topics.map(({ topic, messages, hz, encoding, type }) => [
        topic,
        `${messages}`,
        hz === undefined ? "-" : significant(hz),
        encoding,
        type,
      ]),
      right: [1, 2],
      columns,
      styleHeader,
    }),
  ];
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.round(part / whole * 100)} %`;
}
