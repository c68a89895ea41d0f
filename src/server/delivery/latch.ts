// Latch: the last messages of a channel, for late subscribers.

import type { LatchOptions } from "./channel_policy.ts";
import type { KeptFrame } from "./frame_pool.ts";
import type { MessageFrame } from "./message_frame.ts";

/** Keeps the newest messages, or the newest message of each of the newest keys. */
export class Latch {
  readonly #options: LatchOptions;
  readonly #frames = new Map<string | number, KeptFrame>();
  #count = 0;

  constructor(options: LatchOptions) {
    this.#options = options;
  }

  /**
   * Returns the key of a message. The message replaces an older one with the same key. Calls `keyBy`, which may throw,
   * and may call the server.
   */
  keyOf(message: MessageFrame): string | number {
    const { keyBy } = this.#options;
    return keyBy ? keyBy(message.payload) : this.#count++;
  }

  /** Keeps a message, and releases those that it replaces. */
  keep(key: string | number, message: MessageFrame): void {
    const { depth } = this.#options;
    this.#release(key);
    this.#frames.set(key, message.keep());
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= depth) break;
      this.#release(oldest);
    }
  }

  /** The kept messages, the oldest first. */
  get frames(): Iterable<KeptFrame> {
    return this.#frames.values();
  }

  /** Releases all messages. */
  clear(): void {
    for (const key of [...this.#frames.keys()]) this.#release(key);
  }

  #release(key: string | number): void {
    this.#frames.get(key)?.release();
    this.#frames.delete(key);
  }
}
