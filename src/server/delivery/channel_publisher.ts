// ChannelPublisher: publishes the messages of one channel to its subscribers.

import { BYTES_RULE, bytesOf, type ByteSource, isSafeUint8Array, kindOf } from "../../protocol/bytes.ts";
import type { EncodeInto } from "../../codecs/encode_into.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId, SubscriptionId } from "../../protocol/ids.ts";
import type { ChannelEntry } from "../../session/channel_table.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { ChannelPolicy } from "./channel_policy.ts";
import type { Clock } from "../../clock.ts";
import { MESSAGE_DATA_HEADER_BYTES } from "../../protocol/message_data.ts";
import { CompressionTrial } from "./compression_trial.ts";
import type { KeptFrame } from "./frame_pool.ts";
import type { FrameStack } from "./frame_stack.ts";
import { Latch } from "./latch.ts";
import type { MessageFrame } from "./message_frame.ts";
import type { FanOut, Receiver } from "./fan_out.ts";
import type { ChannelSource, DataFrame } from "./outbox.ts";
import { timeNs } from "../../time_ns.ts";
import type { SinkChannel, SinkSource } from "./sink_channel.ts";
import { noTraffic, type Traffic } from "./traffic.ts";

/** The parts of the server that publishers use. */
export interface ChannelPublisherOptions {
  /** The buffers that all publishers share. */
  frames: FrameStack;
  calls: CallQueue;
  clock: Clock;
  /** Sends to all subscribers of a channel. Default: each gets the message through its outbox. */
  fanOut?: FanOut | undefined;
  /** Called when `keyBy` of a channel's latch has thrown. */
  onKeyByError: (topic: string, error: unknown) => void;
  /** Called when a channel got its first sink, or lost its last one. */
  onSinksChange: (channelId: ChannelId) => void;
}

const NO_SINKS: readonly SinkChannel[] = [];

/** Latches a channel's messages, passes them to sinks, limits their rate and sends them to subscribers. */
export class ChannelPublisher implements ChannelSource, SinkSource {
  readonly policy: ChannelPolicy;
  readonly compression: CompressionTrial = new CompressionTrial();
  readonly traffic: Traffic = noTraffic();
  readonly #entry: ChannelEntry<Receiver>;
  readonly #options: ChannelPublisherOptions;
  readonly #latch: Latch | undefined;
  /** Replaced when it changes, because methods of sinks may add and remove sinks while a message is passed on. */
  #sinks = NO_SINKS;
  /** The newest message that came too soon after the previous one. It waits to be sent. */
  #throttled: KeptFrame | undefined;
  #cancelAlarm: (() => void) | undefined;
  #nextAt = -Infinity;
  #messagesPublished = 0;
  #bytesPublished = 0;
  #isClosed = false;

  constructor(entry: ChannelEntry<Receiver>, policy: ChannelPolicy, options: ChannelPublisherOptions) {
    this.policy = policy;
    this.#entry = entry;
    this.#options = options;
    this.#latch = policy.latch && new Latch(policy.latch);
  }

  get channel(): Channel {
    return this.#entry.channel;
  }

  get id(): ChannelId {
    return this.#entry.channel.id;
  }

  get topic(): string {
    return this.#entry.channel.topic;
  }

  /** How many clients are subscribed. */
  get subscriberCount(): number {
    return this.#entry.subscribers.length;
  }

  /**
   * Whether messages are used: there is a subscriber, a latch that keeps them, or a sink. Callers that encode messages
   * may skip that otherwise, and call {@linkcode ChannelPublisher.countUnencoded}.
   */
  get isActive(): boolean {
    return !this.#isClosed && this.#isUsed(undefined);
  }

  /** Whether the channel was removed, or the server has closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many messages were published, also without subscribers. */
  get messagesPublished(): number {
    return this.#messagesPublished;
  }

  /** The bytes of the published messages that were encoded because the channel was active, headers included. */
  get bytesPublished(): number {
    return this.#bytesPublished;
  }

  /** Counts a message that the caller did not encode, because the channel is not active. */
  countUnencoded(): void {
    this.#messagesPublished += 1;
  }

