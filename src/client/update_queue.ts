// UpdateQueue: a bounded queue between the server's messages and a loop that may be slower.

import { Deque } from "../deque.ts";
import type { UpdateStream } from "./update_stream.ts";

/** Options of {@linkcode UpdateQueue}. */
export interface UpdateQueueOptions<T, Queued = T> {
  /** How many items may be queued; at least 1. */
  maxQueued: number;
  /** How many bytes may be queued; unlimited by default. A single item may be larger. */
  maxQueuedBytes?: number;
  /** Returns the size of an item, in bytes; 0 by default. */
  sizeOf?: (item: Queued) => number;
  /** Converts an item when the loop reads it. By default the loop gets the item itself. */
  read?: (item: Queued) => T;
  /** Ends the stream when it aborts. The loop then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called once when the stream ends, whatever the cause. */
  onEnd?: () => void;
}

interface PendingRead<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** Both sides of the queue: the client pushes items, and the application reads them as {@linkcode UpdateStream}. */
export class UpdateQueue<T, Queued = T> implements UpdateStream<T> {
  readonly #items = new Deque<Queued>();
  readonly #pendingReads: PendingRead<T>[] = [];
  readonly #options: UpdateQueueOptions<T, Queued>;
  readonly #maxBytes: number;
  readonly #sizeOf: (item: Queued) => number;
  readonly #read: (item: Queued) => T;
  readonly #abort: () => void;
  #bytes = 0;
  #dropped = 0;
  #isEnded = false;
  /** The error with which the next read rejects, once. */
  #error: { error: unknown } | undefined;

  constructor(options: UpdateQueueOptions<T, Queued>) {
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

  /** Passes `item` to a waiting loop, or queues it. Drops the oldest items if the queue is too full. */
  push(item: Queued): void {
    if (this.#isEnded) return;
    const pendingRead = this.#pendingReads.shift();
    if (pendingRead) {
      pendingRead.resolve({ done: false, value: this.#read(item) });
      return;
    }
    this.#items.push(item);
    this.#bytes += this.#sizeOf(item);
    while (
      this.#items.length > this.#options.maxQueued || this.#bytes > this.#maxBytes && this.#items.length > 1
    ) {
      this.#dequeue();
      this.#dropped += 1;
    }
  }

  /** Ends the stream. Queued items can still be read. After them, one read rejects with `error`, if there is one. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    if (error !== undefined) {
      const pendingRead = this.#pendingReads.shift();
      if (pendingRead) pendingRead.reject(error);
      else this.#error = { error };
    }
    for (const { resolve } of this.#pendingReads.splice(0)) resolve({ done: true, value: undefined });
    this.#options.onEnd?.();
  }

  close(): void {
    this.#items.clear();
    this.#bytes = 0;
    this.#error = undefined;
    this.end();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#dequeue();
    if (item !== undefined) return Promise.resolve({ done: false, value: this.#read(item) });
    if (this.#error) {
      const { error } = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#pendingReads.push({ resolve, reject }));
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

  #dequeue(): Queued | undefined {
    const item = this.#items.shift();
    if (item !== undefined) this.#bytes -= this.#sizeOf(item);
    return item;
  }
}
