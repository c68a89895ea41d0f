// LatchSlots: numbers for the latched messages of a channel. Pure, except for the program's function keyBy.

import type { LatchOptions } from "../server/delivery/channel_policy.ts";

/**
 * Each latched message has a slot from 0 to `depth - 1`. A message takes the slot of the message that it replaces: the
 * one with the same key, or else the oldest one.
 */
export class LatchSlots {
  readonly #options: LatchOptions;
  /** The slots by key, the oldest first. */
  readonly #slots = new Map<string | number, number>();
  #count = 0;

  constructor(options: LatchOptions) {
    this.#options = options;
  }

  /** Returns the slot of a new message, or `undefined` if `keyBy` has thrown: then it is not latched. */
  slotOf(payload: Uint8Array): number | undefined {
    const { depth, keyBy } = this.#options;
    let key: string | number;
    try {
      key = keyBy ? keyBy(payload) : this.#count++;
    } catch {
      // The server has called it too, and has logged the error.
      return undefined;
    }
    const slot = this.#slots.get(key) ?? (this.#slots.size < depth ? this.#slots.size : this.#takeOldest());
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    return slot;
  }

  /** The slots that have a message. */
  usedSlots(): number[] {
    return [...this.#slots.values()];
  }

  #takeOldest(): number {
    for (const [key, slot] of this.#slots) {
      this.#slots.delete(key);
      return slot;
    }
    return 0;
  }
}
