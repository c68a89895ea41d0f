// AsyncQueue: the side of a queue that a loop reads. Subclasses decide which items are kept for a slow loop.

/** A read for which no item was queued. */
interface PendingRead<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** Yields items until it ends. Use one loop at a time. */
export abstract class AsyncQueue<T extends NonNullable<unknown>>
  implements AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  readonly #pendingReads: PendingRead<T>[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void = () => this.end(this.#signal?.reason);
  #isEnded = false;
  /** The error with which the next read rejects, once. */
  #error: { error: unknown } | undefined;

  /** When the signal aborts, the queue ends with its reason. Throws the reason if it has already aborted. */
  constructor(signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Whether nothing more can be pushed. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether a loop waits for an item. */
  protected get isAwaited(): boolean {
    return this.#pendingReads.length > 0;
  }

  /** Removes and returns the first item; `undefined` if there is none. */
  protected abstract dequeue(): T | undefined;

  /** Removes all items. */
  protected abstract clear(): void;

  /** Called once when the queue ends, whatever the cause. */
  protected abstract onEnd(): void;

  /** Passes an item to the loop that waits. */
  protected pass(value: T): void {
    this.#pendingReads.shift()?.resolve({ done: false, value });
  }

  /** Ends the queue. Queued items can still be read. After them, one read rejects with `error`, if there is one. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    if (error !== undefined) {
      const pendingRead = this.#pendingReads.shift();
      if (pendingRead) pendingRead.reject(error);
      else this.#error = { error };
    }
    for (const { resolve } of this.#pendingReads.splice(0)) resolve({ done: true, value: undefined });
    this.onEnd();
  }

  close(): void {
    this.clear();
    this.#error = undefined;
    this.end();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.dequeue();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#error) {
      const { error } = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#pendingReads.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
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
}
