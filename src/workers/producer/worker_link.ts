// WorkerLink: the connection between the producer and one worker.

import { Deque } from "../../deque.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { ChannelSource, Frame } from "../../server/delivery/outbox.ts";
import type { Batch, Boot, ConnectionNumber, Notice, Order, WorkerOptions } from "../messages.ts";

/** While more bytes of orders than this are not carried out yet, messages that may be lost are dropped. */
const MAX_BEHIND_BYTES = 64 * 1024 * 1024;
/** From this size on, memory that nothing else uses is passed on instead of copied. */
const MIN_TRANSFERRED_BYTES = 16 * 1024;
/**
 * How many messages of clients are processed in one turn of the event loop: as many as without workers. Promises
 * continue only after the turn, so with more of them, requests that are answered at once would exceed
 * `maxPendingRequests`.
 */
const MESSAGES_PER_TURN = 16;
/** The estimated size of an order without its payload, in bytes. */
const ORDER_BYTES = 64;

/** The part of a `Worker` that a link uses. */
export interface WorkerPort {
  postMessage(message: Boot | Batch, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Notice[]>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Options of {@linkcode WorkerLink}. */
export interface WorkerLinkOptions {
  ring: SharedArrayBuffer;
  worker: WorkerOptions;
  /** The position of the ring's writer. */
  position(): number;
  onNotice(notice: Notice): void;
  /** The worker has failed. */
  onError(text: string): void;
}

/** Collects the orders for one worker, and posts them in batches. */
export class WorkerLink {
  /** The channels that the worker knows. */
  readonly channels: Map<number, ChannelSource> = new Map();
  readonly #port: WorkerPort;
  readonly #options: WorkerLinkOptions;
  readonly #posted: Int32Array<SharedArrayBuffer>;
  readonly #notices = new Deque<Notice>();
  /** The turn in which the remaining notices are processed. */
  #nextTurn: ReturnType<typeof setImmediate> | undefined;
  #orders: Order[] = [];
  #transfer: ArrayBuffer[] = [];
  #bytes = 0;
  #postedBytes = 0;
  #appliedBytes = 0;
  #isEnded = false;

  constructor(port: WorkerPort, options: WorkerLinkOptions) {
    const posted = new SharedArrayBuffer(4);
    this.#port = port;
    this.#options = options;
    this.#posted = new Int32Array(posted);
    port.onmessage = ({ data }) => {
      if (this.#isEnded) return;
      for (const notice of data) {
        // At once: among many messages of clients, it would come too late, and the workers would seem to be deaf.
        if (notice.type === "accepted") options.onNotice(notice);
        else this.#notices.push(notice);
      }
      if (!this.#nextTurn) this.#process();
    };
    port.onerror = (event) => {
      // Otherwise, the error would end the process.
      event.preventDefault();
      if (!this.#isEnded) options.onError(event.message);
    };
    const boot: Boot = { ring: options.ring, posted, options: options.worker };
    port.postMessage(boot);
  }

  /** Whether the worker lags so far behind that messages which may be lost are dropped. */
  get isBehind(): boolean {
    return this.#postedBytes - this.#appliedBytes + this.#bytes > MAX_BEHIND_BYTES;
  }

  /**
   * Sends an order. `bytes`: the size of its payload. `own`: the memory of the payload, if nothing else uses it. It is
   * passed on instead of copied if it is large.
   */
  send(order: Order, bytes = 0, own?: ArrayBuffer): void {
    if (this.#isEnded) return;
    if (this.#orders.length === 0) queueMicrotask(() => this.flush());
    this.#orders.push(order);
    this.#bytes += ORDER_BYTES + bytes;
    if (own && own.byteLength >= MIN_TRANSFERRED_BYTES) this.#transfer.push(own);
  }

  /** Sends a control message to one client. Consecutive orders with the same frame become one. */
  sendControl(connection: ConnectionNumber, frame: Frame, isExclusive: boolean): void {
    const last = this.#orders.at(-1);
    if (last?.type === "control" && last.frame === frame && !isExclusive) return void last.connections.push(connection);
    const isOwn = isExclusive && typeof frame !== "string" && frame.byteLength === frame.buffer.byteLength;
    const order: Order = { type: "control", connections: [connection], frame, isExclusive };
    this.send(order, frame.length, isOwn ? frame.buffer : undefined);
  }

  /** Sends the time to one client. Consecutive orders with the same frame become one. */
  sendTime(connection: ConnectionNumber, frame: Frame): void {
    const last = this.#orders.at(-1);
    if (last?.type === "time" && last.frame === frame) return void last.connections.push(connection);
    this.send({ type: "time", connections: [connection], frame }, frame.length);
  }

  /** Tells the worker about a channel, unless it knows it. */
  addChannel(source: ChannelSource): void {
    const { id, topic, policy: { latch: _keptHere, ...policy } } = source;
    if (this.channels.has(id)) return;
    this.channels.set(id, source);
    this.send({ type: "addChannel", channel: { id, topic, policy } });
  }

  /** Tells the worker that a channel was removed. Its last figures follow. */
  removeChannel(channelId: ChannelId): void {
    if (this.channels.has(channelId)) this.send({ type: "removeChannel", channelId });
  }

  /** Posts the collected orders. Must be called before anything is written to the ring. */
  flush(): void {
    if (this.#orders.length === 0 || this.#isEnded) return;
    const batch: Batch = { position: this.#options.position(), bytes: this.#bytes, orders: this.#orders };
    const transfer = this.#transfer;
    this.#postedBytes += this.#bytes;
    this.#orders = [];
    this.#transfer = [];
    this.#bytes = 0;
    // Before the batch is posted: the worker waits for it before it reads what is written to the ring from now on.
    Atomics.add(this.#posted, 0, 1);
    this.#port.postMessage(batch, transfer);
  }

  /** Must be called with the bytes of all orders that the worker has carried out. */
  applied(bytes: number): void {
    this.#appliedBytes = bytes;
  }

  #process(): void {
    let messages = 0;
    for (let notice = this.#notices.shift(); notice; notice = this.#notices.shift()) {
      if (this.#isEnded) return;
      this.#options.onNotice(notice);
      if (notice.type === "received") messages += 1;
      if (messages === MESSAGES_PER_TURN) return this.#processLater();
    }
  }

  #processLater(): void {
    this.#nextTurn = setImmediate(() => {
      this.#nextTurn = undefined;
      this.#process();
    });
  }

  /** Ends the worker at once. */
  end(): void {
    this.#isEnded = true;
    clearImmediate(this.#nextTurn);
    this.#notices.clear();
    this.#orders = [];
    this.#transfer = [];
    this.#port.terminate();
  }
}
