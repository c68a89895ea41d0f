// BufferPool: buffers that are used again, by classes of sizes.

const MIN_BYTES = 1024;

/** Keeps unused buffers for later, because zeroing and collecting a new buffer takes longer than filling it. */
export class BufferPool {
  readonly #maxIdleBytes: number;
  readonly #idle = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #idleBytes = 0;

  /** `maxIdleBytes`: how many bytes of unused buffers are kept. The garbage collector frees the rest. */
  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes;
  }

  /** Returns a buffer of at least this size, with any content. The caller owns it. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const size = sizeClassOf(bytes);
    const buffer = this.#idle.get(size)?.pop();
    if (!buffer) return new Uint8Array(size);
    this.#idleBytes -= size;
    return buffer;
  }

  /** Takes over a buffer that is not used any more. */
  recycle(buffer: Uint8Array<ArrayBuffer>): void {
    const size = buffer.byteLength;
    if (size !== sizeClassOf(size) || this.#idleBytes + size > this.#maxIdleBytes) return;
    this.#idleBytes += size;
    const buffers = this.#idle.get(size);
    if (buffers) {
      buffers.push(buffer);
    } else {
      this.#idle.set(size, [buffer]);
    }
  }
}

/**
 * Returns the smallest size of a buffer for this many bytes. There are four sizes between a power of two and the next,
 * so that little memory is unused: messages of 1 MiB need 13 bytes more.
 */
function sizeClassOf(bytes: number): number {
  if (bytes <= MIN_BYTES) return MIN_BYTES;
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 2);
  return Math.ceil(bytes / step) * step;
}
