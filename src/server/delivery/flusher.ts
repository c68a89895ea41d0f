// Flusher: flushes outboxes with queued messages as fast as their sockets take them.

import type { CallQueue } from "../../call_queue.ts";
import type { Clock } from "../../clock.ts";
import type { ClientOutbox } from "./outbox.ts";

/** How long a client may read nothing before its outbox is flushed less often. */
const SLOW_AFTER_MS = 4;
/** How often the outboxes of clients that do not read are flushed. */
const SLOW_POLL_MS = 5;

/**
 * Polls sockets, because a WebSocket has no event that says it can take more data.
 *
 * While a client reads, its outbox is flushed on every turn of the event loop. A timer waits at least a millisecond, so
 * it would flush at most a thousand times per second. When the client does not read, a timer is used, because polling
 * on every turn uses a whole core.
 */
export class Flusher {
  /** Outboxes of clients that read, with the time (`clock.now()`) when the client was last seen to read. */
  readonly #quick = new Map<ClientOutbox, number>();
  readonly #slow = new Set<ClientOutbox>();
  readonly #calls: CallQueue;
  readonly #clock: Clock;
  #immediate: ReturnType<typeof setImmediate> | undefined;
  #cancelTimer: (() => void) | undefined;

  /** `calls`: flushing may drop messages, which is logged. The queue delays the logger until the turn is over. */
  constructor(calls: CallQueue, clock: Clock) {
    this.#calls = calls;
    this.#clock = clock;
  }

  /**
   * Flushes an outbox repeatedly until it no longer needs it. Does nothing if its transport reports room: see
   * {@linkcode Flusher.flush}.
   */
  add(outbox: ClientOutbox): void {
    if (outbox.reportsRoom) return;
    this.#slow.delete(outbox);
    this.#quick.set(outbox, this.#clock.now());
    this.#schedule();
  }

  /** Flushes an outbox once, because its transport has reported room. */
  flush(outbox: ClientOutbox): void {
    this.#calls.run(() => outbox.flush());
  }

  /** Stops flushing an outbox. */
  remove(outbox: ClientOutbox): void {
    this.#quick.delete(outbox);
    this.#slow.delete(outbox);
    this.#schedule();
  }

  #flushQuick(): void {
    this.#immediate = undefined;
    const now = this.#clock.now();
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
    this.#cancelTimer = undefined;
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
      this.#cancelTimer ??= this.#clock.after(SLOW_POLL_MS, () => this.#calls.run(() => this.#flushSlow()));
    } else {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    }
  }
}
