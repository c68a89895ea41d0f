// compressRecords(): compresses the records of a chunk.

import { zstdCompress } from "./zstd.ts";

/** How chunks are compressed. */
export type CompressionMethod = "none" | "zstd";

/** Compressed records, or the records themselves. */
export interface CompressedRecords {
  /** The format, as in the record of a chunk: empty for none. */
  readonly compression: "" | "zstd";
  /** The bytes. Without compression, the bytes that were passed. */
  readonly records: Uint8Array;
}

/** A chunk that does not become smaller than this part of its size is stored as it is. */
export const MAX_COMPRESSED_PART: number = 0.97;

/**
 * Compresses records at once. If they shrink by less than 3 percent, for example images that are compressed already,
 * they are not compressed, because reading them would take longer. `level` of zstd: from 1, the fastest, to 19.
 *
 * @throws {RangeError} If the level is not such an integer.
 * @throws {TypeError} If the platform has no zstd.
 */
export function compressRecords(records: Uint8Array, method: CompressionMethod, level: number): CompressedRecords {
  if (method === "none") return { compression: "", records };
  const compressed = zstdCompress(records, level);
  if (compressed.length > records.length * MAX_COMPRESSED_PART) return { compression: "", records };
  return { compression: "zstd", records: compressed };
}
