// Waiters: calls that wait until a channel or service with a given name is advertised.

interface Waiter<T> {
  resolve(item: T): void;
  reject(error: unknown): void;
}

/** The calls that wait for channels by topic, or for services by name. */
export class Waiters<T> {
  readonly #byName = new Map<string, Set<Waiter<T>>>();

  /** The number of waiting calls. */
  get size(): number {
    return [...this.#byName.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Returns a promise of the next item with this name. It rejects with the signal's reason if the signal aborts first.
   */
  add(name: string, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve: (item) => (removeAbortListener(), resolve(item)),
        reject: (error) => (removeAbortListener(), reject(error)),
      };
      const abort = () => {
        this.#remove(name, waiter);
        waiter.reject(signal?.reason);
      };
      const removeAbortListener = () => signal?.removeEventListener("abort", abort);
      signal?.addEventListener("abort", abort, { once: true });
      const others = this.#byName.get(name);
      if (others) others.add(waiter);
      else this.#byName.set(name, new Set([waiter]));
    });
  }

  /** Resolves all calls that wait for this name. */
  resolve(name: string, item: T): void {
    const waiters = this.#byName.get(name);
    this.#byName.delete(name);
    for (const waiter of waiters ?? []) waiter.resolve(item);
  }

  /** Rejects all waiting calls, because the client does not connect again. */
  rejectAll(error: unknown): void {
    const all = [...this.#byName.values()];
    this.#byName.clear();
    for (const waiters of all) for (const waiter of waiters) waiter.reject(error);
  }

  #remove(name: string, waiter: Waiter<T>): void {
    const waiters = this.#byName.get(name);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#byName.delete(name);
  }
}
