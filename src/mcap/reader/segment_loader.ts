// SegmentLoader: reads the records of a chunk, or of messages outside of chunks.

import { McapError } from "../records/mcap_error.ts";
import { Opcode, recordName } from "../records/opcode.ts";
import { RecordReader } from "../records/record_reader.ts";
import { collectChunk } from "./chunk_records.ts";
import type { Segment } from "./file_index.ts";
import type { MessageCollector } from "./message_collector.ts";
import type { ReadLimits } from "./read_limits.ts";
import type { SeekableSource } from "./seekable_source.ts";
import { readExactly } from "./source_window.ts";

/** Reads segments of one file. */
export class SegmentLoader {
  readonly #source: SeekableSource;
  readonly #options: ReadLimits;

  /** `options`: the limits. */
  constructor(source: SeekableSource, options: ReadLimits) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Reads the bytes of a segment.
   *
   * @throws {McapError} If it is too large, or not within the file.
   */
  async read(segment: Segment, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return await readWithin(this.#source, segment.offset, segment.length, this.#options, signal);
  }

  /**
   * Collects the messages of a segment, whose bytes {@linkcode read} has returned. Returns the first fault, after which
   * the segment is unreadable.
   */
  collect(segment: Segment, bytes: Uint8Array, collector: MessageCollector): McapError | undefined {
    const { offset } = segment;
    if (!segment.isChunk) return collector.collect(bytes, offset);
    try {
      return collectChunk(recordContent(bytes, Opcode.CHUNK, offset), offset, this.#options, collector);
    } catch (error) {
      if (error instanceof McapError) return error;
      throw error;
    }
  }
}

/**
 * Reads a part of a source that a record of the file describes.
 *
 * @throws {McapError} If it is too large, or not within the file.
 */
export async function readWithin(
  source: SeekableSource,
  offset: number,
  length: number,
  { maxRecordBytes }: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (length > maxRecordBytes) {
    throw new McapError(`at most ${maxRecordBytes} bytes, as the option maxRecordBytes allows`, `${length}`, offset);
  }
  if (length > source.size - offset) {
    throw new McapError(`${length} bytes`, `the end after ${Math.max(0, source.size - offset)}`, offset);
  }
  return await readExactly(source, offset, length, signal);
}

/**
 * Returns the content of `bytes`, which must be exactly one record.
 *
 * @throws {McapError} If they are another record, or not exactly one.
 */
export function recordContent(bytes: Uint8Array, opcode: number, offset: number): Uint8Array {
  const reader = new RecordReader(bytes, { offset });
  const isRecord = reader.next() === "record" && reader.opcode === opcode && reader.recordBytes === bytes.length;
  if (isRecord) return reader.content;
  throw new McapError(`${recordName(opcode)} of ${bytes.length} bytes`, "other bytes", offset);
}
