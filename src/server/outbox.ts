// Outbox: what waits to be sent to one client, in which order, and what is dropped when it reads too slowly.

import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { ChannelPolicy } from "./channel_policy.ts";
import type { Clock } from "../clock.ts";
import { Deque } from "../deque.ts";
import type { KeptFrame } from "./frame_pool.ts";
import { noTraffic, type Traffic } from "./traffic.ts";

/** An encoded message: JSON text or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The members of a WebSocket that sending takes. */
export type SendingSocket = Pick<WebSocket, "send" | "bufferedAmount">;

/** A data message that is the same for all but for the subscription that it is addressed to. */
export interface Addressable {
  readonly bytes: Uint8Array<ArrayBuffer>;
  address(subscriptionId: SubscriptionId): void;
  /** A copy that lasts until it is released. */
  keep(): KeptFrame;
}

/** The channel that a message is of. */
export interface Source {
  readonly id: ChannelId;
  readonly topic: string;
  readonly policy: ChannelPolicy;
  readonly traffic: Traffic;
}

/** Options of {@linkcode Outbox}. */
export interface OutboxOptions {
  /** How many bytes of data may wait. */
  maxQueuedBytes: number;
  /** How many data messages may wait. */
  maxQueuedMessages: number;
  clock: Clock;
}

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** Something waits: `flush()` is to be called while `needsFlush` is true. */
  waiting(): void;
  /** A frame is about to be sent while `hasNews` is set: the news must be sent now, and `hasNews` cleared. */
  behind(): void;
  /** A message of this topic was dropped because the client is too slow. */
  dropped(topic: string): void;
  /** So much waits that must not be dropped that the client is given up. Nothing is sent any more. */
  overflowed(): void;
}

/**
 * Frames go to the socket only while less than this is in it: what the socket has taken can be neither dropped nor replaced by newer
 * data, and its memory cannot be had back from a client that has stopped reading.
 */
export const WATERMARK_BYTES: number = 256 * 1024;

/** Bounds of what must not be dropped. */
const MAX_HELD_MESSAGES = 4096;
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/**
 * While so much waits, no further answer is worked on. Far below the bounds above, because a client that asks for a lot over a slow link
 * must not be disconnected for it, and because what waits in the socket takes memory as well.
 */
const ROOM_MESSAGES = 1024;
const ROOM_BYTES = 4 * 1024 * 1024;

/** The memory of a larger frame is freed as soon as it was sent, and not by the garbage collector, which may take long to notice. */
const LARGE_BYTES = 1024 * 1024;

/** A data message that waits. */
interface Entry {
  readonly frame: KeptFrame;
  readonly queuedAt: number;
  readonly epoch: number;
}

/** The messages of one channel that wait. */
interface Lane {
  readonly source: Source;
  readonly subscriptionId: SubscriptionId;
  readonly entries: Deque<Entry>;
  bytes: number;
  /** Whether it stands among those that wait for their turn. */
  isListed: boolean;
}

/** A message other than data that waits, behind the data of its epoch. */
interface Held {
  frame: Frame;
  readonly isOwn: boolean;
  readonly epoch: number;
}

/**
 * One client's queue.
 *
 * Data and other messages keep their order: each of the latter ends an epoch, and goes when all data of that epoch has gone or has been
 * dropped. Within an epoch channels take turns, so that a camera cannot starve a state message. A client that keeps up has no queue: then
 * all goes straight to the socket, without a copy.
 */
export class Outbox {
  /** What this client was sent. */
  readonly traffic: Traffic = noTraffic();
  /** The most that ever waited, in bytes. */
  peakBytes = 0;
  /** Whether changes are to be advertised before anything else is sent. */
  hasNews = false;
  readonly #socket: SendingSocket;
  readonly #options: OutboxOptions;
  readonly #events: OutboxEvents;
  readonly #lanes = new Map<ChannelId, Lane>();
  /** Lanes whose first message may go now, the one whose turn it is first. Emptied ones are passed over. */
  readonly #ready = new Deque<Lane>();
  /** Lanes whose first message waits for the end of an epoch. */
  #blocked: Lane[] = [];
  readonly #held = new Deque<Held>();
  #heldTime: Held | undefined;
  #epoch = 0;
  #dataCount = 0;
  #dataBytes = 0;
  /** Of held messages and of data that must not be dropped. */
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

  /** Bytes that wait, here and in the socket. */
  get queuedBytes(): number {
    return this.#dataBytes + this.#heldBytes + this.#socket.bufferedAmount;
  }

  /** Whether anything waits here. */
  get isWaiting(): boolean {
    return this.#dataCount + this.#heldCount > 0;
  }

  /** Whether `flush()` has anything to do. */
  get needsFlush(): boolean {
    return this.isWaiting || this.#roomWaiters.length > 0;
  }

  /** Bytes that have left the socket: while this grows, the client reads. */
  get drainedBytes(): number {
    return this.#handedBytes - this.#socket.bufferedAmount;
  }

