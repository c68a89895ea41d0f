// crc32(): the checksum of PNG chunks.

/** The remainders of all bytes, for the reversed polynomial of CRC-32. */
let table: Uint32Array | undefined;

/** Returns the CRC-32 of the bytes, as in zlib, gzip and PNG. */
export function crc32(bytes: Uint8Array): number {
  // Created on first use, so that programs without it neither compute nor bundle it.
  const remainders = table ??= remaindersOfBytes();
  let remainder = 0xffff_ffff;
  for (let index = 0; index < bytes.length; index++) {
    remainder = (remainder >>> 8) ^ remainders[(remainder ^ bytes[index]!) & 0xff]!;
  }
  return ~remainder >>> 0;
}

function remaindersOfBytes(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb8_8320 : 0);
    return remainder;
  });
}
