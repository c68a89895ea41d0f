// findSummary(): reads the summary of a broken file, also if bytes before it are lost.

import { Definitions } from "../reader/definitions.ts";
import type { ReadLimits } from "../reader/read_limits.ts";
import { END_BYTES, readSummary } from "../reader/read_summary.ts";
import type { SeekableSource } from "../reader/seekable_source.ts";
import { readExactly } from "../reader/source_window.ts";
import { hasMagic, MAGIC_LENGTH } from "../records/magic.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import type { ChunkIndex } from "../records/records.ts";
import { readSafeUint64 } from "../records/uint64.ts";

/** The parts of a summary that help to read a broken file. */
export interface FoundSummary {
  /** Its schemas and channels. */
  readonly definitions: Definitions;
  /** The chunks, by the place at which they begin now. */
  readonly chunkIndexes: ReadonlyMap<number, ChunkIndex>;
}

/** The end of the file in which the end of the data section is searched. */
const TAIL_BYTES = 1024 * 1024;
/** The record before the summary: its head, and a checksum. */
const DATA_END_HEAD: readonly number[] = [Opcode.DATA_END, 4, 0, 0, 0, 0, 0, 0, 0];
const DATA_END_BYTES = RECORD_HEAD_BYTES + 4;

/**
 * Reads the summary. Returns `undefined` if it is missing or broken.
 *
 * @throws {unknown} If the source fails.
 */
export async function findSummary(
  source: SeekableSource,
  limits: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<FoundSummary | undefined> {
  const found = await summaryAt(source, 0, limits, signal);
  if (found) return found;
  const lostBytes = await lostBytesOf(source, signal);
  return lostBytes === undefined ? undefined : await summaryAt(source, lostBytes, limits, signal);
}

/** Reads the summary of a source that has lost bytes before it. */
async function summaryAt(
  source: SeekableSource,
  lostBytes: number,
  limits: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<FoundSummary | undefined> {
  const definitions = new Definitions("keep");
  // Its offsets are those of the whole file.
  const whole: SeekableSource = {
    size: source.size + lostBytes,
    async read(offset, length) {
      const missing = Math.min(length, Math.max(0, lostBytes - offset));
      const bytes = new Uint8Array(length);
      bytes.set(await readExactly(source, offset + missing - lostBytes, length - missing, signal), missing);
      return bytes;
    },
  };
  try {
    const summary = await readSummary(whole, definitions, { ...limits, validateCrcs: true }, signal);
    if (!summary) return undefined;
    const { chunkIndexes } = summary.index;
    return {
      definitions,
      chunkIndexes: new Map(chunkIndexes.map((index) => [index.chunkStartOffset - lostBytes, index])),
    };
  } catch (error) {
    if (error instanceof McapError) return undefined;
    throw error;
  }
}

/** Returns how many bytes the file has lost before its summary, by the end of the data section; maybe negative. */
async function lostBytesOf(source: SeekableSource, signal: AbortSignal | undefined): Promise<number | undefined> {
  const size = Math.min(TAIL_BYTES, source.size);
  if (size < END_BYTES) return undefined;
  const footer = await readExactly(source, source.size - END_BYTES, END_BYTES, signal);
  if (!hasMagic(footer, END_BYTES - MAGIC_LENGTH)) return undefined;
  const tailStart = source.size - size;
  const tail = await readExactly(source, tailStart, size, signal);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const summaryStart = readSafeUint64(view, size - END_BYTES + RECORD_HEAD_BYTES);
  for (let at = size - END_BYTES - DATA_END_BYTES; at >= 0; at--) {
    if (!DATA_END_HEAD.every((byte, index) => tail[at + index] === byte)) continue;
    const lost = summaryStart - (tailStart + at + DATA_END_BYTES);
    return Number.isSafeInteger(lost) && lost !== 0 && -lost < source.size ? lost : undefined;
  }
  return undefined;
}
