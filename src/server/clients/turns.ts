// Turns: spreads answers over turns of the event loop, so that sockets, timers and other clients get their turn in
// between.

import { Deque } from "../../deque.ts";

/** How much may be answered in one turn, in bytes or UTF-16 units. This takes a few milliseconds. */
const SHARE = 256 * 1024;

/** Turns of the event loop. All clients of a server share them. */
export class Turns {
  readonly #waiters = new Deque<() => void>();
  #spent = 0;
  #immediate: ReturnType<typeof setImmediate> | undefined;

  /** Whether further answers must wait for a later turn. */
  get isOver(): boolean {
    return this.#spent >= SHARE || this.#waiters.length > 0;
  }

  /** Counts answered bytes or UTF-16 units against the current turn. */
  spend(amount: number): void {
    this.#spent += amount;
    if (this.isOver) this.#schedule();
  }

  /** Resolves in a later turn. Each turn resolves one call, in the order of the calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    this.#immediate ??= setImmediate(() => this.#begin());
  }

  #begin(): void {
    this.#immediate = undefined;
    this.#spent = 0;
    this.#waiters.shift()?.();
    if (this.#waiters.length > 0) this.#schedule();
  }
}
