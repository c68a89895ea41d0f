// FrameStack: a frame for each publish that is under way.

import type { FramePool } from "./frame_pool.ts";
import { MessageFrame } from "./message_frame.ts";

/** How deep publishes may nest. A recursion without an end would overflow the stack in the middle of our own work. */
const MAX_DEPTH = 8;
/** The frame of a publish within another one is kept for the next time only up to this size. */
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * Frames by depth: a program publishes within a publish when `keyBy` does so, and must not write over the message that `keyBy` was called
 * for. The first frame serves all others, so publishing allocates nothing.
 */
export class FrameStack {
  readonly #pool: FramePool;
  readonly #first: MessageFrame;
  /** Those of nested publishes. */
  readonly #nested: MessageFrame[] = [];
  #depth = 0;

  constructor(pool: FramePool) {
    this.#pool = pool;
    this.#first = new MessageFrame(pool);
  }

  /** Bytes that the frames keep allocated. */
  get bytes(): number {
    return this.#nested.reduce((sum, { capacity }) => sum + capacity, this.#first.capacity);
  }

  /**
   * The frame for a publish that begins; `leave()` ends it.
   *
   * @throws {RangeError} When too many publishes are under way; then there is nothing to end. `topic` is for the error's text.
   */
  enter(topic: string): MessageFrame {
    if (this.#depth > 0) return this.#enterNested(topic);
    this.#depth = 1;
    return this.#first;
  }

  /** The publish that began last has ended. */
  leave(): void {
    this.#depth -= 1;
    if (this.#depth === 0) return this.#first.trim();
    const nested = this.#depth - 1;
    const capacity = this.#nested[nested]?.capacity ?? 0;
    if (capacity > MAX_KEPT_BYTES) this.#nested.length = nested;
  }

  #enterNested(topic: string): MessageFrame {
    if (this.#depth === MAX_DEPTH) {
      throw new RangeError(`Cannot send on "${topic}": keyBy publishes more than ${MAX_DEPTH - 1} levels deep`);
    }
    this.#depth += 1;
    return this.#nested[this.#depth - 2] ??= new MessageFrame(this.#pool);
  }
}
