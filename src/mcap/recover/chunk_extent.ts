// chunkExtent(): the size of a chunk, as its own fields say.

import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { readSafeUint64 } from "../records/uint64.ts";

/** The times, the uncompressed size and the checksum, before the name of the compression. */
const FIXED_BYTES = 28;
/** Longer names of a compression are not plausible. */
const MAX_NAME_BYTES = 64;
/** The largest part of a chunk before its records, in bytes. */
export const MAX_CHUNK_HEAD_BYTES: number = RECORD_HEAD_BYTES + FIXED_BYTES + 4 + MAX_NAME_BYTES + 8;

/** The size of a chunk. */
export interface ChunkExtent {
  /** How many bytes are before its records. */
  readonly headBytes: number;
  /** The size of the whole record in bytes, by the length of its records; `Infinity` if that was never written. */
  readonly recordBytes: number;
}

/**
 * Returns the size of the chunk whose record begins in `bytes`, without the length of the record. Returns `undefined`
 * if its fields are not plausible, or not there.
 */
export function chunkExtent(bytes: Uint8Array): ChunkExtent | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameStart = RECORD_HEAD_BYTES + FIXED_BYTES;
  if (bytes.length < nameStart + 4) return undefined;
  const nameBytes = view.getUint32(nameStart, true);
  const headBytes = nameStart + 4 + nameBytes + 8;
  if (nameBytes > MAX_NAME_BYTES || headBytes > bytes.length) return undefined;
  return { headBytes, recordBytes: headBytes + readSafeUint64(view, headBytes - 8) };
}

/** Returns the name of the compression. */
export function chunkCompression(bytes: Uint8Array, { headBytes }: ChunkExtent): string {
  return new TextDecoder().decode(bytes.subarray(RECORD_HEAD_BYTES + FIXED_BYTES + 4, headBytes - 8));
}
