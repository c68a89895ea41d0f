// RequestQueue: limits how many requests of one kind are open, because servers reject more.

import type { Clock } from "../clock.ts";
import { Deque } from "../deque.ts";
import { abortable } from "./abortable.ts";

/** The limit for each kind of request in Foxglove's SDK, and the default of the server in this package. */
const MAX_OPEN = 32;
/**
 * While others are queued, a request counts as open for at most this long, in ms. Some responses never arrive, and they
 * must not block the queue. If the server still works on the request, it may reject the next one with an error.
 */
const MAX_OPEN_MS = 60_000;

interface QueuedRequest {
  /** Sends the request. */
  send(): void;
  reject(error: unknown): void;
  /** Aborted requests stay in the queue and are skipped later. */
  isAborted: boolean;
}

/** The open requests of one kind, and a queue of requests that are sent in order when fewer are open. */
export class RequestQueue<Key> {
  readonly #clock: Clock;
  /**
   * The time at which each open request was sent, in ms, oldest first. Aborted requests stay, because the server still
   * counts them.
   */
  readonly #open = new Map<Key, number>();
  readonly #queue = new Deque<QueuedRequest>();
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `send` with a new key: at once, or as soon as fewer requests are open. If the signal aborts before that, the
   * promise rejects with its reason and `send` is never called.
   */
  add<T>(nextKey: () => Key, send: (key: Key) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    // The queue is empty in this case, because each response sends as many queued requests as the limit allows.
    if (this.#open.size < MAX_OPEN) return this.#sendNow(nextKey, send);
    let request: QueuedRequest;
    return abortable<T>(signal, ({ resolve, reject, stopListening }) => {
      request = {
        isAborted: false,
        send: () => {
          stopListening();
          try {
            resolve(this.#sendNow(nextKey, send));
          } catch (error) {
            reject(error);
          }
        },
        reject,
      };
      this.#queue.push(request);
      this.#updateTimer();
    }, () => {
      request.isAborted = true;
      this.#sendNext();
    });
  }

  /** Counts a request that was sent without this queue, but that the server counts as the same kind. */
  markOpen(key: Key): void {
    this.#open.set(key, this.#clock.now());
  }

  /** Removes an answered request and sends the next one. */
  markAnswered(key: Key): void {
    this.#open.delete(key);
    this.#sendNext();
  }

  /** Rejects all queued requests and forgets the open ones, because the connection is lost. */
  clear(error: unknown): void {
    this.#open.clear();
    while (this.#queue.length > 0) this.#queue.shift()?.reject(error);
    this.#updateTimer();
  }

  #sendNow<T>(nextKey: () => Key, send: (key: Key) => Promise<T>): Promise<T> {
    const key = nextKey();
    // Counted before it is sent: sending may lose the connection, and then clear() must remove this request too.
    this.markOpen(key);
    try {
      return send(key);
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  #sendNext(): void {
    while (this.#queue.first && (this.#queue.first.isAborted || this.#open.size < MAX_OPEN)) {
      const next = this.#queue.shift();
      if (!next?.isAborted) next?.send();
    }
    this.#updateTimer();
  }

  /**
   * While requests are queued, forgets requests that are open for too long. Uses one timer, for the oldest open
   * request.
   */
  #updateTimer(): void {
    if (this.#queue.length === 0) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      return;
    }
    if (this.#cancelTimer) return;
    const [oldestSentAt = this.#clock.now()] = this.#open.values();
    this.#cancelTimer = this.#clock.after(oldestSentAt + MAX_OPEN_MS - this.#clock.now(), () => {
      this.#cancelTimer = undefined;
      const now = this.#clock.now();
      for (const [key, sentAt] of this.#open) {
        if (now - sentAt < MAX_OPEN_MS) break;
        this.#open.delete(key);
      }
      this.#sendNext();
    });
  }
}
