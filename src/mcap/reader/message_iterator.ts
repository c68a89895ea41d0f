// MessageIterator: yields the messages of batches one by one.

import type { McapMessage } from "./mcap_message.ts";

/**
 * Yields messages one by one. Faster than an async generator, because it awaits nothing within a batch.
 */
export class MessageIterator implements AsyncIterableIterator<McapMessage, undefined, undefined>, AsyncDisposable {
  readonly #batches: AsyncIterator<McapMessage[], unknown, undefined>;
  #batch: readonly McapMessage[] = [];
  #next = 0;
  /** Calls that wait for a batch, in their order. */
  #pending: Promise<unknown> | undefined;
  #pendingCount = 0;

  /** Reads and closes `batches`. */
  constructor(batches: AsyncIterator<McapMessage[], unknown, undefined>) {
    this.#batches = batches;
  }

  /** Returns the next message. */
  next(): Promise<IteratorResult<McapMessage, undefined>> {
    const value = this.#batch[this.#next];
    if (value === undefined || this.#pendingCount > 0) return this.#later();
    this.#next += 1;
    return Promise.resolve({ done: false, value });
  }

  /** Ends the loop. */
  async return(): Promise<IteratorResult<McapMessage, undefined>> {
    this.#batch = [];
    await this.#batches.return?.();
    return { done: true, value: undefined };
  }

  /** Returns itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the loop. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #later(): Promise<IteratorResult<McapMessage, undefined>> {
    this.#pendingCount += 1;
    const result = this.#afterPending();
    this.#pending = result.catch(() => {});
    return result;
  }

  async #afterPending(): Promise<IteratorResult<McapMessage, undefined>> {
    try {
      await this.#pending;
      for (;;) {
        const value = this.#batch[this.#next];
        if (value !== undefined) {
          this.#next += 1;
          return { done: false, value };
        }
        const { done, value: batch } = await this.#batches.next();
        if (done) return { done: true, value: undefined };
        this.#batch = batch as McapMessage[];
        this.#next = 0;
      }
    } finally {
      this.#pendingCount -= 1;
    }
  }
}
