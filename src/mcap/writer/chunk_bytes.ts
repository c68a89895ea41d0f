// ChunkBytes: a chunk with its message indexes, as the file gets it.

import { ByteBuilder } from "../records/byte_builder.ts";
import { encodeChunkHead } from "../records/encode_chunk.ts";

/** A chunk that is complete. */
export interface FullChunk {
  /**
   * The definitions and messages. In the same buffer, {@linkcode HEAD_BYTES} of unused space are before them, and the
   * message indexes follow them.
   */
  readonly records: Uint8Array<ArrayBuffer>;
  /** The size of `records`, even if their buffer was transferred. */
  readonly recordsBytes: number;
  /** The message indexes. */
  readonly indexes: Uint8Array<ArrayBuffer>;
  /** Where each message index begins in `indexes`, by channel id. */
  readonly indexOffsets: ReadonlyMap<number, number>;
  /** How many messages each channel has in the chunk, by channel id. */
  readonly messageCounts: ReadonlyMap<number, number>;
  /** The CRC-32 of the records. */
  readonly crc: number;
  /** The earliest log time, in ns. */
  readonly startTime: bigint;
  /** The latest log time, in ns. */
  readonly endTime: bigint;
}

/** The bytes of a chunk, with what its index needs to know. */
export interface ChunkBytes {
  /** The record of the chunk, and those of its message indexes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The chunk. Its bytes may be invalid. */
  readonly chunk: FullChunk;
  /** The format of its compression; empty for none. */
  readonly compression: string;
  /** The size of its records after compression. */
  readonly compressedBytes: number;
  /** The size of the message indexes. */
  readonly indexBytes: number;
}

type Head = Pick<FullChunk, "startTime" | "endTime" | "crc" | "recordsBytes">;

/** The size of the fields of a chunk before its records, without compression. */
export const HEAD_BYTES: number = headOf({ startTime: 0n, endTime: 0n, crc: 0, recordsBytes: 0 }, "", 0).length;

/** Returns the bytes of a chunk without compression: its own buffer, with the fields before the records. */
export function storedChunk(chunk: FullChunk): ChunkBytes {
  const { records, recordsBytes, indexes } = chunk;
  const bytes = new Uint8Array(records.buffer, 0, HEAD_BYTES + recordsBytes + indexes.length);
  bytes.set(headOf(chunk, "", recordsBytes));
  return { bytes, chunk, compression: "", compressedBytes: recordsBytes, indexBytes: indexes.length };
}

/** Returns the bytes of a chunk whose records were compressed with zstd: new ones. */
export function compressedChunk(chunk: FullChunk, compressed: Uint8Array): ChunkBytes {
  const { indexes } = chunk;
  const head = headOf(chunk, "zstd", compressed.length);
  const bytes = new Uint8Array(head.length + compressed.length + indexes.length);
  bytes.set(head);
  bytes.set(compressed, head.length);
  bytes.set(indexes, head.length + compressed.length);
  return { bytes, chunk, compression: "zstd", compressedBytes: compressed.length, indexBytes: indexes.length };
}

function headOf({ startTime, endTime, crc, recordsBytes }: Head, compression: string, bytes: number): Uint8Array {
  const builder = new ByteBuilder();
  const fields = {
    messageStartTime: startTime,
    messageEndTime: endTime,
    uncompressedSize: recordsBytes,
    uncompressedCrc: crc,
    compression,
  };
  encodeChunkHead(builder, fields, bytes);
  return builder.written();
}
