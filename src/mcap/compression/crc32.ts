// crc32(): the checksum of the format.

import * as zlib from "node:zlib";

/**
 * Returns the CRC-32 of the bytes, as in zlib and PNG. `before`: the checksum of the bytes before these, if they are a
 * part. Call it for large parts, because a call takes about as long as 2 KB of data.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  return zlib.crc32(bytes, before);
}
