// decodeLz4(): decompresses LZ4 frames, the format of chunks with the compression "lz4".

import { withoutMcapError } from "../records/mcap_error.ts";
import { decodeLz4Block, type Lz4Block } from "./lz4_block.ts";
import { type Lz4Descriptor, readLz4Descriptor } from "./lz4_descriptor.ts";
import { Lz4Source } from "./lz4_source.ts";
import { xxh32 } from "./xxh32.ts";

const FRAME_MAGIC = 0x184d_2204;
/** Frames with the magic numbers from 0x184d2a50 to 0x184d2a5f have data for applications. */
const SKIPPABLE_MAGIC = 0x184d_2a50;
/** The bit of a block's size that marks data which is not compressed. */
const STORED_BIT = 0x8000_0000;

/** Memory that receives data. */
export interface Lz4Target {
  /** The memory. {@linkcode decodeLz4} replaces it when it is too small. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The number of bytes written. Also valid after an error: all of them are data. */
  length: number;
  /** The maximum of `length`. */
  readonly maxLength: number;
}

/**
 * Decompresses frames, one after the other, and appends their data to the target. Skippable frames are skipped.
 * `offset`: where `bytes` begins in the file, for errors.
 *
 * @throws {McapError} If the frames are malformed, are cut, have a wrong checksum, or have more data than `maxLength`.
 */
export function decodeLz4(bytes: Uint8Array, target: Lz4Target, offset: number): void {
  const source = new Lz4Source(bytes, offset);
  while (source.left > 0) {
    const magic = source.uint32("the magic number of an LZ4 frame");
    if ((magic & ~0xf) >>> 0 === SKIPPABLE_MAGIC) {
      source.skip("the skippable frame", source.uint32("the size of a skippable frame"));
    } else if (magic === FRAME_MAGIC) {
      decodeFrame(source, target);
    } else {
      throw source.fault("the magic number 0x184d2204 of an LZ4 frame", `0x${magic.toString(16)}`, 4);
    }
  }
}

function decodeFrame(source: Lz4Source, target: Lz4Target): void {
  const descriptor = readLz4Descriptor(source);
  const frameStart = target.length;
  const { contentSize } = descriptor;
  if (contentSize !== undefined && contentSize > target.maxLength - frameStart) {
    throw source.fault(`at most ${target.maxLength - frameStart} bytes in the LZ4 frame`, `${contentSize}`, 0);
  }
  for (;;) {
    const size = source.uint32("the size of an LZ4 block");
    if (size === 0) break;
    decodeBlock(source, target, size, descriptor, frameStart);
  }
  const length = target.length - frameStart;
  if (contentSize !== undefined && contentSize !== length) {
    throw source.fault(`${contentSize} bytes in the LZ4 frame`, `${length}`, 0);
  }
  if (descriptor.hasContentChecksum) {
    const checksum = source.uint32("the checksum of the LZ4 frame");
    const found = xxh32(target.bytes, frameStart, target.length);
    if (found !== checksum) throw source.fault(`the checksum ${checksum} of the LZ4 frame`, `${found}`, 4);
  }
}

/** `size`: the size of the block with its {@linkcode STORED_BIT}. */
function decodeBlock(
  source: Lz4Source,
  target: Lz4Target,
  size: number,
  descriptor: Lz4Descriptor,
  frameStart: number,
): void {
  const length = size & ~STORED_BIT;
  const isStored = (size & STORED_BIT) !== 0;
  const { maxBlockBytes, isIndependent, hasBlockChecksums } = descriptor;
  if (length > maxBlockBytes) throw source.fault(`an LZ4 block of at most ${maxBlockBytes} bytes`, `${length}`, 4);
  const available = Math.min(length, source.left);
  const start = source.skip("the LZ4 block", available);
  const targetStart = target.length;
  const targetEnd = Math.min(targetStart + maxBlockBytes, target.maxLength);
  if (isStored) {
    if (length > targetEnd - targetStart) {
      throw source.fault(`at most ${targetEnd - targetStart} bytes in the LZ4 block`, `${length}`, available);
    }
    reserve(target, targetStart + available);
    target.bytes.set(source.bytes.subarray(start, start + available), targetStart);
    target.length += available;
  } else {
    // A byte of a block becomes at most 255 bytes.
    reserve(target, Math.min(targetEnd, targetStart + 255 * available));
    const block: Lz4Block = {
      source: source.bytes,
      start,
      end: start + available,
      target: target.bytes,
      targetStart,
      dataEnd: targetStart,
      targetEnd: Math.min(targetEnd, target.bytes.length),
      windowStart: isIndependent ? targetStart : frameStart,
      offset: source.offset,
    };
    if (available === length) decodeLz4Block(block);
    else withoutMcapError(() => decodeLz4Block(block)); // only its start is there
    target.length = block.dataEnd;
  }
  if (available < length) throw source.fault(`${length} bytes of the LZ4 block`, `${available} bytes`, available);
  if (!hasBlockChecksums) return;
  const checksum = source.uint32("the checksum of the LZ4 block");
  const found = xxh32(source.bytes, start, start + length);
  if (found !== checksum) throw source.fault(`the checksum ${checksum} of the LZ4 block`, `${found}`, 4);
}

/** Ensures that the target has memory for `size` bytes. */
function reserve(target: Lz4Target, size: number): void {
  if (size <= target.bytes.length) return;
  const grown = new Uint8Array(Math.min(target.maxLength, Math.max(size, 2 * target.bytes.length)));
  grown.set(target.bytes.subarray(0, target.length));
  target.bytes = grown;
}
