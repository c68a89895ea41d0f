// FrameStack: one frame for each publish in progress.

import type { FramePool } from "./frame_pool.ts";
import { MessageFrame } from "./message_frame.ts";

/**
 * How deeply publishes may be nested. Endless recursion would overflow the stack in the middle of the server's own
 * work.
 */
const MAX_DEPTH = 8;
/** The frame of a nested publish is kept for the next one only up to this size. */
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * Frames by nesting depth. A publish is nested if `keyBy` or a sink publishes, or a getter of a value that is being
 * encoded. It must not overwrite the outer message. All other publishes use the first frame, so they allocate nothing.
 */
export class FrameStack {
  readonly #pool: FramePool;
  readonly #first: MessageFrame;
  /** The frames of nested publishes. */
  readonly #nested: MessageFrame[] = [];
  #depth = 0;

  constructor(pool: FramePool) {
    this.#pool = pool;
    this.#first = new MessageFrame(pool);
  }

  /** How many bytes the frames have allocated. */
  get bytes(): number {
    return this.#nested.reduce((sum, { capacity }) => sum + capacity, this.#first.capacity);
  }

  /**
   * Returns the frame for a publish that begins. The caller must call `leave()` when the publish ends. `topic` appears
   * in the error text.
   *
   * @throws {RangeError} If publishes are nested too deeply. Then `leave()` must not be called.
   */
  enter(topic: string): MessageFrame {
    if (this.#depth > 0) return this.#enterNested(topic);
    this.#depth = 1;
    return this.#first;
  }

  /** Must be called when the innermost publish ends. */
  leave(): void {
    this.#depth -= 1;
    if (this.#depth === 0) return this.#first.trim();
    const nested = this.#depth - 1;
    const capacity = this.#nested[nested]?.capacity ?? 0;
    if (capacity > MAX_KEPT_BYTES) this.#nested.length = nested;
  }

  #enterNested(topic: string): MessageFrame {
    if (this.#depth === MAX_DEPTH) {
      throw new RangeError(
        `Cannot send on "${topic}": keyBy, getters or sinks send more than ${MAX_DEPTH - 1} levels deep`,
      );
    }
    this.#depth += 1;
    return this.#nested[this.#depth - 2] ??= new MessageFrame(this.#pool);
  }
}
