// Outbox: the send queue of one client. Decides the order of messages, and which are dropped if the client reads too
// slowly.

import type { ChannelId, SubscriptionId } from "../../protocol/ids.ts";
import type { ChannelPolicy } from "./channel_policy.ts";
import type { Clock } from "../../clock.ts";
import type { Compress } from "./compressed_once.ts";
import type { CompressionTrial } from "./compression_trial.ts";
import { Deque } from "../../deque.ts";
import type { KeptFrame } from "./frame_pool.ts";
import { freeIfLarge } from "../../free_memory.ts";
import { type DropReason, noTraffic, type Traffic } from "./traffic.ts";

/** An encoded message: JSON text or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The socket below an outbox. */
export interface Transport {
  /**
   * Whether it takes another frame now. Frames in the transport cannot be dropped or replaced by newer data, so it must
   * not take more than it needs to keep the network busy.
   */
  readonly hasRoom: boolean;
  /** How many bytes were passed on and have not left yet. */
  readonly queuedBytes: number;
  /** Passes a frame on. The bytes must be copied before this returns, because the outbox reuses them. */
  send(frame: Frame): void;
  /** Passes a data message on. Bytes that it needs later must be copied or kept with `message.keep()`. */
  sendData(message: DataFrame, subscriptionId: SubscriptionId, source: ChannelSource): void;
  /**
   * Registers a callback for "there is room again". Sockets without such an event lack this method: they are polled.
   */
  onRoom?(callback: () => void): void;
}

/** A data message that can be sent to many clients. Only the subscription id in its header differs. */
export interface DataFrame {
  /** The message's timestamp in ns. */
  readonly timestamp: bigint;
  /** The header and the payload, with the subscription id of the last `setSubscriptionId()` call. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  setSubscriptionId(subscriptionId: SubscriptionId): void;
  /**
   * Returns the payload after compression, or `undefined` if `compress` returned that. Only the first call for a
   * message calls `compress`, so that all clients share the result. The bytes must not be changed.
   */
  compressedPayload(compress: Compress): Uint8Array<ArrayBuffer> | undefined;
  /** Returns the message as one that stays valid until it is released. */
  keep(): KeptFrame;
}

/** The channel of a message. */
export interface ChannelSource {
  readonly id: ChannelId;
  readonly topic: string;
  readonly policy: ChannelPolicy;
  readonly compression: CompressionTrial;
  readonly traffic: Traffic;
}

/** Options of {@linkcode Outbox}. */
export interface OutboxOptions {
  /** How many bytes of data messages may be queued. */
  maxQueuedBytes: number;
  /** How many data messages may be queued. */
  maxQueuedMessages: number;
  clock: Clock;
}

/** Callbacks of an outbox. */
export interface OutboxEvents {
  /** `needsFlush` is true: `flush()` must be called until it is false. */
  onQueued(): void;
  /** The transport has reported room: `flush()` must be called. */
  onRoom(): void;
  /** A frame is about to be sent while `hasChanges` is set. The callee must advertise the changes now, and clear it. */
  advertiseChanges(): void;
  /** A message of this topic was dropped because the client is too slow. */
  onDropped(topic: string): void;
  /**
   * Too many messages that must not be dropped are queued. The outbox has closed itself; the client must be
   * disconnected.
   */
  onOverflow(): void;
}

/** The send queue of one client, as the rest of the server sees it. It may be a queue in another thread. */
export type ClientOutbox = Pick<Outbox, keyof Outbox>;

/** Limits for queued messages that must not be dropped: control messages, and data with `reliable` delivery. */
const MAX_PROTECTED_MESSAGES = 4096;
const MAX_PROTECTED_BYTES = 64 * 1024 * 1024;

/**
 * While this much is queued, queued requests are not started. Far below the limits above, because a client that
 * requests a lot over a slow link must not be disconnected for it, and because the data in the socket takes memory as
 * well.
 */
export const ROOM_MESSAGES = 1024;
export const ROOM_BYTES: number = 4 * 1024 * 1024;

/** A queued data message. */
interface DataEntry {
  readonly frame: KeptFrame;
  readonly queuedAt: number;
  /** How many control messages were queued before this message, since the outbox was created. */
  readonly segment: number;
}

/** The queued data messages of one channel. */
interface ChannelQueue {
  readonly source: ChannelSource;
  readonly subscriptionId: SubscriptionId;
  readonly entries: Deque<DataEntry>;
  bytes: number;
  /** Whether the queue is in `#ready` or `#blocked`. */
  isScheduled: boolean;
}

/** A queued control message. It is sent after the data of its segment. */
interface ControlEntry {
  frame: Frame;
  readonly isExclusive: boolean;
  readonly queuedAt: number;
  readonly segment: number;
}

