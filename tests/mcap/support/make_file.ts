// makeFile(): writes small files for tests of the readers, with or without each part.

import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import { compressRecords } from "../../../src/mcap/compression/compress.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { encodeAttachment } from "../../../src/mcap/records/encode_attachment.ts";
import { magicBytes } from "../../../src/mcap/records/magic.ts";
import type { Attachment, Channel, McapRecord, Message, Metadata, Schema } from "../../../src/mcap/records/records.ts";
import { encodeRecord } from "./encode_record.ts";

export const SCHEMA: Schema = { id: 1, name: "Pose", encoding: "jsonschema", data: new TextEncoder().encode("{}") };
export const ODOM: Channel = channel(1, "/odom", 1);
export const SCAN: Channel = channel(2, "/scan", 1);
export const LOG: Channel = channel(3, "/log", 0);

/** A part of the data section. */
export type Part =
  | { readonly chunk: readonly Message[] }
  | { readonly message: Message }
  | { readonly attachment: Omit<Attachment, "crc"> }
  | { readonly metadata: Metadata };

/** What the file has. */
export interface FileShape {
  /** How chunks are compressed. */
  readonly compression?: "none" | "zstd";
  /** Whether message indexes follow the chunks. */
  readonly hasMessageIndexes?: boolean;
  /** Whether there is a summary. */
  readonly hasSummary?: boolean;
  /** Whether the summary repeats schemas and channels. */
  readonly repeatsDefinitions?: boolean;
  /** Whether schemas and channels are in each chunk. Otherwise they are in the first, or outside. */
  readonly definesInEachChunk?: boolean;
}

/** A file, and where its parts begin and end. */
export interface MadeFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The places of the parts, in their order: the chunk without its message indexes. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
  /** Where the data section ends. */
  readonly dataEnd: number;
}

/** Returns a channel. */
export function channel(id: number, topic: string, schemaId: number): Channel {
  return { id, schemaId, topic, messageEncoding: "json", metadata: new Map([["key", "value"]]) };
}

/** Returns a message whose data has its time. */
export function message(logTime: number | bigint, channelId = 1, sequence = 0, size = 8): Message {
  const data = new Uint8Array(size).fill(Number(logTime) & 0xff);
  return { channelId, sequence, logTime: BigInt(logTime), publishTime: BigInt(logTime) + 1n, data };
}

/** Returns the bytes of a file. */
export function makeFile(parts: readonly Part[], shape: FileShape = {}): MadeFile {
  const {
    compression = "none",
    hasMessageIndexes = true,
    hasSummary = true,
    repeatsDefinitions = true,
    definesInEachChunk = true,
  } = shape;
  const definitions: McapRecord[] = [
    { type: "Schema", ...SCHEMA },
    ...[ODOM, SCAN, LOG].map((each): McapRecord => ({ type: "Channel", ...each })),
  ];
  const file = new ByteBuilder();
  const summary: McapRecord[] = [];
  const places: { start: number; end: number }[] = [];
  let isDefined = false;
  const messages: Message[] = [];
  file.bytes(magicBytes());
  encodeRecord(file, { type: "Header", profile: "ros2", library: "test" });
  for (const part of parts) {
    const start = file.length;
    if ("chunk" in part) {
      const inner = new ByteBuilder();
      if (definesInEachChunk || !isDefined) definitions.forEach((record) => encodeRecord(inner, record));
      isDefined = true;
      const indexes = new Map<number, { logTime: bigint; offset: number }[]>();
      for (const each of part.chunk) {
        const { logTime } = each;
        indexes.set(each.channelId, [...indexes.get(each.channelId) ?? [], { logTime, offset: inner.length }]);
        encodeRecord(inner, { type: "Message", ...each });
      }
      const written = inner.written().slice();
      const times = part.chunk.map(({ logTime }) => logTime).sort((a, b) => (a < b ? -1 : 1));
      const compressed = compressRecords(written, compression, 1);
      const chunkTimes = { messageStartTime: times[0] ?? 0n, messageEndTime: times.at(-1) ?? 0n };
      encodeRecord(file, {
        type: "Chunk",
        ...chunkTimes,
        uncompressedSize: written.length,
        uncompressedCrc: crc32(written),
        ...compressed,
      });
      const end = file.length;
      places.push({ start, end });
      const messageIndexOffsets = new Map<number, number>();
      for (const [channelId, records] of hasMessageIndexes ? indexes : []) {
        messageIndexOffsets.set(channelId, file.length);
        encodeRecord(file, { type: "MessageIndex", channelId, records });
      }
      summary.push({
        type: "ChunkIndex",
        ...chunkTimes,
        chunkStartOffset: start,
        chunkLength: end - start,
        messageIndexOffsets,
        messageIndexLength: file.length - end,
        compression: compressed.compression,
        compressedSize: compressed.records.length,
        uncompressedSize: written.length,
      });
      messages.push(...part.chunk);
      continue;
    }
    if ("message" in part) {
      if (!isDefined) definitions.forEach((record) => encodeRecord(file, record));
      isDefined = true;
      encodeRecord(file, { type: "Message", ...part.message });
      messages.push(part.message);
    } else if ("attachment" in part) {
      const length = encodeAttachment(file, part.attachment, (fields) => crc32(fields));
      const { data, ...fields } = part.attachment;
      summary.push({ type: "AttachmentIndex", ...fields, offset: start, length, dataSize: data.length });
    } else {
      encodeRecord(file, { type: "Metadata", ...part.metadata });
      summary.push({ type: "MetadataIndex", name: part.metadata.name, offset: start, length: file.length - start });
    }
    places.push({ start, end: file.length });
  }
  encodeRecord(file, { type: "DataEnd", dataSectionCrc: crc32(file.written()) });
  const dataEnd = file.length;
  if (hasSummary) {
    if (repeatsDefinitions && isDefined) definitions.forEach((record) => encodeRecord(file, record));
    const count = (type: McapRecord["type"]) => summary.filter((record) => record.type === type).length;
    summary.forEach((record) => encodeRecord(file, record));
    const times = messages.map(({ logTime }) => logTime).sort((a, b) => (a < b ? -1 : 1));
    encodeRecord(file, {
      type: "Statistics",
      messageCount: messages.length,
      schemaCount: isDefined ? 1 : 0,
      channelCount: isDefined ? 3 : 0,
      attachmentCount: count("AttachmentIndex"),
      metadataCount: count("MetadataIndex"),
      chunkCount: count("ChunkIndex"),
      messageStartTime: times[0] ?? 0n,
      messageEndTime: times.at(-1) ?? 0n,
      channelMessageCounts: new Map(),
    });
  }
  const footerStart = file.length;
  const summaryStart = hasSummary ? dataEnd : 0;
  encodeRecord(file, { type: "Footer", summaryStart, summaryOffsetStart: 0, summaryCrc: 0 });
  const summaryCrc = crc32(file.written().subarray(dataEnd, file.length - 4));
  file.truncate(footerStart);
  encodeRecord(file, { type: "Footer", summaryStart, summaryOffsetStart: 0, summaryCrc: hasSummary ? summaryCrc : 0 });
  file.bytes(magicBytes());
  return { bytes: file.written().slice(), places, dataEnd };
}
