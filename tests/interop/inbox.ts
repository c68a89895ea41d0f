// Inbox: what came from a peer, by kind.

import { Queue } from "../support/events.ts";

/** One queue for each kind. What a peer sends has no type here: tests read the members that they assert. */
export class Inbox {
  // deno-lint-ignore no-explicit-any
  readonly #queues = new Map<string, Queue<any>>();

  /** Notes that something came. */
  push(kind: string, item: unknown): void {
    this.#of(kind).push(item);
  }

  /** Waits for the next of a kind. */
  // deno-lint-ignore no-explicit-any
  next(kind: string): Promise<any> {
    return this.#of(kind).next();
  }

  // deno-lint-ignore no-explicit-any
  #of(kind: string): Queue<any> {
    const queue = this.#queues.get(kind) ?? new Queue(`"${kind}"`);
    this.#queues.set(kind, queue);
    return queue;
  }
}
