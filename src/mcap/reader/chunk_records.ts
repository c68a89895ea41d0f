// chunkRecords(): decompresses and checks the records of a chunk.

import { crc32 } from "../compression/crc32.ts";
import { decompressRecords } from "../compression/decompress.ts";
import { McapError } from "../records/mcap_error.ts";
import type { Chunk } from "../records/records.ts";
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
 * Verifies a checksum, unless it is 0.
 *
 * @throws {McapError} If it is wrong.
 */
export function checkCrc(bytes: Uint8Array, expected: number, what: string, offset: number): void {
  if (expected === 0) return;
  const found = crc32(bytes);
  if (found !== expected) throw wrongCrc(expected, found, what, offset);
}

/** Returns the error for a wrong checksum. */
export function wrongCrc(expected: number, found: number, what: string, offset: number): McapError {
  return new McapError(`the CRC-32 ${hex(expected)} of ${what}`, hex(found), offset);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
