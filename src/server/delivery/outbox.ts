// Outbox: the send queue of one client. Decides the order of messages, and which are dropped if the client reads too slowly.

import type { ChannelId, SubscriptionId } from "../../protocol/ids.ts";
import type { ChannelPolicy } from "./channel_policy.ts";
import type { Clock } from "../../clock.ts";
import { Deque } from "../../deque.ts";
import type { KeptFrame } from "./frame_pool.ts";
import { freeIfLarge } from "./free_memory.ts";
import { noTraffic, type Traffic } from "./traffic.ts";

/** An encoded message: JSON text or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The members of a WebSocket that are needed to send. */
export type SendingSocket = Pick<WebSocket, "send" | "bufferedAmount">;

/** A data message that can be sent to many clients. Only the subscription id in its header differs. */
export interface Addressable {
  readonly bytes: Uint8Array<ArrayBuffer>;
  address(subscriptionId: SubscriptionId): void;
  /** Returns a copy that stays valid until it is released. */
  keep(): KeptFrame;
}

/** The channel of a message. */
export interface Source {
  readonly id: ChannelId;
  readonly topic: string;
  readonly policy: ChannelPolicy;
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
  waiting(): void;
  /** A frame is about to be sent while `hasNews` is set. The callee must advertise the changes now, and clear `hasNews`. */
  behind(): void;
  /** A message of this topic was dropped because the client is too slow. */
  dropped(topic: string): void;
  /** Too many messages that must not be dropped are queued. The outbox has closed itself; the client must be disconnected. */
  overflowed(): void;
}

/**
 * Frames are passed to the socket only while it buffers less than this. Frames in the socket cannot be dropped or replaced by newer data,
 * and their memory cannot be freed if the client has stopped reading.
 */
export const WATERMARK_BYTES: number = 256 * 1024;

/** Limits for queued messages that must not be dropped: control messages, and data with `reliable` delivery. */
const MAX_HELD_MESSAGES = 4096;
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/**
 * While this much is queued, queued requests are not started. Far below the limits above, because a client that requests a lot over a slow
 * link must not be disconnected for it, and because the data in the socket takes memory as well.
 */
const ROOM_MESSAGES = 1024;
const ROOM_BYTES = 4 * 1024 * 1024;

/** A queued data message. */
interface Entry {
  readonly frame: KeptFrame;
  readonly queuedAt: number;
  /** How many control messages were queued before this message, since the outbox was created. */
  readonly epoch: number;
}

/** The queued data messages of one channel. */
interface Lane {
  readonly source: Source;
  readonly subscriptionId: SubscriptionId;
  readonly entries: Deque<Entry>;
  bytes: number;
  /** Whether the lane is in `#ready` or `#blocked`. */
  isListed: boolean;
}

/** A queued control message. It is sent after the data of its epoch. */
interface Held {
  frame: Frame;
  readonly isOwn: boolean;
  readonly epoch: number;
}

/**
 * The send queue of one client.
 *
 * A control message is sent after all data queued before it, and before all data queued after it. The data between two control messages
 * forms an epoch. Within an epoch channels take turns, so that a camera cannot starve a state message. For a client that keeps up, nothing
 * is queued: messages are passed to the socket without a copy.
 */
export class Outbox {
  /** Counts of the data messages to this client. */
  readonly traffic: Traffic = noTraffic();
  /** The maximum of `queuedBytes` so far, measured whenever a message is queued here. */
  peakBytes = 0;
  /** Whether changes must be advertised before anything else is sent. */
  hasNews = false;
  readonly #socket: SendingSocket;
  readonly #options: OutboxOptions;
  readonly #events: OutboxEvents;
  readonly #lanes = new Map<ChannelId, Lane>();
  /** Lanes whose first message may be sent now, in the order of their turns. Empty lanes are skipped. */
  readonly #ready = new Deque<Lane>();
  /** Lanes whose first message belongs to a later epoch. */
  #blocked: Lane[] = [];
  readonly #held = new Deque<Held>();
  #heldTime: Held | undefined;
  #epoch = 0;
  #dataCount = 0;
  #dataBytes = 0;
  /** Count of control messages and of data that must not be dropped. */
  #heldCount = 0;
  #heldBytes = 0;
  #roomWaiters: (() => void)[] = [];
  #handedBytes = 0;
  #drainedBefore = 0;
  #isClosed = false;