/**
 * The send queue of one client.
 *
 * A control message is sent after all data queued before it, and before all data queued after it. The data between two
 * control messages forms a segment. Within a segment channels take turns, so that a camera cannot starve a state
 * message. For a client that keeps up, nothing is queued: messages are passed to the socket without a copy.
 */
export class Outbox {
  /** Counts of the data messages to this client. */
  readonly traffic: Traffic = noTraffic();
  /** Whether changes must be advertised before anything else is sent. */
  hasChanges = false;
  readonly #transport: Transport;
  readonly #options: OutboxOptions;
  readonly #events: OutboxEvents;
  readonly #queues = new Map<ChannelId, ChannelQueue>();
  /** Queues whose first message may be sent now, in the order of their turns. Empty queues are skipped. */
  readonly #ready = new Deque<ChannelQueue>();
  /** Queues whose first message belongs to a later segment. */
  #blocked: ChannelQueue[] = [];
  readonly #controlEntries = new Deque<ControlEntry>();
  #queuedTime: ControlEntry | undefined;
  #segment = 0;
  #dataCount = 0;
  #dataBytes = 0;
  /** Count of control messages and of data that must not be dropped. */
  #protectedCount = 0;
  #protectedBytes = 0;
  #roomWaiters: (() => void)[] = [];
  #writtenBytes = 0;
  #lastDrainedBytes = 0;
  #peakBytes = 0;
  #isClosed = false;

