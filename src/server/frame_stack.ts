// FrameStack: a frame for each publish that is under way.

import type { FramePool } from "./frame_pool.ts";
import { MessageFrame } from "./message_frame.ts";

/** How many publishes may be under way within one another. More is a recursion without an end, which would end in the middle of our work. */
const MAX_DEPTH = 8;
/** The frame of a publish within another one is kept for the next time only up to this size. */
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * Frames by depth: a program publishes within a publish when `keyBy` does so, and must not write over the message that `keyBy` was called
 * for. The first frame serves all others, so publishing allocates nothing.
 */
export class FrameStack {
  readonly #pool: FramePool;
  readonly #frames: MessageFrame[];
  #depth = 0;

  constructor(pool: FramePool) {
    this.#pool = pool;
    this.#frames = [new MessageFrame(pool)];
  }

  /** Bytes that the frames keep allocated. */
  get bytes(): number {
    return this.#frames.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  /**
   * The frame for a publish that begins; `leave()` ends it.
   *
   * @throws {RangeError} When too many publishes are under way; then there is nothing to end. `topic` is for the error's text.
   */
  enter(topic: string): MessageFrame {
    const depth = this.#depth;
    if (depth === MAX_DEPTH) {
      throw new RangeError(`Cannot send on "${topic}": keyBy publishes more than ${MAX_DEPTH - 1} levels deep`);
    }
    this.#depth = depth + 1;
    return this.#frames[depth] ??= new MessageFrame(this.#pool);
  }

  /** The publish that began last has ended. */
  leave(): void {
    this.#depth -= 1;
    const frame = this.#depth > 0 ? this.#frames[this.#depth] : undefined;
    if (frame && frame.capacity > MAX_KEPT_BYTES) this.#frames.length = this.#depth;
  }
}