  /** Sends a message that must not be lost. `isOwn`: nobody else uses the frame, then or later. */
  control(frame: Frame, isOwn = false): void {
    if (this.hasNews) this.#events.behind();
    if (this.#isClosed) return;
    if (!this.#mayGo()) return void this.#hold(frame, isOwn);
    this.#hand(frame);
    if (isOwn) free(frame);
  }

  /** Sends the time; of several that wait only the newest is kept. */
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

  /** Sends a message of a channel. It is the caller's again when this returns. */
  data(message: Addressable, subscriptionId: SubscriptionId, source: Source): void {
    if (this.hasNews) this.#events.behind();
    if (this.#isClosed) return;
    if (this.#mayGo()) {
      message.address(subscriptionId);
      return this.#handData(message.bytes, source);
    }
    this.#enqueue(message.keep(), subscriptionId, source);
  }

  /** Counts a message as dropped that was not even brought here. */
  countDropped(source: Source): void {
    this.traffic.messagesDropped += 1;
    source.traffic.messagesDropped += 1;
  }

  /** Forgets what waits of a channel: the client has unsubscribed, or the channel is gone. */
  purge(channelId: ChannelId): void {
    const lane = this.#lanes.get(channelId);
    if (!lane) return;
    this.#lanes.delete(channelId);
    while (lane.entries.length > 0) this.#take(lane)?.release();
  }

  /** Hands to the socket what it takes. Returns whether the client has read anything since the last time. */
  flush(): boolean {
    // Before more is sent: where data never stops, the socket is never again as empty as now.
    if (!this.isCrowded) this.#wakeRoomWaiters();
    while (this.isWaiting && this.#socket.bufferedAmount < WATERMARK_BYTES) this.#sendNext();
    const drained = this.drainedBytes;
    const isMoving = drained > this.#drainedBefore;
    this.#drainedBefore = drained;
    return isMoving;
  }

  /** Whether too much waits, here and in the socket, to work on further answers. */
  get isCrowded(): boolean {
    if (this.#isClosed) return false;
    return this.#heldCount >= ROOM_MESSAGES || this.#heldBytes + this.#socket.bufferedAmount >= ROOM_BYTES;
  }

  /** Resolves when there is room for an answer, or the client is gone. */
  room(): Promise<void> {
    if (!this.isCrowded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#roomWaiters.push(resolve);
      this.#events.waiting();
    });
  }

  /** Hands over at once what must not be lost, and sends nothing more. */
  finish(): void {
    for (const { source } of [...this.#lanes.values()]) {
      if (source.policy.delivery !== "reliable") this.purge(source.id);
    }
    while (this.isWaiting) this.#sendNext();
    this.close();
  }

  /** Forgets whatever waits, and sends nothing more. */
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

  /** Counts what begins to wait. */
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
    // A single message may be as large as it is.
    if (!isHeld || !isTooMuch || this.#heldCount === 1) return;
    this.close();
    this.#events.overflowed();
  }

  /** Counts what waits no more. */
  #shrink(isHeld: boolean, bytes: number): void {
    if (isHeld) {
      this.#heldCount -= 1;
      this.#heldBytes -= bytes;
    } else {
      this.#dataCount -= 1;
      this.#dataBytes -= bytes;
    }
  }

  /** Drops the oldest data until the rest is within the bounds; a single message may be as large as it is. */
  #trim(pushed: Lane): void {
    const { maxQueuedBytes, maxQueuedMessages } = this.#options;
    while (this.#dataCount > 1 && (this.#dataBytes > maxQueuedBytes || this.#dataCount > maxQueuedMessages)) {
      const lane = this.#fullest(pushed);
      this.#dropCounted(lane);
      this.#events.dropped(lane.source.topic);
    }
  }

  /** The channel that pays for all: the one that was just added to, if it holds its equal share, else the one that holds most. */
  #fullest(pushed: Lane): Lane {
    const isByBytes = this.#dataBytes > this.#options.maxQueuedBytes;
    const total = isByBytes ? this.#dataBytes : this.#dataCount;
    const load = (lane: Lane) => isByBytes ? lane.bytes : lane.entries.length;
    // Its newest message is the last to be dropped.
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

  /** Takes the oldest message out of a lane; it is to be released. */
  #take(lane: Lane): KeptFrame | undefined {
    const frame = lane.entries.shift()?.frame;
    if (!frame) return undefined;
    lane.bytes -= frame.bytes.byteLength;
    this.#shrink(lane.source.policy.delivery === "reliable", frame.bytes.byteLength);
    return frame;
  }

  /** Sends what is next in the order, or finds out that it is not what it was. */
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

  /** Ends an epoch. */
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

/** Close enough for text, most of which is ASCII. */
function sizeOf(frame: Frame): number {
  return typeof frame === "string" ? frame.length : frame.byteLength;
}

/** Gives back the memory of a frame that was sent: send() has copied it before it returned. */
function free(frame: Frame): void {
  if (typeof frame !== "string" && frame.byteLength >= LARGE_BYTES) frame.buffer.transfer(0);
}
