// ReadAhead: reads the next segments while the current one is used.

import { McapError } from "../records/mcap_error.ts";
import type { Segment } from "./file_index.ts";
import type { SegmentLoader } from "./segment_loader.ts";

/** The maximum number of segments that are read at the same time. */
const MAX_PENDING = 4;
/** The maximum size of segments that are read ahead, in bytes. One segment may be larger. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/**
 * Reads segments in their order. The longer the loop runs, the more segments are read ahead, so that a loop that needs
 * few messages does not read much.
 */
export class ReadAhead {
  readonly #segments: readonly Segment[];
  readonly #loader: SegmentLoader;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #pending: Promise<Uint8Array | McapError>[] = [];
  /** The number of segments that were taken. */
  #taken = 0;
  /** The size of the pending segments, in bytes. */
  #pendingBytes = 0;

  /** `signal`: ends reading. */
  constructor(segments: readonly Segment[], loader: SegmentLoader, signal: AbortSignal | undefined) {
    this.#segments = segments;
    this.#loader = loader;
    this.#signal = signal;
    // AbortSignal.any() would leak memory in Node 22 if many loops share a signal.
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (signal?.aborted) this.#abort();
  }

  /** Returns the bytes of the next segment, or why the file does not have them. */
  async take(): Promise<Uint8Array | McapError> {
    const segment = this.#segments[this.#taken]!;
    if (this.#pending.length === 0) this.#start(segment);
    const bytes = await this.#pending[0]!;
    void this.#pending.shift();
    this.#taken += 1;
    this.#pendingBytes -= segment.length;
    this.#fill();
    return bytes;
  }

  /** Stops reading. Returns when nothing is pending. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#closing.abort();
    await Promise.allSettled(this.#pending);
  }

  readonly #abort = (): void => this.#closing.abort(this.#signal?.reason);

  #fill(): void {
    while (this.#pending.length < Math.min(this.#taken, MAX_PENDING)) {
      const segment = this.#segments[this.#taken + this.#pending.length];
      if (!segment || (this.#pending.length > 0 && this.#pendingBytes + segment.length > MAX_PENDING_BYTES)) return;
      this.#start(segment);
    }
  }

  #start(segment: Segment): void {
    const bytes = this.#read(segment);
    // If it fails, take() rejects later, unless the loop ends before.
    bytes.catch(() => {});
    this.#pending.push(bytes);
    this.#pendingBytes += segment.length;
  }

  async #read(segment: Segment): Promise<Uint8Array | McapError> {
    try {
      return await this.#loader.read(segment, this.#closing.signal);
    } catch (error) {
      if (error instanceof McapError) return error;
      throw error;
    }
  }
}
