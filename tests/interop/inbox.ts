// Inbox: queues of received messages or events, one for each kind.

import { Queue } from "../support/events.ts";

/** One queue for each kind. Items are untyped: tests read the members that they assert. */
export class Inbox {
  // deno-lint-ignore no-explicit-any
  readonly #queues = new Map<string, Queue<any>>();

  /** Adds an item. */
  push(kind: string, item: unknown): void {
    this.#queueOf(kind).push(item);
  }

  /** Waits for the next item of a kind. */
  // deno-lint-ignore no-explicit-any
  next(kind: string): Promise<any> {
    return this.#queueOf(kind).next();
  }

  // deno-lint-ignore no-explicit-any
  #queueOf(kind: string): Queue<any> {
    const queue = this.#queues.get(kind) ?? new Queue(`"${kind}"`);
    this.#queues.set(kind, queue);
    return queue;
  }
}
