// decompressRecords(): decompresses the records of a chunk.

import { McapError, withoutMcapError } from "../records/mcap_error.ts";
import { decodeLz4, type Lz4Target } from "./lz4_frame.ts";
import { zstdDecompress } from "./zstd.ts";

/** The limits of decompression. */
export interface DecompressionLimits {
  /** The maximum size of the decompressed records, in bytes. Records that are not compressed are not limited. */
  readonly maxUncompressedBytes: number;
  /** Where the compressed records begin in the file. Only errors use it. */
  readonly offset: number;
}

/** A byte of LZ4 becomes at most 255 bytes. So a size above this is wrong, and no memory is allocated for it. */
const MAX_LZ4_RATIO = 255;

/**
 * Decompresses the records of a chunk: `lz4`, `zstd`, or empty for none. Without compression, the result is `records`.
 *
 * @throws {McapError} If the compression is unknown, the compressed records are malformed, or they do not have exactly
 * `uncompressedSize` bytes or have more than the limit.
 * @throws {TypeError} If the platform has no zstd.
 */
export function decompressRecords(
  compression: string,
  records: Uint8Array,
  uncompressedSize: number,
  { maxUncompressedBytes, offset }: DecompressionLimits,
): Uint8Array {
  if (compression !== "" && uncompressedSize > maxUncompressedBytes) {
    const most = `at most ${maxUncompressedBytes} bytes of uncompressed records`;
    throw new McapError(`${most}, as the option maxRecordBytes allows`, `${uncompressedSize}`, offset);
  }
  const result = decompress(compression, records, uncompressedSize, offset);
  // zstd returns what there is of a stream that is cut, without an error.
  if (result.length === uncompressedSize) return result;
  throw new McapError(`${uncompressedSize} bytes of uncompressed records`, `${result.length}`, offset);
}

/**
 * Decompresses the start of records whose end is missing or broken. Returns the readable part, at most
 * `maxUncompressedBytes`.
 *
 * @throws {McapError} If the compression is unknown.
 * @throws {TypeError} If the platform has no zstd.
 */
export function decompressStart(
  compression: string,
  records: Uint8Array,
  { maxUncompressedBytes, offset }: DecompressionLimits,
): Uint8Array {
  switch (compression) {
    case "":
      return records;
    case "lz4": {
      const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength: maxUncompressedBytes };
      withoutMcapError(() => decodeLz4(records, target, offset));
      return target.bytes.subarray(0, target.length);
    }
    case "zstd":
      return withoutMcapError(() => unzstd(records, undefined, maxUncompressedBytes, offset)) ?? new Uint8Array();
    default:
      throw unknownCompression(compression, offset);
  }
}

function decompress(compression: string, records: Uint8Array, size: number, offset: number): Uint8Array {
  switch (compression) {
    case "":
      return records;
    case "lz4": {
      if (size > records.length * MAX_LZ4_RATIO) {
        const most = records.length * MAX_LZ4_RATIO;
        throw new McapError(`at most ${most} bytes of uncompressed records`, `${size}`, offset);
      }
      const target: Lz4Target = { bytes: new Uint8Array(size), length: 0, maxLength: size };
      decodeLz4(records, target, offset);
      return target.bytes.subarray(0, target.length);
    }
    case "zstd":
      return unzstd(records, size, size, offset);
    default:
      throw unknownCompression(compression, offset);
  }
}

function unzstd(records: Uint8Array, expectedBytes: number | undefined, maxBytes: number, offset: number): Uint8Array {
  try {
    return zstdDecompress(records, expectedBytes, maxBytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    if (cause instanceof RangeError) {
      throw new McapError(`at most ${maxBytes} bytes of uncompressed records`, "more", offset, { cause });
    }
    throw new McapError("zstd data", "other bytes", offset, { cause });
  }
}

function unknownCompression(compression: string, offset: number): McapError {
  return new McapError('the compression "lz4", "zstd" or ""', JSON.stringify(compression), offset);
}
