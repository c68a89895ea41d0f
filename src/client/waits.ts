// Waits: calls that wait until a channel or service with a given name is advertised.

interface Waiting<T> {
  resolve(item: T): void;
  reject(error: unknown): void;
}

/** The calls that wait for channels by topic, or for services by name. */
export class Waits<T> {
  readonly #byName = new Map<string, Set<Waiting<T>>>();

  /** The number of waiting calls. */
  get size(): number {
    return [...this.#byName.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Returns a promise of the next item with this name. It rejects with the signal's reason if the signal aborts first. */
  add(name: string, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting<T> = {
        resolve: (item) => (settle(), resolve(item)),
        reject: (error) => (settle(), reject(error)),
      };
      const abort = () => {
        this.#remove(name, waiting);
        waiting.reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener("abort", abort);
      signal?.addEventListener("abort", abort, { once: true });
      const others = this.#byName.get(name);
      if (others) others.add(waiting);
      else this.#byName.set(name, new Set([waiting]));
    });
  }

  /** Resolves all calls that wait for this name. */
  resolve(name: string, item: T): void {
    const waits = this.#byName.get(name);
    this.#byName.delete(name);
    for (const waiting of waits ?? []) waiting.resolve(item);
  }

  /** Rejects all waiting calls, because the client does not connect again. */
  rejectAll(error: unknown): void {
    const all = [...this.#byName.values()];
    this.#byName.clear();
    for (const waits of all) for (const waiting of waits) waiting.reject(error);
  }

  #remove(name: string, waiting: Waiting<T>): void {
    const waits = this.#byName.get(name);
    waits?.delete(waiting);
    if (waits?.size === 0) this.#byName.delete(name);
  }
}
