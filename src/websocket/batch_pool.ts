// BatchPool: the memory in which writers collect small frames, shared by all connections of a server.

import { BufferPool } from "../buffer_pool.ts";

/** The size of a full buffer, in bytes. */
export const BATCH_BYTES: number = 64 * 1024;

/** The size of the first buffer of a write, in bytes. */
const FIRST_BYTES = 4 * 1024;

/** How many bytes of unused buffers are kept. The garbage collector frees the rest. */
const MAX_IDLE_BYTES = 4 * 1024 * 1024;

/** How many bytes of unused buffers for large messages are kept. */
const MAX_IDLE_LARGE_BYTES = 4 * 1024 * 1024;

/** How much one write may hand to the network at once if there is one connection, and if there are several. */
const MAX_WRITE_BYTES_ALONE = 2 * 1024 * 1024;
const MAX_WRITE_BYTES = 1024 * 1024;

/**
 * Buffers for small frames. A connection has one only while it has something to write, so that idle clients need no
 * memory for it.
 */
export class BatchPool {
  /** Buffers for single messages that are too large to be collected. */
  readonly large: BufferPool = new BufferPool(MAX_IDLE_LARGE_BYTES);
  readonly #batches: BufferPool = new BufferPool(MAX_IDLE_BYTES);
  #writers = 0;

  /**
   * How many bytes a fast connection hands to the network at once. Few large writes need less time than many small
   * ones, but with several clients, large ones delay the others.
   */
  get maxWriteBytes(): number {
    return this.#writers > 1 ? MAX_WRITE_BYTES : MAX_WRITE_BYTES_ALONE;
  }

  /** Counts a connection. The returned function must be called once, when the connection has ended. */
  addWriter(): () => void {
    this.#writers += 1;
    return () => void (this.#writers -= 1);
  }

  /**
   * Returns a buffer with room for this many bytes, with any content: a small one, so that many clients that connect at
   * the same time need little memory, or one of {@linkcode BATCH_BYTES} bytes.
   */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    return this.#batches.take(bytes <= FIRST_BYTES ? FIRST_BYTES : BATCH_BYTES);
  }

  /** Takes back a buffer that nothing uses any more. */
  recycle(buffer: Uint8Array<ArrayBuffer>): void {
    this.#batches.recycle(buffer);
  }
}
