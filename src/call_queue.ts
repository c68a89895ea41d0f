// CallQueue: decides when the server calls hooks and the logger, which are code of the program.

import { Deque } from "./deque.ts";

/**
 * Delays hooks and log lines until the server has finished its current work.
 *
 * A hook or a logger may call the server. In the middle of the server's work, it would see an incomplete change, and
 * its own calls would overtake the rest of that work. So such calls are queued. They run when the outermost work ends:
 * a public method, a received message or a timer. Calls that are added meanwhile run last.
 */
export class CallQueue {
  readonly #calls = new Deque<() => void>();
  #isBusy = false;

  /** Runs `work`. If this is the outermost work, also runs all queued calls. */
  run<T>(work: () => T): T {
    const isOutermost = this.enter();
    try {
      return work();
    } finally {
      if (isOutermost) this.leave();
    }
  }

  /**
   * Like {@linkcode CallQueue.run}, but without a closure. If this returns true, the caller must call `leave()` when
   * its work is done.
   */
  enter(): boolean {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    return true;
  }

  /** Runs all queued calls: see {@linkcode CallQueue.enter}. */
  leave(): void {
    try {
      for (let call = this.#calls.shift(); call; call = this.#calls.shift()) call();
    } finally {
      this.#isBusy = false;
      // Calls must catch the errors of the program. If one throws anyway, the others must not wait for the next piece
      // of work.
      if (this.#calls.length > 0) queueMicrotask(() => this.run(() => {}));
    }
  }

  /** Queues a call, or runs it at once if no work is in progress. */
  add(call: () => void): void {
    this.#calls.push(call);
    if (this.enter()) this.leave();
  }
}
