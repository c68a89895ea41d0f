// Latch: the last messages of a channel, for those who subscribe later.

import type { LatchOptions } from "./channel_policy.ts";
import type { KeptFrame } from "./frame_pool.ts";
import type { MessageFrame } from "./message_frame.ts";

/** Keeps the newest messages, or the newest one of each of the newest keys. */
export class Latch {
  readonly #options: LatchOptions;
  readonly #frames = new Map<string | number, KeptFrame>();
  #count = 0;

  constructor(options: LatchOptions) {
    this.#options = options;
  }

  /** Tells which older message a new one replaces. Calls `keyBy`, which may throw, and may do anything to the server. */
  keyOf(message: MessageFrame): string | number {
    const { keyBy } = this.#options;
    return keyBy ? keyBy(message.payload) : this.#count++;
  }

  /** Keeps a message. */
  remember(key: string | number, message: MessageFrame): void {
    const { depth } = this.#options;
    this.#forget(key);
    this.#frames.set(key, message.keep());
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= depth) break;
      this.#forget(oldest);
    }
  }

  /** The kept messages, the oldest first. */
  get frames(): Iterable<KeptFrame> {
    return this.#frames.values();
  }

  /** Forgets them all. */
  clear(): void {
    for (const key of [...this.#frames.keys()]) this.#forget(key);
  }

  #forget(key: string | number): void {
    this.#frames.get(key)?.release();
    this.#frames.delete(key);
  }
}
