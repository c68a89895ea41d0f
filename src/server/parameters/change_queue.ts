// ChangeQueue: the newest unread change of each parameter, for a loop that may be slower than the changes.

import type { ParameterChange, ParameterChanges } from "./parameter_store.ts";
import { sameValue } from "./value_shape.ts";

interface PendingRead {
  resolve(result: IteratorResult<ParameterChange, undefined>): void;
  reject(error: unknown): void;
}

/** Both sides of the queue: the store pushes changes, and the program reads them. */
export class ChangeQueue implements ParameterChanges {
  /** The changes in the order of their last change, by name. */
  readonly #unread = new Map<string, ParameterChange>();
  readonly #pendingReads: PendingRead[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: (queue: ChangeQueue) => void;
  readonly #abort: () => void = () => this.#fail(this.#signal?.reason);
  #isEnded = false;
  /** The error with which the next read rejects, once. */
  #error: { error: unknown } | undefined;

  /** Calls `onEnd` once when nothing more can be pushed. Throws the signal's reason if it has aborted. */
  constructor(signal: AbortSignal | undefined, onEnd: (queue: ChangeQueue) => void) {
    signal?.throwIfAborted();
    this.#signal = signal;
    this.#onEnd = onEnd;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Passes the change to a waiting loop, or keeps it instead of an older one of the same parameter. */
  push(change: ParameterChange): void {
    if (this.#isEnded) return;
    const pendingRead = this.#pendingReads.shift();
    if (pendingRead) return pendingRead.resolve({ done: false, value: change });
    const { name, value } = change;
    const { previous } = this.#unread.get(name) ?? change;
    // Deleted first, so that it moves to the end.
    this.#unread.delete(name);
    if (!sameValue(value, previous)) this.#unread.set(name, { ...change, previous });
  }

  /** Ends the changes. Unread ones can still be read. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const { resolve } of this.#pendingReads.splice(0)) resolve({ done: true, value: undefined });
    this.#onEnd(this);
  }

  close(): void {
    this.#unread.clear();
    this.#error = undefined;
    this.end();
  }

  next(): Promise<IteratorResult<ParameterChange, undefined>> {
    for (const [name, change] of this.#unread) {
      this.#unread.delete(name);
      return Promise.resolve({ done: false, value: change });
    }
    if (this.#error) {
      const { error } = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#pendingReads.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<ParameterChange, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #fail(error: unknown): void {
    const pendingRead = this.#pendingReads.shift();
    if (pendingRead) pendingRead.reject(error);
    else this.#error = { error };
    this.end();
  }
}
