// PendingRequests: what was asked of the server and is not answered yet.

/** How many aborted requests are remembered, so that a server that never answers them costs no memory. */
const MAX_ABANDONED = 1000;

interface Pending<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
  /** Forgets the signal. */
  settle(): void;
}

/** Open requests by what names them in the answer. Each ends in one way: answer, failure, abort, or loss of the connection. */
export class PendingRequests<Key, T> {
  readonly #pending = new Map<Key, Pending<T>>();
  /** Aborted requests, the oldest first; their answers may still come. */
  readonly #abandoned = new Set<Key>();

  /** Whether an answer to it may still come. */
  has(key: Key): boolean {
    return this.#pending.has(key) || this.#abandoned.has(key);
  }

  /** The answer; rejects with the signal's reason when that aborts first. */
  add(key: Key, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#pending.delete(key);
        this.#abandon(key);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      const settle = () => signal?.removeEventListener("abort", abort);
      this.#pending.set(key, {
        resolve: (value) => (settle(), resolve(value)),
        reject: (error) => (settle(), reject(error)),
        settle,
      });
    });
  }

  /** Returns whether it was asked for. */
  resolve(key: Key, value: T): boolean {
    return this.#end(key, (pending) => pending.resolve(value));
  }

  /** Returns whether it was asked for. */
  reject(key: Key, error: unknown): boolean {
    return this.#end(key, (pending) => pending.reject(error));
  }

  /** It was not sent after all. */
  forget(key: Key): void {
    this.#pending.get(key)?.settle();
    this.#pending.delete(key);
  }

  /** No answer will come to any. */
  rejectAll(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#abandoned.clear();
  }

  #abandon(key: Key): void {
    this.#abandoned.add(key);
    if (this.#abandoned.size <= MAX_ABANDONED) return;
    const [oldest] = this.#abandoned;
    this.#abandoned.delete(oldest as Key);
  }

  #end(key: Key, how: (pending: Pending<T>) => void): boolean {
    const pending = this.#pending.get(key);
    if (!pending) return this.#abandoned.delete(key);
    this.#pending.delete(key);
    how(pending);
    return true;
  }
}
