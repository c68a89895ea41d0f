// MessageFeed: the messages of several files, in the order of their times.

import type { McapMessage } from "../reader/mcap_message.ts";
import type { FileCursor } from "./file_cursor.ts";

/** Merges files. A file is read when its first message may be the next one. */
export class MessageFeed {
  #cursors: readonly FileCursor[];
  readonly #all: readonly FileCursor[];
  /** The cursor of the next message. */
  #first: FileCursor | undefined;

  /** Messages with the same time have the order of the files. */
  constructor(cursors: readonly FileCursor[]) {
    this.#all = cursors;
    this.#cursors = cursors;
    this.#first = this.#findFirst();
  }

  /** The next message; `undefined` if it was not read yet, or if there is none. */
  get head(): McapMessage | undefined {
    return this.#first?.head;
  }

  /** Whether all messages were taken. */
  get isEnded(): boolean {
    return this.#first === undefined;
  }

  /** Moves to the next message. There must be a head. */
  take(): void {
    this.#first!.take();
    if (this.#cursors.length > 1 || this.#first!.isEnded) this.#first = this.#findFirst();
  }

  /** Resolves when there is a head, or all files have ended. */
  async ready(): Promise<void> {
    while (this.#first && !this.#first.head) {
      await this.#first.ready();
      this.#first = this.#findFirst();
    }
  }

  /** Stops reading. Resolves when no read is pending. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((cursor) => cursor.close()));
  }

  #findFirst(): FileCursor | undefined {
    let first: FileCursor | undefined;
    if (this.#cursors.some(({ isEnded }) => isEnded)) this.#cursors = this.#cursors.filter(({ isEnded }) => !isEnded);
    for (const cursor of this.#cursors) if (!first || cursor.earliest < first.earliest) first = cursor;
    return first;
  }
}
