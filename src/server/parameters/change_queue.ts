// ChangeQueue: the newest unread change of each parameter, for a loop that may be slower than the changes.

import { AsyncQueue } from "../../async_queue.ts";
import type { ParameterChange, ParameterChanges } from "./parameter_store.ts";
import { sameValue } from "./value_shape.ts";

/** Both sides of the queue: the store pushes changes, and the program reads them. */
export class ChangeQueue extends AsyncQueue<ParameterChange> implements ParameterChanges {
  /** The changes in the order of their last change, by name. */
  readonly #unread = new Map<string, ParameterChange>();
  readonly #onEnd: (queue: ChangeQueue) => void;

  /** Calls `onEnd` once when nothing more can be pushed. Throws the signal's reason if it has aborted. */
  constructor(signal: AbortSignal | undefined, onEnd: (queue: ChangeQueue) => void) {
    super(signal);
    this.#onEnd = onEnd;
  }

  /** Passes the change to a waiting loop, or keeps it instead of an older one of the same parameter. */
  push(change: ParameterChange): void {
    if (this.isEnded) return;
    if (this.isAwaited) return this.pass(change);
    const { name, value } = change;
    const { previous } = this.#unread.get(name) ?? change;
    // Deleted first, so that it moves to the end.
    this.#unread.delete(name);
    if (!sameValue(value, previous)) this.#unread.set(name, { ...change, previous });
  }

  protected override dequeue(): ParameterChange | undefined {
    for (const [name, change] of this.#unread) {
      this.#unread.delete(name);
      return change;
    }
    return undefined;
  }

  protected override clear(): void {
    this.#unread.clear();
  }

  protected override onEnd(): void {
    this.#onEnd(this);
  }
}
