// Parsers of chunks, and of the index records that locate them and their messages.
//
// Each gets the content of a record, after its opcode and its length. `offset`: where the content begins in the file.
// All parsers throw an McapError for content that is too short or malformed, and ignore bytes after the last field.

import { FieldReader } from "./field_reader.ts";
import type { Chunk, ChunkIndex, MessageIndex, MessageIndexEntry } from "./records.ts";

/**
 * Spec: "Chunk (op=0x06)". `records` is a view of the content.
 *
 * | bytes | type   | field            |
 * | ----- | ------ | ---------------- |
 * | 8     | uint64 | messageStartTime |
 * | 8     | uint64 | messageEndTime   |
 * | 8     | uint64 | uncompressedSize |
 * | 4     | uint32 | uncompressedCrc  |
 * | 4 + n | string | compression      |
 * | 8 + n | bytes  | records          |
 */
export function parseChunk(content: Uint8Array, offset: number): Chunk {
  const reader = new FieldReader("Chunk", content, offset);
  return {
    messageStartTime: reader.uint64("messageStartTime"),
    messageEndTime: reader.uint64("messageEndTime"),
    uncompressedSize: reader.safeUint64("uncompressedSize"),
    uncompressedCrc: reader.uint32("uncompressedCrc"),
    compression: reader.string("compression"),
    records: reader.bytes64("records"),
  };
}

/** The start of a chunk whose end is missing. */
export interface OpenChunk {
  /** The format of the compression. */
  readonly compression: string;
  /** The compressed records that are there. */
  readonly records: Uint8Array;
}

/**
 * Parses a chunk whose end is missing. A writer that was killed may have left all its sizes, times and the checksum
 * unset, so only the compression and the records are read. `records` is a view of the content.
 */
export function parseOpenChunk(content: Uint8Array, offset: number): OpenChunk {
  const reader = new FieldReader("Chunk", content, offset);
  reader.skip("the fields before compression", 28);
  const compression = reader.string("compression");
  reader.skip("the length of records", 8);
  return { compression, records: reader.rest() };
}

/**
 * Spec: "Message Index (op=0x07)"
 *
 * | bytes   | type                    | field     |
 * | ------- | ----------------------- | --------- |
 * | 2       | uint16                  | channelId |
 * | 4 + 16n | array of uint64, uint64 | records   |
 */
export function parseMessageIndex(content: Uint8Array, offset: number): MessageIndex {
  const reader = new FieldReader("MessageIndex", content, offset);
  const channelId = reader.uint16("channelId");
  const records: MessageIndexEntry[] = [];
  reader.array("records", 16, () => {
    records.push({ logTime: reader.uint64("records"), offset: reader.safeUint64("an offset of records") });
  });
  return { channelId, records };
}

/**
 * Spec: "Chunk Index (op=0x08)"
 *
 * | bytes   | type                  | field               |
 * | ------- | --------------------- | ------------------- |
 * | 8       | uint64                | messageStartTime    |
 * | 8       | uint64                | messageEndTime      |
 * | 8       | uint64                | chunkStartOffset    |
 * | 8       | uint64                | chunkLength         |
 * | 4 + 10n | map of uint16, uint64 | messageIndexOffsets |
 * | 8       | uint64                | messageIndexLength  |
 * | 4 + n   | string                | compression         |
 * | 8       | uint64                | compressedSize      |
 * | 8       | uint64                | uncompressedSize    |
 */
export function parseChunkIndex(content: Uint8Array, offset: number): ChunkIndex {
  const reader = new FieldReader("ChunkIndex", content, offset);
  return {
    messageStartTime: reader.uint64("messageStartTime"),
    messageEndTime: reader.uint64("messageEndTime"),
    chunkStartOffset: reader.safeUint64("chunkStartOffset"),
    chunkLength: reader.safeUint64("chunkLength"),
    messageIndexOffsets: reader.channelMap("messageIndexOffsets"),
    messageIndexLength: reader.safeUint64("messageIndexLength"),
    compression: reader.string("compression"),
    compressedSize: reader.safeUint64("compressedSize"),
    uncompressedSize: reader.safeUint64("uncompressedSize"),
  };
}
