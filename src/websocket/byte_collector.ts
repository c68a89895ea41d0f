// ByteCollector: joins the parts of a payload.

import { freeIfLarge } from "../free_memory.ts";

/** Avoids growing in very small steps. */
const MIN_CAPACITY = 256;

/**
 * From this length on, the chunks of a payload are freed when they were copied. Otherwise they take more memory than
 * the payload, until the garbage collector notices them. For shorter payloads, that would cost throughput.
 */
const LARGE_BYTES = 1024 * 1024;
/** Smaller chunks are left to the garbage collector. */
const LARGE_CHUNK_BYTES = 16 * 1024;

/** Shared by all collectors without bytes, because an empty array takes memory too. */
const NONE: Uint8Array<ArrayBuffer> = new Uint8Array();

/**
 * Joins parts to one array. Its memory grows with the bytes that have arrived, to at most twice their number or 256
 * bytes: a length that a header only claims allocates nothing.
 */
export class ByteCollector {
  #bytes = NONE;
  #length = 0;

  /** The number of bytes that were added. */
  get length(): number {
    return this.#length;
  }

  /** The bytes of memory that are allocated. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Copies the bytes of `source` from `start` to `end`. If they fill their buffer, that buffer may be freed: then
   * `source` is empty. `maxLength` is the maximum length of the whole payload, as far as it is known now.
   */
  append(source: Uint8Array<ArrayBuffer>, start: number, end: number, maxLength: number): void {
    if (start === end) return;
    const length = this.#length + end - start;
    if (length > this.#bytes.length) this.#grow(Math.min(Math.max(2 * length, MIN_CAPACITY), maxLength));
    this.#bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, end - start), this.#length);
    this.#length = length;
    if (length < LARGE_BYTES || end - start < source.buffer.byteLength) return;
    freeIfLarge(source.buffer, LARGE_CHUNK_BYTES);
  }

  /**
   * Returns the payload, and begins another one. The result belongs to the caller. Its buffer has nothing else, but may
   * be longer.
   */
  take(): Uint8Array<ArrayBuffer> {
    const payload = new Uint8Array(this.#bytes.buffer, 0, this.#length);
    this.clear();
    return payload;
  }

  /** Drops all bytes and frees the memory. */
  clear(): void {
    this.#bytes = NONE;
    this.#length = 0;
  }

  #grow(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(new Uint8Array(this.#bytes.buffer, 0, this.#length));
    freeIfLarge(this.#bytes.buffer);
    this.#bytes = bytes;
  }
}
