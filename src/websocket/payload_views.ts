// PayloadViews: delivers payloads without copying, unless that would keep too much other memory alive.

/** A payload may keep a buffer of this size alive, however short the payload is. */
const SMALL_BUFFER_BYTES = 4096;
/** A payload may keep a buffer alive that is this many times as long. */
const MAX_BUFFER_RATIO = 8;
/** Payloads up to this length share a buffer when they are copied. */
const MAX_SHARED_BYTES = 1024;

/** Shared by all instances that have not copied a short payload yet, because an empty array takes memory too. */
const NONE: Uint8Array<ArrayBuffer> = new Uint8Array();

/**
 * Decides for each payload whether it is a view of the chunk in which it arrived, or a copy.
 *
 * A view keeps the buffer of its chunk alive: 64 bytes that a program stores would cost 64 KiB. So a payload is copied
 * if the buffer is larger than 4 KiB and more than 8 times as long as the payload. Such short payloads share buffers of
 * 4 KiB, because a buffer for each of them takes 5 times as long as the copy.
 */
export class PayloadViews {
  #shared = NONE;
  #sharedBytes = 0;

  /** Returns the bytes of `chunk` from `start` to `end`. */
  of(chunk: Uint8Array<ArrayBuffer>, start: number, end: number): Uint8Array<ArrayBuffer> {
    const length = end - start;
    // Faster than subarray(), which first looks up which kind of array to create. Also, it would create a Buffer.
    const view = new Uint8Array(chunk.buffer, chunk.byteOffset + start, length);
    if (chunk.buffer.byteLength <= Math.max(SMALL_BUFFER_BYTES, MAX_BUFFER_RATIO * length)) return view;
    const copy = length <= MAX_SHARED_BYTES ? this.#allocate(length) : new Uint8Array(length);
    copy.set(view);
    return copy;
  }

  /** Returns memory in a buffer with other payloads. Never writes to it again. */
  #allocate(length: number): Uint8Array<ArrayBuffer> {
    if (this.#sharedBytes + length > this.#shared.length) {
      this.#shared = new Uint8Array(SMALL_BUFFER_BYTES);
      this.#sharedBytes = 0;
    }
    const bytes = new Uint8Array(this.#shared.buffer, this.#sharedBytes, length);
    this.#sharedBytes += length;
    return bytes;
  }
}
