// Notices: collects what a worker tells the producer, and posts it when the running code has ended.

import type { Notice } from "../messages.ts";

/** Posts notices in their order. */
export class Notices {
  readonly #post: (notices: Notice[], transfer: ArrayBuffer[]) => void;
  #waiting: Notice[] = [];
  #transfer: ArrayBuffer[] = [];

  constructor(post: (notices: Notice[], transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  /** Adds a notice. `buffer`: memory of the notice that is passed on instead of copied. */
  add(notice: Notice, buffer?: ArrayBuffer): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    this.#waiting.push(notice);
    if (buffer) this.#transfer.push(buffer);
  }

  #flush(): void {
    const [notices, transfer] = [this.#waiting, this.#transfer];
    this.#waiting = [];
    this.#transfer = [];
    this.#post(notices, transfer);
  }
}
