// Lz4Descriptor: the settings at the start of an LZ4 frame.

import type { Lz4Source } from "./lz4_source.ts";
import { xxh32 } from "./xxh32.ts";

/** The settings of a frame. */
export interface Lz4Descriptor {
  /** Whether no block refers to data of another one. */
  readonly isIndependent: boolean;
  /** Whether each block has a checksum. */
  readonly hasBlockChecksums: boolean;
  /** Whether the frame ends with a checksum of its data. */
  readonly hasContentChecksum: boolean;
  /** The maximum size of a block, compressed and decompressed, in bytes. */
  readonly maxBlockBytes: number;
  /** The size of the data in bytes, if the frame has it. */
  readonly contentSize: number | undefined;
}

const RESERVED_FLAG = 0x02;
/** All bits of the second byte except those of the block size. */
const RESERVED_SIZE_BITS = 0x8f;

/**
 * Reads the descriptor of a frame, which follows the magic number.
 *
 * | bytes  | type   | field                                                                               |
 * | ------ | ------ | ----------------------------------------------------------------------------------- |
 * | 1      | bits   | version 1 (2), independent, block checksums, size, checksum, reserved, dictionary |
 * | 1      | bits   | reserved (1), id of the block size from 4 to 7 (3), reserved (4)                    |
 * | 0 or 8 | uint64 | contentSize                                                                         |
 * | 0 or 4 | uint32 | id of the dictionary                                                                |
 * | 1      | uint8  | the second byte of the checksum of the fields before                                |
 *
 * @throws {McapError} If it is malformed, or needs a dictionary.
 */
export function readLz4Descriptor(source: Lz4Source): Lz4Descriptor {
  const flags = source.uint8("the LZ4 descriptor");
  if (flags >>> 6 !== 1) throw source.fault("version 1 of the LZ4 frame", `${flags >>> 6}`, 1);
  if ((flags & RESERVED_FLAG) !== 0) throw source.fault("reserved bits of 0 in the LZ4 descriptor", "1", 1);
  const sizeByte = source.uint8("the LZ4 descriptor");
  const sizeId = sizeByte >>> 4;
  if ((sizeByte & RESERVED_SIZE_BITS) !== 0) throw source.fault("reserved bits of 0 in the LZ4 descriptor", "1", 1);
  if (sizeId < 4) throw source.fault("an LZ4 block size from 4 to 7", `${sizeId}`, 1);
  let size = 2;
  let contentSize: number | undefined;
  if ((flags & 0x08) !== 0) {
    contentSize = source.uint32("the size of the LZ4 frame") + source.uint32("the size of the LZ4 frame") * 2 ** 32;
    size += 8;
  }
  if ((flags & 0x01) !== 0) {
    const dictionary = source.uint32("the LZ4 descriptor");
    if (dictionary !== 0) throw source.fault("an LZ4 frame without a dictionary", `dictionary ${dictionary}`, 4);
    size += 4;
  }
  const start = source.skip("the LZ4 descriptor", 0) - size;
  const checksum = source.uint8("the checksum of the LZ4 descriptor");
  const found = (xxh32(source.bytes, start, start + size) >>> 8) & 0xff;
  if (found !== checksum) throw source.fault(`the checksum ${checksum} of the LZ4 descriptor`, `${found}`, 1);
  return {
    isIndependent: (flags & 0x20) !== 0,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    maxBlockBytes: 2 ** (8 + 2 * sizeId),
    contentSize,
  };
}
