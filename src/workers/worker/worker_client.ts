// WorkerClient: the connection of one client in its worker: the transport, the send queue and the figures.

import type { Clock } from "../../clock.ts";
import type { ClientTransport } from "../../server/clients/client_transport.ts";
import { type ChannelSource, type Frame, Outbox, type OutboxOptions, sizeOf } from "../../server/delivery/outbox.ts";
import { CONNECTION_COLUMNS as AT, CONNECTION_WIDTH, type ConnectionNumber } from "../messages.ts";
import type { Notices } from "./notices.ts";

/**
 * How much of what a client has sent may wait for the producer. Then its connection is not read, so that a client
 * cannot fill the memory while the producer is busy.
 */
const MAX_UNTAKEN_MESSAGES = 64;
const MAX_UNTAKEN_BYTES = 256 * 1024;

/** The parts of a worker that its clients use. */
export interface WorkerClientParts {
  notices: Notices;
  clock: Clock;
  options: Omit<OutboxOptions, "clock">;
  /** Called when the connection has ended, before the producer is notified. */
  onClosed(client: WorkerClient): void;
}

/** One client of this worker. Its session is in the producer. */
export class WorkerClient {
  readonly number: ConnectionNumber;
  readonly outbox: Outbox;
  readonly transport: ClientTransport;
  readonly #parts: WorkerClientParts;
  #untakenMessages = 0;
  #untakenBytes = 0;
  #controlMessages = 0;
  #controlBytes = 0;
  #last: readonly number[] = [];
  /** The topics whose drops were reported since the last figures. */
  readonly #droppedTopics = new Set<string>();

  constructor(number: ConnectionNumber, transport: ClientTransport, parts: WorkerClientParts) {
    const { notices, clock, options } = parts;
    this.number = number;
    this.transport = transport;
    this.#parts = parts;
    this.outbox = new Outbox(transport, { ...options, clock }, {
      // The transport reports when there is room.
      onQueued: () => {},
      onRoom: () => this.outbox.flush(),
      advertiseChanges: () => {},
      onDropped: (topic) => this.#noteDrop(topic),
      onOverflow: () => notices.add({ type: "overflow", connection: number }),
    });
  }

  /** Begins to read. `onClosed` is called once, when the connection has ended. */
  listen(onClosed: () => void): void {
    const { notices } = this.#parts;
    const { number: connection } = this;
    let isClosed = false;
    this.transport.listen({
      opened: () => notices.add({ type: "opened", connection }),
      received: (data) => this.#received(data),
      oversized: () => {
        // The server first sends a status.
        notices.add({ type: "oversized", connection });
        return "closes";
      },
      roundTrip: (ms) => notices.add({ type: "roundTrip", connection, ms }),
      closed: (reason) => {
        if (isClosed) return;
        isClosed = true;
        onClosed();
        this.#parts.onClosed(this);
        this.outbox.close();
        notices.add({ type: "closed", connection, reason });
      },
    });
  }

  /** Sends a control message: see `Outbox.sendControl()`. */
  sendControl(frame: Frame, isExclusive: boolean): void {
    this.#controlMessages += 1;
    this.#controlBytes += sizeOf(frame);
    this.outbox.sendControl(frame, isExclusive);
  }

  /** Counts messages that the worker could not read in time. */
  missed(source: ChannelSource, messages: number): void {
    const { traffic } = this.outbox;
    traffic.drops.queue += messages;
    source.traffic.drops.queue += messages;
    this.#noteDrop(source.topic);
  }

  /** Must be called when the producer has processed some of what the client has sent. */
  taken(messages: number, bytes: number): void {
    this.#untakenMessages -= messages;
    this.#untakenBytes -= bytes;
    if (!this.#isAhead) this.transport.isHeld = false;
  }

  /** Returns the figures, by `CONNECTION_COLUMNS`; `undefined` if none has changed since the last call. */
  takeFigures(): readonly number[] | undefined {
    const { outbox, transport } = this;
    this.#droppedTopics.clear();
    const { messagesSent, bytesSent, drops: { queue, age, replaced } } = outbox.traffic;
    const { oldestQueuedAt } = outbox;
    // The producer starts further requests only when the client has room for their answers.
    const { isCrowded } = outbox;
    const row = new Array<number>(CONNECTION_WIDTH).fill(0);
    row[AT.connection] = this.number;
    row[AT.messagesSent] = messagesSent;
    row[AT.bytesSent] = bytesSent;
    row[AT.queue] = queue;
    row[AT.age] = age;
    row[AT.replaced] = replaced;
    row[AT.queuedBytes] = outbox.queuedBytes;
    row[AT.queuedMessages] = outbox.queuedMessages;
    row[AT.oldestQueuedMs] = oldestQueuedAt < Infinity ? this.#parts.clock.now() - oldestQueuedAt : 0;
    row[AT.peakQueuedBytes] = outbox.peakQueuedBytes();
    row[AT.socketBytes] = transport.queuedBytes;
    row[AT.drainedBytes] = outbox.drainedBytes;
    row[AT.roundTripMs] = transport.roundTripMs ?? -1;
    row[AT.controlMessages] = isCrowded ? -1 : this.#controlMessages;
    row[AT.controlBytes] = isCrowded ? -1 : this.#controlBytes;
    if (row.every((figure, index) => figure === this.#last[index])) return undefined;
    return this.#last = row;
  }

  get #isAhead(): boolean {
    return this.#untakenMessages >= MAX_UNTAKEN_MESSAGES || this.#untakenBytes >= MAX_UNTAKEN_BYTES;
  }

  #noteDrop(topic: string): void {
    if (this.#droppedTopics.has(topic)) return;
    this.#droppedTopics.add(topic);
    this.#parts.notices.add({ type: "dropped", connection: this.number, topic });
  }

  #received(data: string | ArrayBuffer | Uint8Array): void {
    const { notices } = this.#parts;
    const { number: connection } = this;
    this.#untakenMessages += 1;
    this.#untakenBytes += typeof data === "string" ? data.length : data.byteLength;
    if (typeof data === "string") {
      notices.add({ type: "received", connection, data });
    } else {
      // A view is copied, because the memory around it belongs to other messages.
      const bytes = data instanceof ArrayBuffer ? data : new Uint8Array(data).buffer;
      notices.add({ type: "received", connection, data: bytes }, bytes);
    }
    if (this.#isAhead) this.transport.isHeld = true;
  }
}
