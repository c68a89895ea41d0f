// CompressionTrial: whether it is worthwhile to compress the messages of a channel.

/** A message that does not shrink to this share of its size is sent as it is. */
const MAX_RATIO = 0.9;
/** After this many such messages in a row, messages are skipped. */
const MAX_MISSES = 4;
/** How many messages are skipped at first. Each further miss doubles the number, up to the limit. */
const MIN_SKIPPED = 16;
const MAX_SKIPPED = 1024;

/** Tries to compress messages, and stops trying for a while if they do not shrink, such as images and video. */
export class CompressionTrial {
  #misses = 0;
  #skips = 0;
  #nextSkips = MIN_SKIPPED;

  /** Compresses a payload with `deflate`. Returns `undefined` if the payload must be sent as it is. */
  compress(
    payload: Uint8Array,
    deflate: (payload: Uint8Array) => Uint8Array<ArrayBuffer>,
  ): Uint8Array<ArrayBuffer> | undefined {
    if (this.#skips > 0) {
      this.#skips -= 1;
      return undefined;
    }
    const compressed = deflate(payload);
    if (compressed.length <= payload.length * MAX_RATIO) {
      this.#misses = 0;
      this.#nextSkips = MIN_SKIPPED;
      return compressed;
    }
    this.#misses += 1;
    if (this.#misses >= MAX_MISSES) {
      this.#skips = this.#nextSkips;
      this.#nextSkips = Math.min(this.#nextSkips * 2, MAX_SKIPPED);
    }
    return undefined;
  }
}
