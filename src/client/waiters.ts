// Waiters: calls that wait until a channel or service with a given name is advertised.

import { abortable, type Settle } from "./abortable.ts";
import { SetsByKey } from "./sets_by_key.ts";

/** The calls that wait for channels by topic, or for services by name. */
export class Waiters<T> {
  readonly #byName = new SetsByKey<string, Settle<T>>();

  /** Whether no call waits. */
  get isEmpty(): boolean {
    return this.#byName.isEmpty;
  }

  /** The names that calls wait for. */
  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** Whether a call waits for this name. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * Returns a promise of the next item with this name. It rejects with the signal's reason if the signal aborts first.
   */
  add(name: string, signal: AbortSignal | undefined): Promise<T> {
    let waiter: Settle<T>;
    return abortable<T>(signal, (settle) => {
      waiter = settle;
      this.#byName.add(name, waiter);
    }, () => this.#byName.delete(name, waiter));
  }

  /** Resolves all calls that wait for this name. */
  resolve(name: string, item: T): void {
    for (const waiter of this.#byName.take(name)) waiter.resolve(item);
  }

  /** Rejects all waiting calls, because the client does not connect again. */
  rejectAll(error: unknown): void {
    for (const waiter of this.#byName.takeAll()) waiter.reject(error);
  }
}
