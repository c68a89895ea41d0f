// ByteBuilder: a buffer that grows while records are written, and is used again.

import { copyBytes } from "../../protocol/bytes.ts";
import { writeSafeUint64 } from "./uint64.ts";

const MIN_GROWTH_BYTES = 1024;

/**
 * Collects bytes. Methods do not check their values: the functions that encode records do.
 *
 * The buffer grows by an eighth more than is needed at once, so that a large message does not double it.
 */
export class ByteBuilder {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** `capacity`: the initial size of the buffer, in bytes. */
  constructor(capacity = 0) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /** The size of the buffer, in bytes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** The whole buffer, for writing into space that {@linkcode advance} has reserved. `advance()` may replace it. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The same bytes as {@linkcode buffer}, for writing numbers. */
  get view(): DataView {
    return this.#view;
  }

  /** Returns the bytes written: a view that is valid until the next call of any method. */
  written(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer, 0, this.#length);
  }

  /**
   * Returns the bytes written, and begins again in a new buffer of `next` bytes, or in the whole memory behind `next`,
   * such as an earlier result. The caller owns the result: a view of the old buffer, which may be longer.
   */
  take(next: Uint8Array<ArrayBuffer> | number = 0): Uint8Array<ArrayBuffer> {
    const written = this.written();
    this.#replace(new Uint8Array(typeof next === "number" ? new ArrayBuffer(next) : next.buffer));
    this.#length = 0;
    return written;
  }

  /** Removes all bytes after the first `length`. Keeps the buffer. */
  truncate(length: number): void {
    this.#length = length;
  }

  /**
   * Reserves `size` bytes. Returns where they begin in {@linkcode buffer}. Their content is random.
   *
   * Read `buffer` and `view` after this call, because it may replace them.
   */
  advance(size: number): number {
    const start = this.#length;
    const end = start + size;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return start;
  }

  /** Writes a uint8. */
  uint8(value: number): void {
    const start = this.advance(1);
    this.#bytes[start] = value;
  }

  /** Writes a uint16. */
  uint16(value: number): void {
    const start = this.advance(2);
    this.#view.setUint16(start, value, true);
  }

  /** Writes a uint32. */
  uint32(value: number): void {
    const start = this.advance(4);
    this.#view.setUint32(start, value, true);
  }

  /** Writes a uint64, such as a time. */
  uint64(value: bigint): void {
    const start = this.advance(8);
    this.#view.setBigUint64(start, value, true);
  }

  /** Writes a non-negative safe integer as a uint64. */
  safeUint64(value: number): void {
    const start = this.advance(8);
    writeSafeUint64(this.#view, start, value);
  }

  /** Copies bytes, without a length. */
  bytes(value: Uint8Array): void {
    // Read once, because another thread may grow shared memory.
    const { length } = value;
    const start = this.advance(length);
    copyBytes(value, length, this.#bytes, start);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(needed + Math.max(MIN_GROWTH_BYTES, needed >>> 3));
    grown.set(this.written());
    this.#replace(grown);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
