// Flusher: flushes outboxes with queued messages as fast as their sockets take them.

import type { CallQueue } from "../../call_queue.ts";
import type { Outbox } from "./outbox.ts";

/** How long a client may read nothing before its outbox is flushed less often. */
const SLOW_AFTER_MS = 4;
/** How often the outboxes of clients that do not read are flushed. */
const SLOW_POLL_MS = 5;

/**
 * Polls sockets, because a WebSocket has no event that says it can take more data.
 *
 * While a client reads, its outbox is flushed on every turn of the event loop. A timer waits at least a millisecond, so it would flush at
 * most a thousand times per second. When the client does not read, a timer is used, because polling on every turn uses a whole core.
 */
export class Flusher {
  /** Outboxes of clients that read, with the time (`performance.now()`) when the client was last seen to read. */
  readonly #quick = new Map<Outbox, number>();
  readonly #slow = new Set<Outbox>();
  readonly #calls: CallQueue;
  #immediate: ReturnType<typeof setImmediate> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `calls`: flushing may drop messages, which is logged. The queue delays the logger until the turn is over. */
  constructor(calls: CallQueue) {
    this.#calls = calls;
  }

  /** Flushes an outbox repeatedly until it no longer needs it. */
  add(outbox: Outbox): void {
    this.#slow.delete(outbox);
    this.#quick.set(outbox, performance.now());
    this.#schedule();
  }

  /** Stops flushing an outbox. */
  remove(outbox: Outbox): void {
    this.#quick.delete(outbox);
    this.#slow.delete(outbox);
    this.#schedule();
  }

  #flushQuick(): void {
    this.#immediate = undefined;
    const now = performance.now();
    for (const [outbox, readAt] of this.#quick) {
      const isMoving = outbox.flush();
      if (!outbox.needsFlush) {
        this.#quick.delete(outbox);
      } else if (isMoving) {
        this.#quick.set(outbox, now);
      } else if (now - readAt > SLOW_AFTER_MS) {
        this.#quick.delete(outbox);
        this.#slow.add(outbox);
      }
    }
    this.#schedule();
  }

  #flushSlow(): void {
    this.#timer = undefined;
    for (const outbox of this.#slow) {
      const isMoving = outbox.flush();
      if (!outbox.needsFlush) {
        this.#slow.delete(outbox);
      } else if (isMoving) {
        this.add(outbox);
      }
    }
    this.#schedule();
  }

  /** Schedules the next turns, or cancels them. */
  #schedule(): void {
    if (this.#quick.size > 0) {
      this.#immediate ??= setImmediate(() => this.#calls.run(() => this.#flushQuick()));
    } else {
      clearImmediate(this.#immediate);
      this.#immediate = undefined;
    }
    if (this.#slow.size > 0) {
      this.#timer ??= setTimeout(() => this.#calls.run(() => this.#flushSlow()), SLOW_POLL_MS);
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
