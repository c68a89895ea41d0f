// RequestQueue: limits how many requests of one kind are open, because servers refuse more.

import type { Clock } from "../clock.ts";
import { Deque } from "../deque.ts";

/** The limit of Foxglove's SDK, and the default of this package's server, for each kind of request. */
const MAX_OPEN = 32;
/**
 * A request counts as open for at most this long, in ms. Some answers never come, and they must not block the queue. The server
 * may still work on the request, and then refuses the next one with an error.
 */
const MAX_OPEN_MS = 60_000;

interface Waiting {
  /** Sends the request. */
  start(): void;
  reject(error: unknown): void;
  /** Whether it was aborted; it is then skipped. */
  isAborted: boolean;
}

/** The open requests of one kind, and those that wait until fewer are open, in order. */
export class RequestQueue<Key> {
  readonly #clock: Clock;
  /** When each was sent, in ms, the oldest first. An aborted request stays: the server still counts it. */
  readonly #open = new Map<Key, number>();
  readonly #waiting = new Deque<Waiting>();
  #cancelAlarm: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `send` with a new key: at once, or as soon as fewer requests are open. Rejects with the signal's reason if that aborts
   * before, and then never calls it.
   */
  add<T>(nextKey: () => Key, send: (key: Key) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    // Then none waits: each answer sends as many as there is room for.
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

  /** Counts a request that does not wait here, but for which the server counts one of the same kind. */
  opened(key: Key): void {
    this.#open.set(key, this.#clock.now());
  }

  /** The server has answered; the next request is sent. */
  closed(key: Key): void {
    this.#open.delete(key);
    this.#sendNext();
  }

  /** The connection is lost: rejects all that wait. The server counts nothing any more. */
  clear(error: unknown): void {
    this.#open.clear();
    while (this.#waiting.length > 0) this.#waiting.shift()?.reject(error);
    this.#watch();
  }

  #start<T>(nextKey: () => Key, send: (key: Key) => Promise<T>): Promise<T> {
    const key = nextKey();
    // Counted before it is sent: the connection may be lost meanwhile, and then nothing is open.
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

  /** While requests wait, forgets those open for too long. One alarm, for the oldest. */
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
