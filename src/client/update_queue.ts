// UpdateQueue: a bounded queue between the server's messages and a loop that may be slower.

import { AsyncQueue } from "../async_queue.ts";
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

/** Both sides of the queue: the client pushes items, and the application reads them as {@linkcode UpdateStream}. */
export class UpdateQueue<T extends NonNullable<unknown>, Queued = T> extends AsyncQueue<T> implements UpdateStream<T> {
  readonly #items = new Deque<Queued>();
  readonly #options: UpdateQueueOptions<T, Queued>;
  readonly #maxBytes: number;
  readonly #sizeOf: (item: Queued) => number;
  readonly #read: (item: Queued) => T;
  #bytes = 0;
  #dropped = 0;

  constructor(options: UpdateQueueOptions<T, Queued>) {
    const { signal, maxQueuedBytes = Infinity, sizeOf = () => 0, read = (item) => item as unknown as T } = options;
    super(signal);
    this.#options = options;
    this.#maxBytes = maxQueuedBytes;
    this.#sizeOf = sizeOf;
    this.#read = read;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get queued(): number {
    return this.#items.length;
  }

  /** Passes `item` to a waiting loop, or queues it. Drops the oldest items if the queue is too full. */
  push(item: Queued): void {
    if (this.isEnded) return;
    if (this.isAwaited) return this.pass(this.#read(item));
    this.#items.push(item);
    this.#bytes += this.#sizeOf(item);
    while (
      this.#items.length > this.#options.maxQueued || this.#bytes > this.#maxBytes && this.#items.length > 1
    ) {
      this.#shift();
      this.#dropped += 1;
    }
  }

  protected override dequeue(): T | undefined {
    const item = this.#shift();
    return item === undefined ? undefined : this.#read(item);
  }

  protected override clear(): void {
    this.#items.clear();
    this.#bytes = 0;
  }

  protected override onEnd(): void {
    this.#options.onEnd?.();
  }

  #shift(): Queued | undefined {
    const item = this.#items.shift();
    if (item !== undefined) this.#bytes -= this.#sizeOf(item);
    return item;
  }
}
