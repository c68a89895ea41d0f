// RecordReader: walks the records in a buffer.

import { McapError } from "./mcap_error.ts";
import { RECORD_HEAD_BYTES, recordName } from "./opcode.ts";
import { checkMessageLength, messageAt } from "./parse_message.ts";
import type { Message } from "./records.ts";
import { isAllOnes, readSafeUint64 } from "./uint64.ts";

/**
 * - `record`: the members describe the next record.
 * - `incomplete`: the buffer ends within the next record.
 * - `open`: the writer has not written the length of the next record, because it was killed. The record is the last one
 *   of the file and extends to its end.
 * - `end`: the buffer ends after the record before.
 */
export type ReadResult = "record" | "incomplete" | "open" | "end";

/** Options of a {@linkcode RecordReader}. */
export interface RecordReaderOptions {
  /** Where `bytes` begins in the file. Only errors and `recordOffset` use it. 0 by default. */
  readonly offset?: number;
}

/**
 * Walks the records in a buffer. After {@linkcode RecordReader.next}, its members describe the current record. So a
 * caller can skip records without creating an object for each.
 *
 * Stop after the footer, because the magic bytes that follow it are not a record.
 */
export class RecordReader {
  #bytes: Uint8Array;
  #view: DataView;
  #offset: number;
  /** Where the next record begins. */
  #next = 0;
  #start = 0;
  #contentEnd = 0;
  #opcode = 0;
  #neededBytes = 0;

  /** Begins with the first record in `bytes`, which must not change while it is read. */
  constructor(bytes: Uint8Array, { offset = 0 }: RecordReaderOptions = {}) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** Continues in another buffer, which begins with a record. `offset`: where it begins in the file. */
  reset(bytes: Uint8Array, offset: number): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#next = 0;
    this.#start = 0;
    this.#contentEnd = 0;
  }

  /**
   * Moves to the next record. After any result except `record`, another call returns the same.
   *
   * @throws {McapError} If the opcode is 0. Another call throws the same.
   */
  next(): ReadResult {
    const start = this.#next;
    const available = this.#bytes.length - start;
    this.#start = start;
    if (available < RECORD_HEAD_BYTES) return this.#endWithin(start, available);
    const opcode = this.#view.getUint8(start);
    const length = readSafeUint64(this.#view, start + 1);
    this.#opcode = opcode;
    if (opcode === 0) throw this.#zeroOpcode();
    const end = start + RECORD_HEAD_BYTES + length;
    if (end > this.#bytes.length) return this.#cut(length);
    this.#contentEnd = end;
    this.#next = end;
    return "record";
  }

  /** The opcode of the current record, which may be unknown; 0 if it is missing. */
  get opcode(): number {
    return this.#opcode;
  }

  /** Where the current record begins in the buffer: its opcode. */
  get start(): number {
    return this.#start;
  }

  /** Where the current record begins in the file: its opcode. */
  get recordOffset(): number {
    return this.#offset + this.#start;
  }

  /** The size of the current record in bytes, with its opcode and its length. Only after `record`. */
  get recordBytes(): number {
    return this.#contentEnd - this.#start;
  }

  /**
   * How many bytes from `start` on the incomplete record needs, as far as it is known: at least 9. `Infinity` if its
   * length is not a safe integer. Only after `incomplete`.
   */
  get neededBytes(): number {
    return this.#neededBytes;
  }

  /** The content of the current record: a view of the buffer. If the record is cut or open, the part that is there. */
  get content(): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const start = Math.min(this.#start + RECORD_HEAD_BYTES, this.#contentEnd);
    return new Uint8Array(buffer, byteOffset + start, this.#contentEnd - start);
  }

  /**
   * Fast path: parses the current record, which must be a message. `data` is a view of the buffer.
   *
   * @throws {McapError} If the content is too short.
   */
  message(): Message {
    return messageAt(this.#bytes, this.#view, this.#start + RECORD_HEAD_BYTES, this.#contentEnd, this.#offset);
  }

  /**
   * Fast path: the channel of the current record, which must be a message, for readers that skip messages.
   *
   * @throws {McapError} If the content is too short.
   */
  get messageChannelId(): number {
    const start = this.#start + RECORD_HEAD_BYTES;
    checkMessageLength(start, this.#contentEnd, this.#offset);
    return this.#view.getUint16(start, true);
  }

  /** Returns the error for a file that ends in the current record. Only after `incomplete` or `open`. */
  cutError(): McapError {
    const found = `the end after ${this.#bytes.length - this.#start}`;
    if (this.#bytes.length - this.#start < RECORD_HEAD_BYTES) {
      return new McapError(`${RECORD_HEAD_BYTES} bytes of opcode and length`, found, this.recordOffset);
    }
    const name = recordName(this.#opcode);
    if (this.#neededBytes === Infinity) {
      const length = this.#start + 1;
      const found = isAllOnes(this.#view, length) ? "none" : `${this.#view.getBigUint64(length, true)}`;
      return new McapError(`the length of ${name}`, found, this.recordOffset + 1);
    }
    return new McapError(`${this.#neededBytes} bytes of ${name}`, found, this.recordOffset);
  }

  #endWithin(start: number, available: number): ReadResult {
    this.#opcode = available > 0 ? this.#view.getUint8(start) : 0;
    this.#contentEnd = this.#bytes.length;
    this.#neededBytes = RECORD_HEAD_BYTES;
    if (available === 0) return "end";
    if (this.#opcode === 0) throw this.#zeroOpcode();
    return "incomplete";
  }

  #cut(length: number): ReadResult {
    this.#contentEnd = this.#bytes.length;
    this.#neededBytes = RECORD_HEAD_BYTES + length;
    return isAllOnes(this.#view, this.#start + 1) ? "open" : "incomplete";
  }

  #zeroOpcode(): McapError {
    return new McapError("an opcode", "0", this.recordOffset);
  }
}
