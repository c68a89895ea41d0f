// decodeLz4Block(): decompresses one block of LZ4.

import { McapError } from "../records/mcap_error.ts";

/** Shorter runs are copied byte by byte, because a call takes longer. */
const MIN_LITERALS_CALL = 24;
const MIN_MATCH_CALL = 32;
/** A length of 15 in a token continues in the bytes after it. */
const LENGTH_CONTINUES = 15;
const MIN_MATCH = 4;

/** A block, and where its data goes. */
export interface Lz4Block {
  /** Memory that contains the block. */
  readonly source: Uint8Array;
  /** Where the block begins in `source`. */
  readonly start: number;
  /** Where the block ends in `source`. */
  readonly end: number;
  /** Memory that receives the data. */
  readonly target: Uint8Array;
  /** Where the data begins in `target`. */
  readonly targetStart: number;
  /** Where the data ends in `target`: set by {@linkcode decodeLz4Block}, also if it throws. */
  dataEnd: number;
  /** Where the data must end at the latest. */
  readonly targetEnd: number;
  /** Where the data begins that matches may refer to. */
  readonly windowStart: number;
  /** Where `source` begins in the file, for errors. */
  readonly offset: number;
}

/**
 * Decompresses a block, and sets `dataEnd`. All lengths are checked before anything is copied.
 *
 * The block is a list of sequences: a token with two lengths, literals, and the distance of a match, which is data that
 * occurred before. The last sequence has no match.
 *
 * @throws {McapError} If the block is malformed or its data is too long.
 */
export function decodeLz4Block(block: Lz4Block): void {
  const { source, end, target, targetEnd, windowStart } = block;
  let at = block.start;
  let to = block.targetStart;
  while (at < end) {
    const token = source[at++] as number;
    let literals = token >>> 4;
    if (literals === LENGTH_CONTINUES) {
      let more: number;
      do {
        if (at === end) throw fault(block, at, "a length of literals", "the end of the block");
        more = source[at++] as number;
        literals += more;
      } while (more === 0xff);
    }
    if (literals > end - at) throw fault(block, at, `${literals} literals`, `${end - at} bytes`);
    if (literals > targetEnd - to) throw tooLong(block, at);
    if (literals > MIN_LITERALS_CALL) {
      target.set(source.subarray(at, at + literals), to);
    } else {
      for (let index = 0; index < literals; index++) target[to + index] = source[at + index] as number;
    }
    at += literals;
    to += literals;
    block.dataEnd = to;
    if (at === end) return;

    if (end - at < 2) throw fault(block, at, "a distance of 2 bytes", "1 byte");
    const distance = (source[at] as number) | ((source[at + 1] as number) << 8);
    if (distance === 0 || distance > to - windowStart) {
      throw fault(block, at, `a distance from 1 to ${to - windowStart}`, `${distance}`);
    }
    at += 2;
    let length = token & 0xf;
    if (length === LENGTH_CONTINUES) {
      let more: number;
      do {
        if (at === end) throw fault(block, at, "a length of a match", "the end of the block");
        more = source[at++] as number;
        length += more;
      } while (more === 0xff);
    }
    length += MIN_MATCH;
    if (length > targetEnd - to) throw tooLong(block, at);
    copyMatch(target, to, distance, length);
    to += length;
    block.dataEnd = to;
  }
  throw fault(block, at, "literals at the end of the block", "a match");
}

/** Copies bytes from `distance` bytes before `to`. If the distance is shorter than the match, they repeat. */
function copyMatch(target: Uint8Array, to: number, distance: number, length: number): void {
  const from = to - distance;
  if (length <= MIN_MATCH_CALL) {
    for (let index = 0; index < length; index++) target[to + index] = target[from + index] as number;
  } else if (distance === 1) {
    target.fill(target[from] as number, to, to + length);
  } else {
    // Each copy doubles the bytes that repeat, so that a short distance takes few copies.
    for (let copied = 0; copied < length;) {
      const size = Math.min(distance + copied, length - copied);
      target.copyWithin(to + copied, from, from + size);
      copied += size;
    }
  }
}

function tooLong(block: Lz4Block, at: number): McapError {
  return fault(block, at, `at most ${block.targetEnd - block.targetStart} bytes`, "more");
}

function fault({ offset }: Lz4Block, at: number, expected: string, found: string): McapError {
  return new McapError(`${expected} in the LZ4 block`, found, offset + at);
}
