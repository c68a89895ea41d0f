// Encoders of chunks, and of the index records that locate them and their messages.
//
// Each appends a record to the builder and returns the record's size in bytes. The parsers document the fields. All
// throw a TypeError or a RangeError for a field that is invalid, and then append nothing.

import type { ByteBuilder } from "./byte_builder.ts";
import { type FieldWriter, writeRecord } from "./field_writer.ts";
import { Opcode, RECORD_HEAD_BYTES } from "./opcode.ts";
import type { Chunk, ChunkIndex, MessageIndex } from "./records.ts";
import { writeSafeUint64 } from "./uint64.ts";

/** Writes a chunk. */
export function encodeChunk(builder: ByteBuilder, chunk: Chunk): number {
  return writeRecord(builder, Opcode.CHUNK, "Chunk", (fields) => {
    writeFields(fields, chunk);
    fields.bytes64("records", chunk.records);
  });
}

/**
 * Writes a chunk without its records, of which there are `recordsBytes` bytes. They must follow. So they need not be
 * copied into the builder. Returns the size of the record, with the bytes that follow.
 */
export function encodeChunkHead(builder: ByteBuilder, chunk: Omit<Chunk, "records">, recordsBytes: number): number {
  const start = builder.length;
  const headBytes = writeRecord(builder, Opcode.CHUNK, "Chunk", (fields) => {
    writeFields(fields, chunk);
    fields.safeUint64("the length of records", recordsBytes);
  });
  const bytes = headBytes + recordsBytes;
  writeSafeUint64(builder.view, start + 1, bytes - RECORD_HEAD_BYTES);
  return bytes;
}

function writeFields(fields: FieldWriter, chunk: Omit<Chunk, "records">): void {
  fields.uint64("messageStartTime", chunk.messageStartTime);
  fields.uint64("messageEndTime", chunk.messageEndTime);
  fields.safeUint64("uncompressedSize", chunk.uncompressedSize);
  fields.uint32("uncompressedCrc", chunk.uncompressedCrc);
  fields.string("compression", chunk.compression);
}

/** The size of an entry of a message index, in bytes. */
export const MESSAGE_INDEX_ENTRY_BYTES = 16;

/** Writes a message index. */
export function encodeMessageIndex(builder: ByteBuilder, index: MessageIndex): number {
  return writeRecord(builder, Opcode.MESSAGE_INDEX, "MessageIndex", (fields) => {
    fields.uint16("channelId", index.channelId);
    fields.array("records", () => {
      for (const { logTime, offset } of index.records) {
        fields.uint64("a time of records", logTime);
        fields.safeUint64("an offset of records", offset);
      }
    });
  });
}

/** Writes a message index whose entries {@linkcode appendMessageIndexEntry} has collected. Copies them. */
export function encodeMessageIndexOf(builder: ByteBuilder, channelId: number, entries: ByteBuilder): number {
  return writeRecord(builder, Opcode.MESSAGE_INDEX, "MessageIndex", (fields) => {
    fields.uint16("channelId", channelId);
    fields.bytes32("records", entries.written());
  });
}

/** Adds an entry to those of a message index. Does not check them, because the message was checked before. */
export function appendMessageIndexEntry(entries: ByteBuilder, logTime: bigint, offset: number): void {
  const start = entries.advance(MESSAGE_INDEX_ENTRY_BYTES);
  const { view } = entries;
  view.setBigUint64(start, logTime, true);
  writeSafeUint64(view, start + 8, offset);
}

/** Writes a chunk index. */
export function encodeChunkIndex(builder: ByteBuilder, index: ChunkIndex): number {
  return writeRecord(builder, Opcode.CHUNK_INDEX, "ChunkIndex", (fields) => {
    fields.uint64("messageStartTime", index.messageStartTime);
    fields.uint64("messageEndTime", index.messageEndTime);
    fields.safeUint64("chunkStartOffset", index.chunkStartOffset);
    fields.safeUint64("chunkLength", index.chunkLength);
    fields.channelMap("messageIndexOffsets", index.messageIndexOffsets);
    fields.safeUint64("messageIndexLength", index.messageIndexLength);
    fields.string("compression", index.compression);
    fields.safeUint64("compressedSize", index.compressedSize);
    fields.safeUint64("uncompressedSize", index.uncompressedSize);
  });
}
