// FileCursor: the next message of one file. It reads ahead.

import type { McapMessage, McapSelection } from "../reader/mcap_message.ts";
import type { PlayFile } from "./play_files.ts";

/** Reads the messages of a file in the order of their times. */
export class FileCursor {
  readonly #file: PlayFile;
  readonly #selection: McapSelection;
  readonly #onFault: (file: PlayFile, error: unknown) => void;
  readonly #closing = new AbortController();
  #batches: AsyncIterator<McapMessage[], undefined, undefined> | undefined;
  #batch: readonly McapMessage[] = [];
  #next = 0;
  /** The batch after the current one. */
  #following: readonly McapMessage[] | undefined;
  #reading: Promise<void> | undefined;
  #isEnded = false;

  /** Reads nothing yet. `onFault`: called if the file cannot be read further; then the cursor ends. */
  constructor(file: PlayFile, selection: McapSelection, onFault: (file: PlayFile, error: unknown) => void) {
    this.#file = file;
    this.#selection = selection;
    this.#onFault = onFault;
  }

  /** The next message; `undefined` if it was not read yet, or if there is none. */
  get head(): McapMessage | undefined {
    return this.#batch[this.#next];
  }

  /** Whether all messages were taken. */
  get isEnded(): boolean {
    return this.#isEnded && this.#following === undefined && this.#next >= this.#batch.length;
  }

  /** No message is earlier, unless the index of the file is wrong. */
  get earliest(): bigint {
    return this.head?.logTime ?? this.#file.range?.start ?? 0n;
  }

  /** Moves to the next message. There must be a head. */
  take(): void {
    this.#next += 1;
    if (this.#next === this.#batch.length && this.#following) this.#advance();
  }

  /** Resolves when there is a head, or the file has ended. */
  async ready(): Promise<void> {
    while (!this.head && !this.isEnded) {
      if (this.#following) this.#advance();
      else await this.#read();
    }
  }

  /** Stops reading. Resolves when no read is pending. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#isEnded = true;
    await this.#reading;
    await this.#batches?.return?.();
  }

  #advance(): void {
    this.#batch = this.#following ?? [];
    this.#next = 0;
    this.#following = undefined;
    if (!this.#isEnded) void this.#read();
  }

  #read(): Promise<void> {
    return this.#reading ??= this.#readBatch().finally(() => this.#reading = undefined);
  }

  async #readBatch(): Promise<void> {
    const { signal } = this.#closing;
    try {
      this.#batches ??= this.#file.reader.batches({ ...this.#selection, signal });
      const { done, value } = await this.#batches.next();
      if (done) this.#isEnded = true;
      else this.#following = value;
    } catch (error) {
      this.#isEnded = true;
      if (!signal.aborted) this.#onFault(this.#file, error);
    }
  }
}
