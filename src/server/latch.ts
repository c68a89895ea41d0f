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

  /** Keeps a message. Throws what `keyBy` throws, and then keeps nothing. */
  remember(message: MessageFrame): void {
    const { depth, keyBy } = this.#options;
    const key = keyBy ? keyBy(message.payload) : this.#count++;
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