  constructor(socket: SendingSocket, options: OutboxOptions, events: OutboxEvents) {
    this.#socket = socket;
    this.#options = options;
    this.#events = events;
  }

  /** Queued bytes, in this outbox and in the socket. */
  get queuedBytes(): number {
    return this.#dataBytes + this.#heldBytes + this.#socket.bufferedAmount;
  }

  /** Whether any message is queued in this outbox. */
  get isWaiting(): boolean {
    return this.#dataCount + this.#heldCount > 0;
  }

  /** Whether `flush()` must be called again. */
  get needsFlush(): boolean {
    return this.isWaiting || this.#roomWaiters.length > 0;
  }

  /** How many bytes have left the socket. While this grows, the client reads. */
  get drainedBytes(): number {
    return this.#handedBytes - this.#socket.bufferedAmount;
  }

  /** Sends a control message. `isOwn`: the frame is not used elsewhere, so the outbox may free its memory after sending. */
  control(frame: Frame, isOwn = false): void {
    if (this.hasNews) this.#events.behind();
    if (this.#isClosed) return;
    if (!this.#mayGo()) return void this.#hold(frame, isOwn);
    this.#hand(frame);
    if (isOwn) free(frame);
  }

  /** Sends the server time. A time that is still queued is replaced, and keeps its place in the queue. */
  time(frame: Frame): void {
    if (this.hasNews) this.#events.behind();
    if (this.#isClosed) return;
    if (this.#mayGo()) return this.#hand(frame);
    if (this.#heldTime) {
      this.#heldTime.frame = frame;
    } else {
      this.#heldTime = this.#hold(frame, false);
    }
  }

  /** Sends a data message. `message` may be reused as soon as this returns. */
  data(message: Addressable, subscriptionId: SubscriptionId, source: Source): void {
    if (this.hasNews) this.#events.behind();
    if (this.#isClosed) return;
    if (this.#mayGo()) {
      message.address(subscriptionId);
      return this.#handData(message.bytes, source);
    }
    this.#enqueue(message.keep(), subscriptionId, source);
  }

  /** Counts a dropped message. Called from outside for messages that were dropped before they reached this outbox. */
  countDropped(source: Source): void {
    this.traffic.messagesDropped += 1;
    source.traffic.messagesDropped += 1;
  }

  /** Discards the queued messages of a channel, without counting them as dropped: the client unsubscribed, or the channel was removed. */
  purge(channelId: ChannelId): void {
    const lane = this.#lanes.get(channelId);
    if (!lane) return;
    this.#lanes.delete(channelId);
    while (lane.entries.length > 0) this.#take(lane)?.release();
  }

  /** Passes queued messages to the socket up to the watermark. Returns whether the client has read anything since the last call. */
  flush(): boolean {
    // Checked before more is sent: with a constant flow of data, the socket is at its emptiest now.
    if (!this.isCrowded) this.#wakeRoomWaiters();
    while (this.isWaiting && this.#socket.bufferedAmount < WATERMARK_BYTES) this.#sendNext();
    const drained = this.drainedBytes;
    const isMoving = drained > this.#drainedBefore;
    this.#drainedBefore = drained;
    return isMoving;
  }

  /** Whether too much is queued, here and in the socket, to start further requests. */
  get isCrowded(): boolean {
    if (this.#isClosed) return false;
    return this.#heldCount >= ROOM_MESSAGES || this.#heldBytes + this.#socket.bufferedAmount >= ROOM_BYTES;
  }

  /** Resolves when there is room for an answer, or the outbox is closed. */
  room(): Promise<void> {
    if (!this.isCrowded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#roomWaiters.push(resolve);
      this.#events.waiting();
    });
  }

  /** Passes all messages that must not be dropped to the socket, without a limit, discards the others, and closes the outbox. */
  finish(): void {
    for (const { source } of [...this.#lanes.values()]) {
      if (source.policy.delivery !== "reliable") this.purge(source.id);
    }
    while (this.isWaiting) this.#sendNext();
    this.close();
  }

  /** Discards all queued messages. Nothing is sent afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const channelId of [...this.#lanes.keys()]) this.purge(channelId);
    this.#held.clear();
    this.#heldTime = undefined;
    this.#heldCount = this.#heldBytes = 0;
    this.#wakeRoomWaiters();
  }

  #mayGo(): boolean {
    return this.#dataCount + this.#heldCount === 0 && this.#socket.bufferedAmount < WATERMARK_BYTES;
  }

  #hand(frame: Frame): void {
    this.#socket.send(frame);
    this.#handedBytes += sizeOf(frame);
  }

  #handData(bytes: Uint8Array<ArrayBuffer>, { traffic }: Source): void {
    this.#hand(bytes);
    this.traffic.messagesSent += 1;
    this.traffic.bytesSent += bytes.byteLength;
    traffic.messagesSent += 1;
    traffic.bytesSent += bytes.byteLength;
  }

  #hold(frame: Frame, isOwn: boolean): Held {
    const held: Held = { frame, isOwn, epoch: this.#epoch };
    this.#epoch += 1;
    this.#held.push(held);
    this.#grow(true, sizeOf(frame));
    return held;
  }

  #enqueue(frame: KeptFrame, subscriptionId: SubscriptionId, source: Source): void {
    const { delivery } = source.policy;
    const lane = this.#laneOf(source, subscriptionId);
    while (delivery === "latestOnly" && lane.entries.length > 0) this.#dropCounted(lane);
    lane.entries.push({ frame, queuedAt: this.#options.clock.now(), epoch: this.#epoch });
    lane.bytes += frame.bytes.byteLength;
    this.#list(lane);
    this.#grow(delivery === "reliable", frame.bytes.byteLength);
    if (delivery !== "reliable") this.#trim(lane);
  }

  #laneOf(source: Source, subscriptionId: SubscriptionId): Lane {
    const known = this.#lanes.get(source.id);
    if (known) return known;
    const lane: Lane = { source, subscriptionId, entries: new Deque(), bytes: 0, isListed: false };
    this.#lanes.set(source.id, lane);
    return lane;
  }

  #list(lane: Lane): void {
    if (lane.isListed) return;
    lane.isListed = true;
    this.#ready.push(lane);
  }

  /** Counts a message that was queued. Closes the outbox if the limits are exceeded. */
  #grow(isHeld: boolean, bytes: number): void {
    const wasWaiting = this.isWaiting;
    if (isHeld) {
      this.#heldCount += 1;
      this.#heldBytes += bytes;
    } else {
      this.#dataCount += 1;
      this.#dataBytes += bytes;
    }
    this.peakBytes = Math.max(this.peakBytes, this.queuedBytes);
    if (!wasWaiting) this.#events.waiting();
    const isTooMuch = this.#heldCount > MAX_HELD_MESSAGES || this.#heldBytes > MAX_HELD_BYTES;
    // A single message may exceed the limit.
    if (!isHeld || !isTooMuch || this.#heldCount === 1) return;
    this.close();
    this.#events.overflowed();
  }

  /** Counts a message that left the queue. */
  #shrink(isHeld: boolean, bytes: number): void {
    if (isHeld) {
      this.#heldCount -= 1;
      this.#heldBytes -= bytes;
    } else {
      this.#dataCount -= 1;
      this.#dataBytes -= bytes;
    }
  }

  /** Drops the oldest data until the rest is within the limits. A single message may exceed them. */
  #trim(pushed: Lane): void {
    const { maxQueuedBytes, maxQueuedMessages } = this.#options;
    while (this.#dataCount > 1 && (this.#dataBytes > maxQueuedBytes || this.#dataCount > maxQueuedMessages)) {
      const lane = this.#fullest(pushed);
      this.#dropCounted(lane);
      this.#events.dropped(lane.source.topic);
    }
  }

  /** The channel whose oldest message is dropped: the one just added to, if it has at least an equal share, otherwise the fullest one. */
  #fullest(pushed: Lane): Lane {
    const isByBytes = this.#dataBytes > this.#options.maxQueuedBytes;
    const total = isByBytes ? this.#dataBytes : this.#dataCount;
    const load = (lane: Lane) => isByBytes ? lane.bytes : lane.entries.length;
    // The message that was just queued is dropped only if there is no other.
    const isAlone = pushed.entries.length === 1;
    if (!isAlone && load(pushed) * this.#lanes.size >= total) return pushed;
    let fullest: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.source.policy.delivery === "reliable" || (lane === pushed && isAlone)) continue;
      if (lane.entries.length > 0 && load(lane) > (fullest ? load(fullest) : 0)) fullest = lane;
    }
    return fullest ?? pushed;
  }

  #dropCounted(lane: Lane): void {
    this.countDropped(lane.source);
    this.#take(lane)?.release();
  }

  /** Removes the oldest message of a lane. The caller must release it. */
  #take(lane: Lane): KeptFrame | undefined {
    const frame = lane.entries.shift()?.frame;
    if (!frame) return undefined;
    lane.bytes -= frame.bytes.byteLength;
    this.#shrink(lane.source.policy.delivery === "reliable", frame.bytes.byteLength);
    return frame;
  }

  /** Sends the next message. If its lane is empty or blocked, or the message is too old, removes that instead and sends nothing. */
  #sendNext(): void {
    const lane = this.#ready.shift();
    if (!lane) return this.#sendHeld();
    lane.isListed = false;
    const entry = lane.entries.first;
    if (!entry) return;
    const held = this.#held.first;
    if (held && entry.epoch > held.epoch) {
      lane.isListed = true;
      this.#blocked.push(lane);
      return;
    }
    if (this.#isStale(entry, lane)) {
      this.#dropCounted(lane);
      this.#events.dropped(lane.source.topic);
    } else {
      const frame = this.#take(lane);
      frame?.address(lane.subscriptionId);
      if (frame) this.#handData(frame.bytes, lane.source);
      frame?.release();
    }
    if (lane.entries.length > 0) this.#list(lane);
  }

  #isStale({ queuedAt }: Entry, { source: { policy } }: Lane): boolean {
    return policy.maxAgeMs < Infinity && this.#options.clock.now() - queuedAt > policy.maxAgeMs;
  }

  /** Sends the first control message, which ends its epoch. */
  #sendHeld(): void {
    const held = this.#held.shift();
    for (const lane of this.#blocked) this.#ready.push(lane);
    this.#blocked = [];
    if (!held) return;
    if (held === this.#heldTime) this.#heldTime = undefined;
    this.#shrink(true, sizeOf(held.frame));
    this.#hand(held.frame);
    if (held.isOwn) free(held.frame);
  }

  #wakeRoomWaiters(): void {
    for (const wake of this.#roomWaiters.splice(0)) wake();
  }
}

/** For text, the number of UTF-16 units. That is close enough, because most text is ASCII. */
function sizeOf(frame: Frame): number {
  return typeof frame === "string" ? frame.length : frame.byteLength;
}

/** Frees the memory of a large frame after sending. `send()` copies the frame before it returns. */
function free(frame: Frame): void {
  if (typeof frame !== "string") freeIfLarge(frame.buffer);
}
