// AppendQueue: what waits to be appended to a file, in order.

import { Deque } from "../../deque.ts";

/** Something that waits. */
interface Entry {
  /** Appends it. */
  run(): void | Promise<void>;
  /** How many bytes it has. */
  readonly bytes: number;
  /** Called when it is done, or can never be. */
  settle?(failure?: Failure): void;
}

/** Why nothing more can be appended. */
interface Failure {
  readonly error: unknown;
}

/** Runs entries one after the other: at once as long as they return no promise. After an error, it runs no more. */
export class AppendQueue {
  readonly #maxPendingBytes: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #entries = new Deque<Entry>();
  #pendingBytes = 0;
  #isRunning = false;
  #failure: Failure | undefined;
  #ready: PromiseWithResolvers<void> | undefined;

  /** `onFailure` is called once, with the first error. */
  constructor(maxPendingBytes: number, onFailure: (error: unknown) => void) {
    this.#maxPendingBytes = maxPendingBytes;
    this.#onFailure = onFailure;
  }

  /** How many bytes wait. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Whether the limit of pending bytes is reached, or an entry has failed. */
  get isFull(): boolean {
    return this.#pendingBytes >= this.#maxPendingBytes || this.#failure !== undefined;
  }

  /** The reason why nothing more is appended. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Resolves when the queue is not full. Rejects if an entry has failed. */
  get ready(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    if (!this.isFull) return Promise.resolve();
    this.#ready ??= Promise.withResolvers();
    return this.#ready.promise;
  }

  /** Adds an entry of `bytes` bytes. */
  add(bytes: number, run: () => void | Promise<void>): void {
    this.#add({ bytes, run });
  }

  /** Adds an entry. Resolves when it is done; rejects if it, or an entry before it, fails. */
  addAwaited(run: () => void | Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#add({ bytes: 0, run, settle: (failure) => failure ? reject(failure.error) : resolve() });
    });
  }

  /** Ends the queue: drops what waits. */
  fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    for (const { settle } of this.#entries) settle?.(this.#failure);
    this.#entries.clear();
    this.#pendingBytes = 0;
    this.#ready?.reject(error);
    this.#ready = undefined;
    this.#onFailure(error);
  }

  #add(entry: Entry): void {
    if (this.#failure) {
      entry.settle?.(this.#failure);
      return;
    }
    this.#entries.push(entry);
    this.#pendingBytes += entry.bytes;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let entry; (entry = this.#entries.first);) {
        const result = entry.run();
        // Awaiting only promises lets a sink that is synchronous take the bytes within the call.
        if (result) await result;
        if (this.#failure) return;
        this.#entries.shift();
        this.#pendingBytes -= entry.bytes;
        entry.settle?.();
        if (!this.isFull) this.#resolveReady();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isRunning = false;
    }
  }

  #resolveReady(): void {
    this.#ready?.resolve();
    this.#ready = undefined;
  }
}
