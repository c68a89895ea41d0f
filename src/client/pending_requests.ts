// PendingRequests: what was asked of the server and is not answered yet.

interface Pending<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Open requests by what names them in the answer. Each ends in one way: answer, failure, abort, or loss of the connection. */
export class PendingRequests<Key, T> {
  readonly #pending = new Map<Key, Pending<T>>();
  /** Given up by whoever asked; their answers still come. */
  readonly #abandoned = new Set<Key>();

  /** Whether an answer to it may still come. */
  has(key: Key): boolean {
    return this.#pending.has(key) || this.#abandoned.has(key);
  }

  /** Who waits. */
  keys(): Iterable<Key> {
    return this.#pending.keys();
  }

  /** The answer; rejects with the signal's reason when that aborts first. */
  add(key: Key, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#pending.delete(key);
        this.#abandoned.add(key);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      const settled = () => signal?.removeEventListener("abort", abort);
      this.#pending.set(key, {
        resolve: (value) => (settled(), resolve(value)),
        reject: (error) => (settled(), reject(error)),
      });
    });
  }

  /** Returns whether it was asked for. */
  resolve(key: Key, value: T): boolean {
    return this.#end(key, (pending) => pending.resolve(value));
  }

  /** Returns whether it was asked for. */
  reject(key: Key, error: Error): boolean {
    return this.#end(key, (pending) => pending.reject(error));
  }

  /** No answer will come to any. */
  rejectAll(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#abandoned.clear();
  }

  #end(key: Key, how: (pending: Pending<T>) => void): boolean {
    const pending = this.#pending.get(key);
    if (!pending) return this.#abandoned.delete(key);
    this.#pending.delete(key);
    how(pending);
    return true;
  }
}
