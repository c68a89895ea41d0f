// RemoteOutbox: the send queue of a client in another thread, as the server sees it.

import type { Clock } from "../../clock.ts";
import type { ChannelId, SubscriptionId } from "../../protocol/ids.ts";
import {
  type ChannelSource,
  type ClientOutbox,
  type DataFrame,
  type Frame,
  type OutboxEvents,
  ROOM_BYTES,
  ROOM_MESSAGES,
  sizeOf,
} from "../../server/delivery/outbox.ts";
import { type DropReason, noTraffic, type Traffic } from "../../server/delivery/traffic.ts";
import { MESSAGE_DATA_HEADER_BYTES } from "../../protocol/message_data.ts";
import { CONNECTION_COLUMNS as AT, type ConnectionNumber } from "../messages.ts";
import type { WorkerLink } from "./worker_link.ts";

/**
 * The number of outboxes with `hasChanges`: their clients must get the changes of channels and services before anything
 * else.
 */
export interface PendingChanges {
  count: number;
}

/** Passes everything on to the outbox in the worker. Its figures are those of the last report. */
export class RemoteOutbox implements ClientOutbox {
  readonly traffic: Traffic = noTraffic();
  readonly reportsRoom = true;
  readonly needsFlush = false;
  readonly link: WorkerLink;
  readonly connection: ConnectionNumber;
  readonly #events: OutboxEvents;
  readonly #clock: Clock;
  readonly #pending: PendingChanges;
  #hasChanges = false;
  #figures: Float64Array | undefined;
  #reportedAt = 0;
  #controlMessages = 0;
  #controlBytes = 0;
  #confirmedMessages = 0;
  #confirmedBytes = 0;
  #roomWaiters: (() => void)[] = [];
  #isClosed = false;

  constructor(
    link: WorkerLink,
    connection: ConnectionNumber,
    events: OutboxEvents,
    { clock, pending }: { clock: Clock; pending: PendingChanges },
  ) {
    this.link = link;
    this.connection = connection;
    this.#events = events;
    this.#clock = clock;
    this.#pending = pending;
  }

  get hasChanges(): boolean {
    return this.#hasChanges;
  }

  set hasChanges(hasChanges: boolean) {
    this.#pending.count += Number(hasChanges && !this.#isClosed) - Number(this.#hasChanges);
    this.#hasChanges = hasChanges && !this.#isClosed;
  }

  get queuedBytes(): number {
    return this.#figure(AT.queuedBytes);
  }

  get queuedMessages(): number {
    return this.#figure(AT.queuedMessages);
  }

  get hasQueued(): boolean {
    return this.queuedMessages > 0;
  }

  get oldestQueuedAt(): number {
    return this.hasQueued ? this.#reportedAt - this.#figure(AT.oldestQueuedMs) : Infinity;
  }

  get drainedBytes(): number {
    return this.#figure(AT.drainedBytes);
  }

  /** See `Outbox.isCrowded`. Here, what was sent and not confirmed counts as queued. */
  get isCrowded(): boolean {
    if (this.#isClosed) return false;
    return this.#controlMessages - this.#confirmedMessages >= ROOM_MESSAGES ||
      this.#controlBytes - this.#confirmedBytes >= ROOM_BYTES;
  }

  /** Bytes that are queued in the socket. */
  get socketBytes(): number {
    return this.#figure(AT.socketBytes);
  }

  /** The last measured round trip; `undefined` if there is none. */
  get roundTripMs(): number | undefined {
    const ms = this.#figures?.[AT.roundTripMs] ?? -1;
    return ms < 0 ? undefined : ms;
  }

  peakQueuedBytes(): number {
    return this.#figure(AT.peakQueuedBytes);
  }

  sendControl(frame: Frame, isExclusive = false): void {
    this.advertiseChanges();
    if (this.#isClosed) return;
    this.#controlMessages += 1;
    this.#controlBytes += sizeOf(frame);
    this.link.sendControl(this.connection, frame, isExclusive);
  }

  sendTime(frame: Frame): void {
    this.advertiseChanges();
    if (!this.#isClosed) this.link.sendTime(this.connection, frame);
  }

  /** Sends a message to this client only. */
  sendData(message: DataFrame, subscriptionId: SubscriptionId, source: ChannelSource): void {
    this.advertiseChanges();
    if (this.#isClosed) return;
    if (source.policy.delivery !== "reliable" && this.link.isBehind) {
      this.countDropped(source, "queue");
      return this.#events.onDropped(source.topic);
    }
    const { link, connection } = this;
    const { bytes, timestamp } = message;
    const payload = bytes.slice(MESSAGE_DATA_HEADER_BYTES);
    link.addChannel(source);
    link.send(
      { type: "data", connection, channelId: source.id, subscriptionId, timestamp, payload },
      bytes.byteLength,
      payload.buffer,
    );
  }

  countDropped(source: ChannelSource, reason: DropReason): void {
    this.traffic.drops[reason] += 1;
    source.traffic.drops[reason] += 1;
  }

  purge(channelId: ChannelId): void {
    if (!this.#isClosed) this.link.send({ type: "purge", connection: this.connection, channelId });
  }

  /** The worker flushes its outboxes itself. */
  flush(): boolean {
    return false;
  }

  whenRoom(): Promise<void> {
    if (!this.isCrowded) return Promise.resolve();
    return new Promise((resolve) => void this.#roomWaiters.push(resolve));
  }

  finish(): void {
    if (!this.#isClosed) this.link.send({ type: "finish", connection: this.connection });
    this.#end();
  }

  close(): void {
    if (!this.#isClosed) this.link.send({ type: "closeOutbox", connection: this.connection });
    this.#end();
  }

  /** Sends the client the changes of channels and services that it lacks, if there are any. */
  advertiseChanges(): void {
    if (this.#hasChanges) this.#events.advertiseChanges();
  }

  /** The worker has dropped messages of a topic. */
  dropped(topic: string): void {
    if (!this.#isClosed) this.#events.onDropped(topic);
  }

  /** The outbox of the worker has overflowed and has closed itself. */
  overflowed(): void {
    if (this.#isClosed) return;
    this.#end();
    this.#events.onOverflow();
  }

  /** Takes over reported figures, by `CONNECTION_COLUMNS`. */
  report(figures: Float64Array): void {
    const { traffic } = this;
    const before = this.#figures;
    this.#figures = figures;
    this.#reportedAt = this.#clock.now();
    traffic.messagesSent = this.#figure(AT.messagesSent);
    traffic.bytesSent = this.#figure(AT.bytesSent);
    // Messages that were not passed to the worker are counted here, so only the differences are added.
    for (const reason of ["queue", "age", "replaced"] as const) {
      traffic.drops[reason] += this.#figure(AT[reason]) - (before?.[AT[reason]] ?? 0);
    }
    if (this.#figure(AT.controlMessages) < 0) return;
    this.#confirmedMessages = this.#figure(AT.controlMessages);
    this.#confirmedBytes = this.#figure(AT.controlBytes);
    if (!this.isCrowded) this.#wakeRoomWaiters();
  }

  #figure(column: number): number {
    return this.#figures?.[column] ?? 0;
  }

  #end(): void {
    this.#isClosed = true;
    this.hasChanges = false;
    this.#wakeRoomWaiters();
  }

  #wakeRoomWaiters(): void {
    for (const wake of this.#roomWaiters.splice(0)) wake();
  }
}
