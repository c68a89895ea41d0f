// Stream: what the server sends, on its way to a loop that may be slower.

import { Deque } from "../deque.ts";

/**
 * Things to loop over as they come: `for await (const update of updates)`.
 *
 * One loop at a time. What came before the loop began is there, up to a bound beyond which the oldest is dropped. Leaving
 * the loop closes it, as {@linkcode Updates.close} and `await using` do.
 */
export interface Updates<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  /** How many were dropped so far because the loop was too slow for them. */
  readonly dropped: number;
  /** How many wait for the loop. */
  readonly queued: number;
  /** The next one; `done` when it was closed, or the client was. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Ends it: nothing more comes, and what waits is let go of. */
  close(): void;
}

/** How much a {@linkcode Stream} holds, and whom it tells. */
export interface StreamOptions<T, Kept = T> {
  /** Items that may wait; at least 1. */
  maxQueued: number;
  /** Bytes that may wait; a single item may have more. */
  maxQueuedBytes?: number;
  /** Of an item. */
  sizeOf?: (item: Kept) => number;
  /** Makes what the loop is given, at the moment when it is given; by default items are given as they are. */
  read?: (item: Kept) => T;
  /** Ends it: the loop is given the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called once, whoever ended it. */
  onEnd?: () => void;
}

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** The side that fills {@linkcode Updates}, and both in one. */
export class Stream<T, Kept = T> implements Updates<T> {
  readonly #items = new Deque<Kept>();
  readonly #waiting: Waiting<T>[] = [];
  readonly #options: StreamOptions<T, Kept>;
  readonly #maxBytes: number;
  readonly #sizeOf: (item: Kept) => number;
  readonly #read: (item: Kept) => T;
  readonly #abort: () => void;
  #bytes = 0;
  #dropped = 0;
  #isEnded = false;
  /** What the next reader is told, once. */
  #error: { error: unknown } | undefined;

  constructor(options: StreamOptions<T, Kept>) {
    this.#options = options;
    const { signal, maxQueuedBytes = Infinity, sizeOf = () => 0, read = (item) => item as unknown as T } = options;
    this.#maxBytes = maxQueuedBytes;
    this.#sizeOf = sizeOf;
    this.#read = read;
    this.#abort = () => this.end(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  get dropped(): number {
    return this.#dropped;
  }

  get queued(): number {
    return this.#items.length;
  }

  /** Whether nothing more can be pushed. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Hands `item` to the loop, or keeps it; then the oldest may have to go. */
  push(item: Kept): void {
    if (this.#isEnded) return;
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.resolve({ done: false, value: this.#read(item) });
      return;
    }
    this.#items.push(item);
    this.#bytes += this.#sizeOf(item);
    while (
      this.#items.length > this.#options.maxQueued || this.#bytes > this.#maxBytes && this.#items.length > 1
    ) {
      this.#take();
      this.#dropped += 1;
    }
  }

  /** No more comes; what waits can still be read, and whoever reads on after that is given `error`, if there is one. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    if (error !== undefined) {
      const waiting = this.#waiting.shift();
      if (waiting) waiting.reject(error);
      else this.#error = { error };
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
    this.#options.onEnd?.();
  }

  close(): void {
    this.#items.clear();
    this.#bytes = 0;
    this.#error = undefined;
    this.end();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#take();
    if (item !== undefined) return Promise.resolve({ done: false, value: this.#read(item) });
    if (this.#error) {
      const { error } = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #take(): Kept | undefined {
    const item = this.#items.shift();
    if (item !== undefined) this.#bytes -= this.#sizeOf(item);
    return item;
  }
}
