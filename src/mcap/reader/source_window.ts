// SourceWindow: the part of a source that is in memory while it is scanned.

import { McapError } from "../records/mcap_error.ts";
import type { SeekableSource } from "./seekable_source.ts";

/** After a jump, few bytes are read, because the scan may jump again. */
const MIN_BYTES = 8 * 1024;
const MAX_BYTES = 1024 * 1024;

/** Reads a source forward, in larger parts as long as nothing is skipped. */
export class SourceWindow {
  readonly #source: SeekableSource;
  readonly #signal: AbortSignal | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #offset = 0;
  #size = MIN_BYTES;

  /** `signal`: ends reading with its reason. */
  constructor(source: SeekableSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  /**
   * Returns bytes from `offset` on: at least `needed`, unless the source ends before.
   *
   * @throws {McapError} If the source has become shorter.
   */
  async at(offset: number, needed: number): Promise<Uint8Array> {
    const end = this.#offset + this.#bytes.length;
    const wanted = Math.min(needed, this.#source.size - offset);
    if (offset < this.#offset || offset + wanted > end) {
      this.#size = offset <= end && offset >= this.#offset ? Math.min(2 * this.#size, MAX_BYTES) : MIN_BYTES;
      const length = Math.min(Math.max(needed, this.#size), this.#source.size - offset);
      this.#bytes = await readExactly(this.#source, offset, length, this.#signal);
      this.#offset = offset;
    }
    return this.#bytes.subarray(offset - this.#offset);
  }
}

/**
 * Reads bytes of a source.
 *
 * @throws {McapError} If fewer bytes come, because the source has become shorter.
 */
export async function readExactly(
  source: SeekableSource,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const bytes = await source.read(offset, length, signal);
  signal?.throwIfAborted();
  if (bytes.length === length) return bytes;
  throw new McapError(`${length} bytes`, `${bytes.length}`, offset);
}
