// chunkRecords() decompresses and checks the records of a chunk, collectChunk() collects their messages.

import { crc32 } from "../compression/crc32.ts";
import { decompressRecords } from "../compression/decompress.ts";
import { McapError } from "../records/mcap_error.ts";
import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { parseChunk } from "../records/parse_chunk.ts";
import type { Chunk } from "../records/records.ts";
import type { MessageCollector } from "./message_collector.ts";
import type { ReadLimits } from "./read_limits.ts";

/**
 * Returns the decompressed records of a chunk. Without compression, it is a view. `offset`: where the chunk begins in
 * the file.
 *
 * @throws {McapError} If the records are malformed, too large, or have another checksum.
 */
export function chunkRecords(chunk: Chunk, offset: number, options: ReadLimits): Uint8Array {
  const { compression, records, uncompressedSize, uncompressedCrc } = chunk;
  const limits = { maxUncompressedBytes: options.maxRecordBytes, offset };
  const result = decompressRecords(compression, records, uncompressedSize, limits);
  if (options.validateCrcs) checkCrc(result, uncompressedCrc, "the chunk", offset);
  return result;
}

/**
 * Collects the messages of a chunk, whose record begins at `offset` in the file. Returns the first fault in its
 * records, after which they are unreadable.
 *
 * @throws {McapError} If `content` is not that of a chunk, or as {@linkcode chunkRecords} does.
 */
export function collectChunk(
  content: Uint8Array,
  offset: number,
  options: ReadLimits,
  collector: MessageCollector,
): McapError | undefined {
  const chunk = parseChunk(content, offset + RECORD_HEAD_BYTES);
  const fault = collector.collect(chunkRecords(chunk, offset, options), 0);
  return fault && McapError.inChunk(fault, offset);
}

/**
 * Verifies a checksum, unless it is 0.
 *
 * @throws {McapError} If it is wrong.
 */
export function checkCrc(bytes: Uint8Array, expected: number, what: string, offset: number): void {
  const fault = crcFault(bytes, expected, what, offset);
  if (fault) throw fault;
}

/** Verifies a checksum, unless it is 0. Returns the error if it is wrong. */
export function crcFault(bytes: Uint8Array, expected: number, what: string, offset: number): McapError | undefined {
  if (expected === 0) return undefined;
  const found = crc32(bytes);
  return found === expected ? undefined : wrongCrc(expected, found, what, offset);
}

/** Returns the error for a wrong checksum. */
export function wrongCrc(expected: number, found: number, what: string, offset: number): McapError {
  return new McapError(`the CRC-32 ${hex(expected)} of ${what}`, hex(found), offset);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
