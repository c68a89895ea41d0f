// PendingRequests: requests that the server has not answered yet.

import { abortable, type Settle } from "./abortable.ts";

/** How many aborted requests are remembered. The limit bounds the memory if the server never answers them. */
const MAX_ABANDONED = 1000;

/**
 * Open requests, by the key that the response repeats. Each ends exactly once: by response, failure, abort, or a lost
 * connection.
 */
export class PendingRequests<Key, T> {
  readonly #pending = new Map<Key, Settle<T>>();
  /** Aborted requests, oldest first. Their responses may still arrive. */
  readonly #abandoned = new Set<Key>();

  /** Whether a response to this request may still arrive. */
  has(key: Key): boolean {
    return this.#pending.has(key) || this.#abandoned.has(key);
  }

  /** Returns a promise of the response. It rejects with the signal's reason if the signal aborts first. */
  add(key: Key, signal: AbortSignal | undefined): Promise<T> {
    return abortable<T>(signal, (settle) => this.#pending.set(key, settle), () => {
      this.#pending.delete(key);
      this.#abandon(key);
    });
  }

  /** Passes the response to the request. Returns false if there was no such request; an aborted request counts. */
  resolve(key: Key, value: T): boolean {
    return this.#settle(key, (pending) => pending.resolve(value));
  }

  /** Passes a failure to the request. Returns false if there was no such request; an aborted request counts. */
  reject(key: Key, error: unknown): boolean {
    return this.#settle(key, (pending) => pending.reject(error));
  }

  /** Removes a request that could not be sent. Its promise never settles. */
  forget(key: Key): void {
    this.#pending.get(key)?.stopListening();
    this.#pending.delete(key);
  }

  /**
   * Rejects all open requests, and forgets the keys of aborted ones. Called when the connection is lost: no response
   * can arrive any more.
   */
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

  #settle(key: Key, action: (pending: Settle<T>) => void): boolean {
    const pending = this.#pending.get(key);
    if (!pending) return this.#abandoned.delete(key);
    this.#pending.delete(key);
    action(pending);
    return true;
  }
}