  constructor(transport: Transport, options: OutboxOptions, events: OutboxEvents) {
    this.#transport = transport;
    this.#options = options;
    this.#events = events;
    transport.onRoom?.(() => this.#events.onRoom());
  }

  /** Queued bytes, in this outbox and in the socket. */
  get queuedBytes(): number {
    return this.#dataBytes + this.#protectedBytes + this.#transport.queuedBytes;
  }

  /** Returns the maximum of `queuedBytes` at all calls so far, of which each `flush()` is one. */
  peakQueuedBytes(): number {
    this.#peakBytes = Math.max(this.#peakBytes, this.queuedBytes);
    return this.#peakBytes;
  }

  /** How many messages are queued in this outbox. The number of messages in the socket is not known. */
  get queuedMessages(): number {
    return this.#dataCount + this.#protectedCount;
  }

  /** When the oldest message in this outbox was queued (`clock.now()`). `Infinity` if none is queued. */
  get oldestQueuedAt(): number {
    let oldest = this.#controlEntries.first?.queuedAt ?? Infinity;
    for (const { entries } of this.#queues.values()) oldest = Math.min(oldest, entries.first?.queuedAt ?? Infinity);
    return oldest;
  }

  /** Whether any message is queued in this outbox. */
  get hasQueued(): boolean {
    return this.#dataCount + this.#protectedCount > 0;
  }

  /** Whether the transport reports room, so that nothing has to poll it. */
  get reportsRoom(): boolean {
    return this.#transport.onRoom !== undefined;
  }

  /** Whether `flush()` must be called again. */
  get needsFlush(): boolean {
    return this.hasQueued || this.#roomWaiters.length > 0;
  }

  /** How many bytes have left the socket. While this grows, the client reads. */
  get drainedBytes(): number {
    return this.#writtenBytes - this.#transport.queuedBytes;
  }

  /**
   * Sends a control message. `isExclusive`: the frame is not used elsewhere, so the outbox may free its memory after
   * sending.
   */
  sendControl(frame: Frame, isExclusive = false): void {
    if (this.hasChanges) this.#events.advertiseChanges();
    if (this.#isClosed) return;
    if (!this.#canSend()) return void this.#enqueueControl(frame, isExclusive);
    this.#write(frame);
    if (isExclusive) freeFrame(frame);
  }

  /** Sends the server time. A time that is still queued is replaced, and keeps its place in the queue. */
  sendTime(frame: Frame): void {
    if (this.hasChanges) this.#events.advertiseChanges();
    if (this.#isClosed) return;
    if (this.#canSend()) return this.#write(frame);
    if (this.#queuedTime) {
      this.#queuedTime.frame = frame;
    } else {
      this.#queuedTime = this.#enqueueControl(frame, false);
    }
  }

  /** Sends a data message. `message` may be reused as soon as this returns. */
  sendData(message: DataFrame, subscriptionId: SubscriptionId, source: ChannelSource): void {
    if (this.hasChanges) this.#events.advertiseChanges();
    if (this.#isClosed) return;
    if (this.#canSend()) return this.#writeData(message, subscriptionId, source);
    this.#enqueueData(message.keep(), subscriptionId, source);
  }

  /** Counts a dropped message. Called from outside for messages that were dropped before they reached this outbox. */
  countDropped(source: ChannelSource, reason: DropReason): void {
    this.traffic.drops[reason] += 1;
    source.traffic.drops[reason] += 1;
  }

  /**
   * Discards the queued messages of a channel, without counting them as dropped: the client unsubscribed, or the
   * channel was removed.
   */
  purge(channelId: ChannelId): void {
    const queue = this.#queues.get(channelId);
    if (!queue) return;
    this.#queues.delete(channelId);
    while (queue.entries.length > 0) this.#dequeue(queue)?.release();
  }

  /**
   * Passes queued messages to the socket while it has room. Returns whether the client has read anything since the
   * last call.
   */
  flush(): boolean {
    this.peakQueuedBytes();
    // Checked before more is sent: with a constant flow of data, the socket is at its emptiest now.
    if (!this.isCrowded) this.#wakeRoomWaiters();
    while (this.hasQueued && this.#transport.hasRoom) this.#sendNext();
    const drained = this.drainedBytes;
    const isMoving = drained > this.#lastDrainedBytes;
    this.#lastDrainedBytes = drained;
    return isMoving;
  }

  /** Whether too much is queued, here and in the socket, to start further requests. */
  get isCrowded(): boolean {
    if (this.#isClosed) return false;
    return this.#protectedCount >= ROOM_MESSAGES || this.#protectedBytes + this.#transport.queuedBytes >= ROOM_BYTES;
  }

  /** Resolves when there is room for an answer, or the outbox is closed. */
  whenRoom(): Promise<void> {
    if (!this.isCrowded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#roomWaiters.push(resolve);
      this.#events.onQueued();
    });
  }

  /**
   * Passes all messages that must not be dropped to the socket, without a limit, discards the others, and closes the
   * outbox.
   */
  finish(): void {
    for (const { source } of [...this.#queues.values()]) {
      if (source.policy.delivery !== "reliable") this.purge(source.id);
    }
    while (this.hasQueued) this.#sendNext();
    this.close();
  }

  /** Discards all queued messages. Nothing is sent afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const channelId of [...this.#queues.keys()]) this.purge(channelId);
    this.#controlEntries.clear();
    this.#queuedTime = undefined;
    this.#protectedCount = this.#protectedBytes = 0;
    this.#wakeRoomWaiters();
  }

  #canSend(): boolean {
    return this.#dataCount + this.#protectedCount === 0 && this.#transport.hasRoom;
  }

  #write(frame: Frame): void {
    this.#transport.send(frame);
    this.#writtenBytes += sizeOf(frame);
  }

  #writeData(message: DataFrame, subscriptionId: SubscriptionId, source: ChannelSource): void {
    const { traffic } = source;
    const { byteLength } = message.bytes;
    this.#transport.sendData(message, subscriptionId, source);
    this.#writtenBytes += byteLength;
    this.traffic.messagesSent += 1;
    this.traffic.bytesSent += byteLength;
    traffic.messagesSent += 1;
    traffic.bytesSent += byteLength;
  }

  #enqueueControl(frame: Frame, isExclusive: boolean): ControlEntry {
    const queuedAt = this.#options.clock.now();
    const entry: ControlEntry = { frame, isExclusive, queuedAt, segment: this.#segment };
    this.#segment += 1;
    this.#controlEntries.push(entry);
    this.#addPending(true, sizeOf(frame));
    return entry;
  }

  #enqueueData(frame: KeptFrame, subscriptionId: SubscriptionId, source: ChannelSource): void {
    const { delivery } = source.policy;
    const queue = this.#queueOf(source, subscriptionId);
    while (delivery === "latestOnly" && queue.entries.length > 0) this.#dropOldest(queue, "replaced");
    queue.entries.push({ frame, queuedAt: this.#options.clock.now(), segment: this.#segment });
    queue.bytes += frame.bytes.byteLength;
    this.#schedule(queue);
    this.#addPending(delivery === "reliable", frame.bytes.byteLength);
    if (delivery !== "reliable") this.#trim(queue);
  }

  #queueOf(source: ChannelSource, subscriptionId: SubscriptionId): ChannelQueue {
    const known = this.#queues.get(source.id);
    if (known) return known;
    const queue: ChannelQueue = { source, subscriptionId, entries: new Deque(), bytes: 0, isScheduled: false };
    this.#queues.set(source.id, queue);
    return queue;
  }

  #schedule(queue: ChannelQueue): void {
    if (queue.isScheduled) return;
    queue.isScheduled = true;
    this.#ready.push(queue);
  }

  /** Counts a message that was queued. Closes the outbox if the limits are exceeded. */
  #addPending(isProtected: boolean, bytes: number): void {
    const wasWaiting = this.hasQueued;
    if (isProtected) {
      this.#protectedCount += 1;
      this.#protectedBytes += bytes;
    } else {
      this.#dataCount += 1;
      this.#dataBytes += bytes;
    }
    if (!wasWaiting) this.#events.onQueued();
    const isTooMuch = this.#protectedCount > MAX_PROTECTED_MESSAGES || this.#protectedBytes > MAX_PROTECTED_BYTES;
    // A single message may exceed the limit.
    if (!isProtected || !isTooMuch || this.#protectedCount === 1) return;
    this.close();
    this.#events.onOverflow();
  }

  /** Counts a message that left the queue. */
  #removePending(isProtected: boolean, bytes: number): void {
    if (isProtected) {
      this.#protectedCount -= 1;
      this.#protectedBytes -= bytes;
    } else {
      this.#dataCount -= 1;
      this.#dataBytes -= bytes;
    }
  }

  /** Drops the oldest data until the rest is within the limits. A single message may exceed them. */
  #trim(pushed: ChannelQueue): void {
    const { maxQueuedBytes, maxQueuedMessages } = this.#options;
    while (this.#dataCount > 1 && (this.#dataBytes > maxQueuedBytes || this.#dataCount > maxQueuedMessages)) {
      const queue = this.#fullest(pushed);
      this.#dropOldest(queue, "queue");
      this.#events.onDropped(queue.source.topic);
    }
  }

  /**
   * The channel whose oldest message is dropped: the one just added to, if it has at least an equal share, otherwise
   * the fullest one.
   */
  #fullest(pushed: ChannelQueue): ChannelQueue {
    const isByBytes = this.#dataBytes > this.#options.maxQueuedBytes;
    const total = isByBytes ? this.#dataBytes : this.#dataCount;
    const load = (queue: ChannelQueue) => isByBytes ? queue.bytes : queue.entries.length;
    // The new message is dropped last.
    const isAlone = pushed.entries.length === 1;
    if (!isAlone && load(pushed) * this.#queues.size >= total) return pushed;
    let fullest: ChannelQueue | undefined;
    for (const queue of this.#queues.values()) {
      if (queue.source.policy.delivery === "reliable" || (queue === pushed && isAlone)) continue;
      if (queue.entries.length > 0 && load(queue) > (fullest ? load(fullest) : 0)) fullest = queue;
    }
    return fullest ?? pushed;
  }

  #dropOldest(queue: ChannelQueue, reason: DropReason): void {
    this.countDropped(queue.source, reason);
    this.#dequeue(queue)?.release();
  }

  /** Removes the oldest message of a queue. The caller must release it. */
  #dequeue(queue: ChannelQueue): KeptFrame | undefined {
    const frame = queue.entries.shift()?.frame;
    if (!frame) return undefined;
    queue.bytes -= frame.bytes.byteLength;
    this.#removePending(queue.source.policy.delivery === "reliable", frame.bytes.byteLength);
    return frame;
  }

  /**
   * Sends the next message. If its queue is empty or blocked, or the message is too old, removes that instead and sends
   * nothing.
   */
  #sendNext(): void {
    const queue = this.#ready.shift();
    if (!queue) return this.#sendNextControl();
    queue.isScheduled = false;
    const entry = queue.entries.first;
    if (!entry) return;
    const control = this.#controlEntries.first;
    if (control && entry.segment > control.segment) {
      queue.isScheduled = true;
      this.#blocked.push(queue);
      return;
    }
    if (this.#isStale(entry, queue)) {
      this.#dropOldest(queue, "age");
      this.#events.onDropped(queue.source.topic);
    } else {
      const frame = this.#dequeue(queue);
      if (frame) this.#writeData(frame, queue.subscriptionId, queue.source);
      frame?.release();
    }
    if (queue.entries.length > 0) this.#schedule(queue);
  }

  #isStale({ queuedAt }: DataEntry, { source: { policy } }: ChannelQueue): boolean {
    return policy.maxAgeMs < Infinity && this.#options.clock.now() - queuedAt > policy.maxAgeMs;
  }

  /** Sends the first control message, which ends its segment. */
  #sendNextControl(): void {
    const control = this.#controlEntries.shift();
    for (const queue of this.#blocked) this.#ready.push(queue);
    this.#blocked = [];
    if (!control) return;
    if (control === this.#queuedTime) this.#queuedTime = undefined;
    this.#removePending(true, sizeOf(control.frame));
    this.#write(control.frame);
    if (control.isExclusive) freeFrame(control.frame);
  }

  #wakeRoomWaiters(): void {
    for (const wake of this.#roomWaiters.splice(0)) wake();
  }
}

/** For text, the number of UTF-16 units. That is close enough, because most text is ASCII. */
export function sizeOf(frame: Frame): number {
  return typeof frame === "string" ? frame.length : frame.byteLength;
}

/** Frees the memory of a large frame after sending. `send()` copies the frame before it returns. */
function freeFrame(frame: Frame): void {
  if (typeof frame !== "string") freeIfLarge(frame.buffer);
}