  /** Sends a message to all subscribers, or only to the client `to`. */
  publish(timestamp: bigint | undefined, payload: ByteSource | string, to: number | undefined): void {
    const content = typeof payload === "string" ? payload : this.#bytesOf(payload);
    if (!this.#isUsed(to)) return this.countUnencoded();
    const { calls, frames } = this.#options;
    const frame = frames.enter(this.topic);
    const isOutermost = calls.enter();
    try {
      const sentAt = timestamp ?? timeNs();
      const lent = this.#hasOnlySinks && typeof content !== "string" ? lendable(content) : undefined;
      if (lent) {
        this.#lend(sentAt, lent);
      } else {
        this.#bytesPublished += frame.write(sentAt, content);
        this.#deliver(frame, sentAt, to);
      }
    } finally {
      frames.leave();
      // Last, because a logger that is called now may publish in the same frame.
      if (isOutermost) calls.leave();
    }
  }

  /** Like {@linkcode publish}, but `encodeInto` writes the payload into the frame, so that it is not copied. */
  publishValue<In>(timestamp: bigint, encodeInto: EncodeInto<In>, value: In, to: number | undefined): void {
    if (!this.#isUsed(to)) return this.countUnencoded();
    const { calls, frames } = this.#options;
    const frame = frames.enter(this.topic);
    const isOutermost = calls.enter();
    try {
      const size = frame.encode(timestamp, encodeInto, value);
      // A getter of the value may have removed this channel.
      if (this.#isClosed) return;
      this.#bytesPublished += size;
      this.#deliver(frame, timestamp, to);
    } finally {
      frames.leave();
      if (isOutermost) calls.leave();
    }
  }

  /** Sends the latched messages to a subscriber. */
  sendLatched({ outbox }: Receiver, subscriptionId: SubscriptionId): void {
    if (!this.#latch) return;
    for (const frame of this.#latch.frames) outbox.sendData(frame, subscriptionId, this);
  }

  /** Sends the latched messages to this client, if it is subscribed. */
  sendLatchedTo(receiver: Receiver): void {
    if (!this.#latch) return;
    const own = this.#entry.subscribers.find(({ client }) => client === receiver);
    if (own) this.sendLatched(receiver, own.subscriptionId);
  }

  keepLatched(): KeptFrame[] {
    return this.#latch ? Array.from(this.#latch.frames, (frame) => frame.keep()) : [];
  }

  /** Whether a sink receives the messages. */
  get hasSinks(): boolean {
    return this.#sinks.length > 0;
  }

  addSink(sink: SinkChannel): void {
    this.#sinks = [...this.#sinks, sink];
    if (this.#sinks.length === 1) this.#options.onSinksChange(this.id);
  }

  removeSink(sink: SinkChannel): void {
    const hadSinks = this.hasSinks;
    this.#sinks = this.#sinks.filter((each) => each !== sink);
    if (hadSinks && !this.hasSinks) this.#options.onSinksChange(this.id);
  }

  /** Forgets the latched messages. */
  clearLatched(): void {
    this.#latch?.clear();
  }

  /** Releases all messages, and sends nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#sinks = NO_SINKS;
    this.#cancelAlarm?.();
    this.#throttled?.release();
    this.#throttled = undefined;
    this.#latch?.clear();
    this.#options.fanOut?.closed(this);
  }

  /**
   * Checks the payload even without subscribers: a wrong payload should not go unnoticed until the first app connects.
   */
  #bytesOf(payload: ByteSource): Uint8Array {
    if (isSafeUint8Array(payload)) return payload;
    const bytes = bytesOf(payload);
    if (bytes) return bytes;
    throw new TypeError(
      `Cannot send on "${this.topic}": its payload must be text or ${BYTES_RULE}, not ${kindOf(payload)}`,
    );
  }

  /** Whether a message for the client `to`, or for all, is sent, latched or passed to a sink. */
  #isUsed(to: number | undefined): boolean {
    if (this.#entry.subscribers.length > 0) return true;
    return to === undefined && (this.#latch !== undefined || this.#sinks.length > 0);
  }

  /** Whether a message that is used is used by sinks only. */
  get #hasOnlySinks(): boolean {
    return this.#entry.subscribers.length === 0 && this.#latch === undefined;
  }

  /** Passes the caller's own memory to the sinks. No client uses the message, so it is not copied to a frame. */
  #lend(timestamp: bigint, payload: Uint8Array): void {
    this.#messagesPublished += 1;
    this.#bytesPublished += MESSAGE_DATA_HEADER_BYTES + payload.byteLength;
    this.#passToSinks(timestamp, payload, false);
  }

  #deliver(frame: MessageFrame, timestamp: bigint, to: number | undefined): void {
    this.#messagesPublished += 1;
    if (to !== undefined) return this.#sendTo(to, frame);
    const isLatched = this.#latch !== undefined && this.#latchMessage(this.#latch, frame);
    if (this.#sinks.length > 0) {
      this.#passToSinks(timestamp, frame.payload, isLatched);
      // Clients must get the same messages as without a sink: this one would not have been counted for `maxRateHz`.
      if (this.#hasOnlySinks) return;
    }
    this.#sendOrThrottle(frame);
  }

  /** Returns whether the message is kept. */
  #latchMessage(latch: Latch, frame: MessageFrame): boolean {
    let key: string | number;
    try {
      key = latch.keyOf(frame);
    } catch (error) {
      this.#options.onKeyByError(this.topic, error);
      return false;
    }
    if (this.#isClosed) return false;
    latch.keep(key, frame);
    return true;
  }

  #passToSinks(timestamp: bigint, payload: Uint8Array, isLatched: boolean): void {
    for (const sink of this.#sinks) sink.message(timestamp, payload, isLatched);
  }

  #sendOrThrottle(frame: MessageFrame): void {
    // keyBy or a sink may have removed this channel.
    if (this.#isClosed) return;
    if (this.policy.minIntervalMs === 0 || !this.#throttle(frame)) this.#sendToAll(frame);
  }

  /** Keeps a message for later if it comes too soon after the previous one. Returns whether it was kept. */
  #throttle(frame: MessageFrame): boolean {
    const { clock } = this.#options;
    const now = clock.now();
    this.#dropThrottled();
    if (now >= this.#nextAt) {
      this.#setNextAt(now);
      return false;
    }
    this.#throttled = frame.keep();
    this.#cancelAlarm = clock.after(this.#nextAt - now, () => this.#sendThrottled());
    return true;
  }

  /** Drops the waiting message, because a newer one has arrived. */
  #dropThrottled(): void {
    this.#cancelAlarm?.();
    if (!this.#throttled) return;
    this.#throttled.release();
    this.#throttled = undefined;
    for (const { client } of this.#entry.subscribers) client.outbox.countDropped(this, "rate");
  }

  #sendThrottled(): void {
    const frame = this.#throttled;
    this.#throttled = undefined;
    if (!frame) return;
    this.#setNextAt(this.#options.clock.now());
    this.#options.calls.run(() => this.#sendToAll(frame));
    frame.release();
  }

  /** Sets when the next message may be sent. A message that is a little late does not delay all that follow. */
  #setNextAt(now: number): void {
    const { minIntervalMs } = this.policy;
    this.#nextAt = Math.max(this.#nextAt + minIntervalMs, now);
    if (now >= this.#nextAt) this.#nextAt = now + minIntervalMs;
  }

  #sendTo(to: number, message: DataFrame): void {
    for (const { client, subscriptionId } of this.#entry.subscribers) {
      if (client.info.id === to) client.outbox.sendData(message, subscriptionId, this);
    }
  }

  #sendToAll(message: DataFrame): void {
    const { fanOut } = this.#options;
    if (fanOut) return fanOut.sendToAll(message, this, this.#entry);
    for (const { client, subscriptionId } of this.#entry.subscribers) {
      client.outbox.sendData(message, subscriptionId, this);
    }
  }
}

/**
 * Returns a plain view of the bytes for sinks, or `undefined` if they must be copied because other threads may change
 * them. Node's `Buffer` must not reach sinks, because its `slice()` does not copy.
 */
function lendable(payload: Uint8Array): Uint8Array | undefined {
  const bytes = bytesOf(payload);
  return bytes?.buffer instanceof ArrayBuffer ? bytes : undefined;
}
