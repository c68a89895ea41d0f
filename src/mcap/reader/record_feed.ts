// RecordFeed: gathers pieces of a stream until they contain whole records.

import { crc32 } from "../compression/crc32.ts";
import { checkMagic, MAGIC_LENGTH } from "../records/magic.ts";
import { McapError } from "../records/mcap_error.ts";
import { RECORD_HEAD_BYTES, recordName } from "../records/opcode.ts";
import { RecordReader } from "../records/record_reader.ts";
import { type ByteStream, PieceReader } from "./piece_reader.ts";

/**
 * - `records`: the reader has at least one whole record.
 * - `skipped`: a record was skipped, because `isNeeded` rejects it and it was not completely in memory.
 * - a failure: no whole record follows.
 */
export type FeedResult = "records" | "skipped" | FeedFailure;

/**
 * Why no whole record follows: the stream has ended, or a record is larger than the maximum, or its length is missing
 * or wrong. Its head is in memory, and if the stream has ended, all of it that exists.
 */
export interface FeedFailure {
  /** The opcode of the record, or 0 if the stream has ended after a record. */
  readonly opcode: number;
  /** The error for it. */
  readonly error: McapError;
}

/** Options of a {@linkcode RecordFeed}. */
export interface RecordFeedOptions {
  /** The maximum size of a record that is gathered, in bytes. */
  readonly maxRecordBytes: number;
  /** Whether records with this opcode are gathered, even if they are large. The others may be skipped. */
  readonly isNeeded: (opcode: number) => boolean;
  /** Whether {@linkcode RecordFeed.crc} is computed. */
  readonly computesCrc?: boolean;
  /** Ends the waiting for the stream with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads records from pieces of any sizes. Records within a piece are not copied. Others are copied once. Memory is
 * allocated only for bytes that have arrived.
 *
 * Call {@linkcode fill}, then `reader.next()` until it does not return `record`, and so on.
 */
export class RecordFeed {
  /** Walks the whole records that are in memory. */
  readonly reader: RecordReader = new RecordReader(NO_BYTES);
  readonly #options: RecordFeedOptions;
  readonly #pieces: PieceReader;
  /** The bytes that the reader walks. */
  #bytes: Uint8Array = NO_BYTES;
  /** Where {@linkcode bytes} begins in the stream. */
  #offset = 0;
  /** Bytes after {@linkcode bytes}, which have arrived already. */
  #rest: Uint8Array = NO_BYTES;
  /** The checksum of the stream before {@linkcode bytes}. */
  #crc = 0;

  /** Nothing is read before the first call of a method. */
  constructor(stream: ByteStream, options: RecordFeedOptions) {
    this.#options = options;
    this.#pieces = new PieceReader(stream, options.signal);
  }

  /** The memory that the reader walks. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where {@linkcode bytes} begins in the stream. */
  get offset(): number {
    return this.#offset;
  }

