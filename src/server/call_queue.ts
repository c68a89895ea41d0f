// CallQueue: when the program's own code is called: hooks, and the logger.

import { Deque } from "../deque.ts";

/**
 * Calls that wait until the server's state is consistent again.
 *
 * A hook or a logger may call the server. If it were called in the middle of our work, it would see half of a change, and what it does
 * would overtake what is still to be done. So such calls are queued, and the queue is drained before the outermost piece of work returns:
 * a public method, a message that came in, or a timer. Calls that are queued while it is drained run last.
 */
export class CallQueue {
  readonly #calls = new Deque<() => void>();
  #isBusy = false;

  /** Runs `work`, and then all queued calls, unless it is itself part of such work. */
  run<T>(work: () => T): T {
    const isOutermost = this.enter();
    try {
      return work();
    } finally {
      if (isOutermost) this.leave();
    }
  }

  /** As {@linkcode CallQueue.run}, without a closure. If this returns true, the caller must call `leave()` when its work is done. */
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
      // A call must catch what the program throws. If one did not, the others must not wait for the next piece of work.
      if (this.#calls.length > 0) queueMicrotask(() => this.run(() => {}));
    }
  }

  /** Queues a call, or makes it at once when there is no work to wait for. */
  add(call: () => void): void {
    this.#calls.push(call);
    if (this.enter()) this.leave();
  }
}
