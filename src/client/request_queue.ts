// RequestQueue: limits how many requests of one kind are open, because servers reject more.

import type { Clock } from "../clock.ts";
import { Deque } from "../deque.ts";

/** The limit for each kind of request in Foxglove's SDK, and the default of the server in this package. */
const MAX_OPEN = 32;
/**
 * While others are queued, a request counts as open for at most this long, in ms. Some answers never arrive, and they must not block the
 * queue. If the server still works on the request, it may reject the next one with an error.
 */
const MAX_OPEN_MS = 60_000;

interface Waiting {
  /** Sends the request. */
  start(): void;
  reject(error: unknown): void;
  /** Aborted requests stay in the queue and are skipped later. */
  isAborted: boolean;
}

/** The open requests of one kind, and a queue of requests that are sent in order when fewer are open. */
export class RequestQueue<Key> {
  readonly #clock: Clock;
  /** The time at which each open request was sent, in ms, oldest first. Aborted requests stay, because the server still counts them. */
  readonly #open = new Map<Key, number>();
  readonly #waiting = new Deque<Waiting>();
  #cancelAlarm: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `send` with a new key: at once, or as soon as fewer requests are open. If the signal aborts before that, the promise rejects
   * with its reason and `send` is never called.
   */
  add<T>(nextKey: () => Key, send: (key: Key) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    // The queue is empty in this case, because each answer sends as many queued requests as the limit allows.
    if (this.#open.size < MAX_OPEN) return this.#start(nextKey, send);
    return new Promise((resolve, reject) => {
      const abort = () => {
        waiting.isAborted = true;
        reject(signal?.reason);
        this.#sendNext();
      };
      const settle = () => signal?.removeEventListener("abort", abort);
      const waiting: Waiting = {
        isAborted: false,
        start: () => {
          settle();
          try {
            resolve(this.#start(nextKey, send));
          } catch (error) {
            reject(error);
          }
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.push(waiting);
      this.#watch();
    });
  }

  /** Counts a request that was sent without this queue, but that the server counts as the same kind. */
  opened(key: Key): void {
    this.#open.set(key, this.#clock.now());
  }

  /** Removes an answered request and sends the next one. */
  closed(key: Key): void {
    this.#open.delete(key);
    this.#sendNext();
  }

  /** Rejects all queued requests and forgets the open ones, because the connection is lost. */
  clear(error: unknown): void {
    this.#open.clear();
    while (this.#waiting.length > 0) this.#waiting.shift()?.reject(error);
    this.#watch();
  }

  #start<T>(nextKey: () => Key, send: (key: Key) => Promise<T>): Promise<T> {
    const key = nextKey();
    // Counted before it is sent: sending may lose the connection, and then clear() must remove this request too.
    this.opened(key);
    try {
      return send(key);
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  #sendNext(): void {
    while (this.#waiting.first && (this.#waiting.first.isAborted || this.#open.size < MAX_OPEN)) {
      const next = this.#waiting.shift();
      if (!next?.isAborted) next?.start();
    }
    this.#watch();
  }

  /** While requests are queued, forgets requests that are open for too long. Uses one timer, for the oldest open request. */
  #watch(): void {
    if (this.#waiting.length === 0) {
      this.#cancelAlarm?.();
      this.#cancelAlarm = undefined;
      return;
    }
    if (this.#cancelAlarm) return;
    const [oldest = this.#clock.now()] = this.#open.values();
    this.#cancelAlarm = this.#clock.after(oldest + MAX_OPEN_MS - this.#clock.now(), () => {
      this.#cancelAlarm = undefined;
      const now = this.#clock.now();
      for (const [key, sentAt] of this.#open) {
        if (now - sentAt < MAX_OPEN_MS) break;
        this.#open.delete(key);
      }
      this.#sendNext();
    });
  }
}