  /** The CRC-32 of the stream before the current record of the reader. */
  get crc(): number {
    return crc32(this.#bytes.subarray(0, this.reader.start), this.#crc);
  }

  /**
   * Reads the magic bytes at the current place: at the start, or after the footer.
   *
   * @throws {McapError} If they are missing.
   */
  async magic(): Promise<void> {
    const start = this.reader.start + (this.#bytes.length > 0 ? this.reader.recordBytes : 0);
    await this.#keepFrom(start, MAGIC_LENGTH);
    checkMagic(this.#bytes, 0, this.#offset);
    await this.#keepFrom(MAGIC_LENGTH, 0);
  }

  /** Gathers bytes after `reader.next()` has returned something else than `record`. */
  async fill(): Promise<FeedResult> {
    const { reader } = this;
    const { maxRecordBytes, isNeeded } = this.#options;
    await this.#keepFrom(reader.start, 0);
    for (;;) {
      // A record is needed as far as its length is known: first the head, then all of it.
      const result = reader.next();
      if (result === "record") {
        reader.reset(this.#bytes, this.#offset);
        return "records";
      }
      if (result === "end") {
        if (await this.gather(1)) continue;
        return { opcode: 0, error: new McapError("a record or the footer", "the end", this.#offset) };
      }
      const { opcode, neededBytes } = reader;
      if (result === "open" || neededBytes === Infinity) return { opcode, error: reader.cutError() };
      if (neededBytes > RECORD_HEAD_BYTES && !isNeeded(opcode)) {
        const start = this.#offset;
        if (await this.#skip(neededBytes)) return "skipped";
        return { opcode, error: cutError(opcode, neededBytes, this.#offset + this.#bytes.length - start, start) };
      }
      if (neededBytes > maxRecordBytes) {
        const expected = `a record of at most ${maxRecordBytes} bytes, as the option maxRecordBytes allows`;
        const found = `${neededBytes} bytes of ${recordName(opcode)}`;
        return { opcode, error: new McapError(expected, found, this.#offset) };
      }
      if (await this.gather(neededBytes)) continue;
      return { opcode, error: cutError(opcode, neededBytes, this.#bytes.length, this.#offset) };
    }
  }

  /** Gathers until {@linkcode bytes} has `needed` bytes. Returns whether they came: otherwise the stream has ended. */
  async gather(needed: number): Promise<boolean> {
    if (this.#bytes.length >= needed) return true;
    const parts = [this.#bytes];
    let length = this.#bytes.length;
    while (length < needed) {
      const piece = await this.#next();
      if (!piece) break;
      parts.push(piece);
      length += piece.length;
    }
    this.#join(parts.filter((part) => part.length > 0), needed);
    return this.#bytes.length >= needed;
  }

  /** Goes on after the first `size` bytes that are in memory. */
  drop(size: number): void {
    if (this.#options.computesCrc) this.#crc = crc32(this.#bytes.subarray(0, size), this.#crc);
    this.#use(this.#bytes.subarray(size), this.#offset + size);
  }

  /**
   * Goes on at the next place that `find` accepts. It gets the bytes that are in memory, and whether the stream has
   * ended. Returns whether there is such a place.
   */
  async seek(
    find: (bytes: Uint8Array, isAll: boolean) => { readonly start: number; readonly neededBytes: number },
  ): Promise<boolean> {
    for (let isAll = false;;) {
      const { start, neededBytes } = find(this.#bytes, isAll);
      this.drop(start);
      if (neededBytes === 0) return true;
      if (isAll) return false;
      // Twice as many bytes, because they are copied each time.
      isAll = !await this.gather(Math.max(neededBytes, 2 * this.#bytes.length, MIN_SEEK_BYTES));
    }
  }

  /** Ends the stream, if it has not ended. */
  async close(): Promise<void> {
    await this.#pieces.close();
  }

  /** Skips bytes without keeping them. Returns whether all came. */
  async #skip(size: number): Promise<boolean> {
    let left = size;
    while (left > this.#bytes.length) {
      left -= this.#bytes.length;
      this.drop(this.#bytes.length);
      if (!await this.gather(1)) return false;
    }
    this.drop(left);
    return true;
  }

  /** Drops the bytes before `start`, and gathers `needed` bytes from there. */
  async #keepFrom(start: number, needed: number): Promise<void> {
    this.drop(start);
    await this.gather(needed);
  }

  /** Joins parts. Of the last one, only the bytes that are needed are copied: the records after them need no copy. */
  #join(parts: readonly Uint8Array[], needed: number): void {
    const [first = NO_BYTES] = parts;
    if (parts.length < 2) return this.#use(first, this.#offset);
    const last = parts.at(-1)!;
    const before = parts.slice(0, -1).reduce((sum, { length }) => sum + length, 0);
    const taken = Math.min(needed - before, last.length);
    const joined = new Uint8Array(before + taken);
    let end = 0;
    for (const part of parts.slice(0, -1)) {
      joined.set(part, end);
      end += part.length;
    }
    joined.set(last.subarray(0, taken), end);
    this.#rest = last.subarray(taken);
    this.#use(joined, this.#offset);
  }

  #use(bytes: Uint8Array, offset: number): void {
    this.#bytes = bytes;
    this.#offset = offset;
    this.reader.reset(bytes, offset);
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = NO_BYTES;
      return rest;
    }
    return await this.#pieces.next();
  }
}

const NO_BYTES = new Uint8Array();
/** How many bytes are in memory while they are searched, at least. */
const MIN_SEEK_BYTES = 64 * 1024;

/** Returns the error for a stream that ends within a record. */
function cutError(opcode: number, needed: number, found: number, offset: number): McapError {
  const expected = needed > RECORD_HEAD_BYTES ? `${needed} bytes of ${recordName(opcode)}` : "a whole record";
  return new McapError(expected, `the end after ${found}`, offset);
}
