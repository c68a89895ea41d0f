// LatchedMessages: the newest messages of a latched channel.

import { Deque } from "../../deque.ts";

/** A server may claim any depth, and its messages may be large, so this bounds the memory of a channel. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps as many messages as a channel latches, up to 64 MiB. The newest is always kept. */
export class LatchedMessages<Message extends { readonly data: Uint8Array }> implements Iterable<Message> {
  readonly #depth: number;
  readonly #messages = new Deque<Message>();
  #bytes = 0;

  /** `depth`: how many messages the channel latches. */
  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Adds a message, and removes the oldest if there are too many. Its data is copied. */
  add(message: Message): void {
    this.#messages.push({ ...message, data: message.data.slice() });
    this.#bytes += message.data.length;
    while (this.#messages.length > this.#depth || (this.#bytes > MAX_BYTES && this.#messages.length > 1)) {
      this.#bytes -= this.#messages.shift()!.data.length;
    }
  }

  /** The messages, the oldest first. */
  [Symbol.iterator](): Iterator<Message> {
    return this.#messages[Symbol.iterator]();
  }
}
