// ByteBudget: memory that all clients share.

import { Deque } from "../deque.ts";

interface Waiter {
  readonly bytes: number;
  readonly granted: () => void;
}

/** A number of bytes, of which parts are in use. */
export class ByteBudget {
  readonly max: number;
  #used = 0;
  readonly #waiters = new Deque<Waiter>();

  constructor(max: number) {
    this.max = max;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes bytes if they are free. They must be released. */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  /**
   * Takes bytes as soon as they are free, in the order of the calls, and calls `granted`. More than the whole budget is granted once nothing
   * is in use. They must be released.
   */
  takeLater(bytes: number, granted: () => void): void {
    this.#waiters.push({ bytes, granted });
    this.#grant();
  }

  /** Gives bytes back. A negative number takes them, even if they are not free. */
  release(bytes: number): void {
    this.#used -= bytes;
    this.#grant();
  }

  #grant(): void {
    for (let next = this.#waiters.first; next; next = this.#waiters.first) {
      if (this.#used > 0 && this.#used + next.bytes > this.max) return;
      this.#waiters.shift();
      this.#used += next.bytes;
      next.granted();
    }
  }
}
