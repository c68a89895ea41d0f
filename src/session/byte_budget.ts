// ByteBudget: limits the memory that all clients use together.

import { Deque } from "../deque.ts";

interface Waiter {
  readonly bytes: number;
  readonly granted: () => void;
}

/** Counts the bytes in use, up to a maximum. */
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

  /**
   * Takes bytes if they are free, even if `takeLater()` calls are waiting. Returns whether it took them. The caller
   * must release them.
   */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  /**
   * Takes bytes as soon as they are free, in the order of the calls, and then calls `granted`. A request for more than
   * the whole budget is granted when no bytes are in use. The caller must release the bytes.
   */
  takeLater(bytes: number, granted: () => void): void {
    this.#waiters.push({ bytes, granted });
    this.#grant();
  }

  /** Releases bytes. A negative number takes bytes, even if they are not free. */
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
