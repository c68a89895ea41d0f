// Pump: has the outboxes in which something waits hand it on as fast as their sockets take it.

import type { CallQueue } from "./call_queue.ts";
import type { Outbox } from "./outbox.ts";

/** How long a client may read nothing before its outbox is asked less often. */
const PATIENCE_MS = 4;
/** How often those are asked. */
const SLOW_POLL_MS = 5;

/**
 * Asks sockets again and again whether they take more, for a WebSocket has no event that says so.
 *
 * While a client reads, its outbox is asked on every turn of the event loop: a timer, which waits at least a millisecond, would bound its
 * rate at a thousand times what the socket takes at once. When it does not, a timer asks, for the other costs a whole core.
 */
export class Pump {
  /** When each client was last seen to read. */
  readonly #quick = new Map<Outbox, number>();
  readonly #slow = new Set<Outbox>();
  readonly #calls: CallQueue;
  #immediate: ReturnType<typeof setImmediate> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** In a turn, messages may be dropped, which is logged: `calls` has the logger wait until the turn is over. */
  constructor(calls: CallQueue) {
    this.#calls = calls;
  }

  /** Looks after an outbox until nothing waits in it. */
  add(outbox: Outbox): void {
    this.#slow.delete(outbox);
    this.#quick.set(outbox, performance.now());
    this.#schedule();
  }

  /** Forgets an outbox. */
  remove(outbox: Outbox): void {
    this.#quick.delete(outbox);
    this.#slow.delete(outbox);
    this.#schedule();
  }

  #turnQuick(): void {
    this.#immediate = undefined;
    const now = performance.now();
    for (const [outbox, readAt] of this.#quick) {
      const isMoving = outbox.flush();
      if (!outbox.needsFlush) {
        this.#quick.delete(outbox);
      } else if (isMoving) {
        this.#quick.set(outbox, now);
      } else if (now - readAt > PATIENCE_MS) {
        this.#quick.delete(outbox);
        this.#slow.add(outbox);
      }
    }
    this.#schedule();
  }

  #turnSlow(): void {
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

  /** Arranges the next turns, or calls them off. */
  #schedule(): void {
    if (this.#quick.size > 0) {
      this.#immediate ??= setImmediate(() => this.#calls.run(() => this.#turnQuick()));
    } else {
      clearImmediate(this.#immediate);
      this.#immediate = undefined;
    }
    if (this.#slow.size > 0) {
      this.#timer ??= setTimeout(() => this.#calls.run(() => this.#turnSlow()), SLOW_POLL_MS);
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
