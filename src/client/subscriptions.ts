// Subscriptions: which of them gets what, and what the server is asked for on their behalf.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { SubscriptionStream } from "./subscription.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** Data that was under way when a subscription ended may come for so long, in ms. */
const LATE_MS = 2000;

/** What the server sends under one id: one channel, for one subscription or more. */
interface WireSubscription {
  id: SubscriptionId;
  channel: Channel;
  /** An array, for it is walked with every message. */
  readers: SubscriptionStream[];
}

/** The subscriptions of one client. The server knows at most one for each channel. */
export class Subscriptions {
  readonly #send: (message: ClientMessage) => void;
  readonly #now: () => number;
  readonly #streams = new Set<SubscriptionStream>();
  readonly #byId = new Map<SubscriptionId, WireSubscription>();
  readonly #byChannel = new Map<ChannelId, WireSubscription>();
  /** Ids that ended, and when, in ms. */
  readonly #retired = new Map<SubscriptionId, number>();
  readonly #ids = new WrappingIds<"subscription">((id) => this.#byId.has(id) || this.#retired.has(id));

  constructor(send: (message: ClientMessage) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** Begins one, on those of `channels` that it wants; more may come. */
  add(stream: SubscriptionStream, channels: Iterable<Channel>): void {
    this.#streams.add(stream);
    this.#subscribe([...channels].filter((channel) => stream.wants(channel)), () => [stream]);
  }

  /** Ends one. */
  remove(stream: SubscriptionStream): void {
    this.#streams.delete(stream);
    for (const wire of this.#byId.values()) wire.readers = wire.readers.filter((reader) => reader !== stream);
    this.#unsubscribeUnread();
  }

  /** Channels are there, or are something else than they were. */
  advertised(channels: readonly Channel[]): void {
    for (const channel of channels) {
      const wire = this.#byChannel.get(channel.id);
      if (!wire) continue;
      wire.channel = channel;
      wire.readers = this.#readersOf(channel);
    }
    this.#unsubscribeUnread();
    this.#subscribe(channels, (channel) => this.#readersOf(channel));
  }

  /** Channels are gone; the server has forgotten the subscriptions itself. */
  unadvertised(channels: readonly Channel[]): void {
    for (const { id } of channels) {
      const wire = this.#byChannel.get(id);
      if (wire) this.#retire(wire);
    }
  }

  /** Hands a message to all who want it. Returns whether it was, or may have been, asked for. */
  deliver({ subscriptionId, timestamp, payload }: MessageData): boolean {
    const wire = this.#byId.get(subscriptionId);
    if (!wire) return this.#now() - (this.#retired.get(subscriptionId) ?? -Infinity) < LATE_MS;
    const message = { channel: wire.channel, timestamp, payload };
    for (const reader of wire.readers) reader.push(message);
    return true;
  }

  /** The channels whose messages a subscription gets now. */
  channelsOf(stream: SubscriptionStream): Channel[] {
    return [...this.#byId.values()].filter(({ readers }) => readers.includes(stream)).map(({ channel }) => channel);
  }

  /** The connection is gone; subscriptions wait for the next. */
  lost(): void {
    this.#byId.clear();
    this.#byChannel.clear();
    this.#retired.clear();
  }

  /** No connection will come. */
  end(error: Error | undefined): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }

  #readersOf(channel: Channel): SubscriptionStream[] {
    return [...this.#streams].filter((stream) => stream.wants(channel));
  }

  #subscribe(channels: readonly Channel[], readersOf: (channel: Channel) => SubscriptionStream[]): void {
    const subscriptions: { id: SubscriptionId; channelId: ChannelId }[] = [];
    for (const channel of channels) {
      const readers = readersOf(channel);
      const existing = this.#byChannel.get(channel.id);
      if (existing) {
        existing.readers = [...new Set([...existing.readers, ...readers])];
      } else if (readers.length > 0) {
        const wire: WireSubscription = { id: this.#ids.next(), channel, readers };
        this.#byId.set(wire.id, wire);
        this.#byChannel.set(channel.id, wire);
        subscriptions.push({ id: wire.id, channelId: channel.id });
      }
    }
    if (subscriptions.length > 0) this.#send({ op: "subscribe", subscriptions });
  }

  #unsubscribeUnread(): void {
    const unread = [...this.#byId.values()].filter(({ readers }) => readers.length === 0);
    for (const wire of unread) this.#retire(wire);
    if (unread.length > 0) this.#send({ op: "unsubscribe", subscriptionIds: unread.map(({ id }) => id) });
  }

  #retire({ id, channel }: WireSubscription): void {
    const now = this.#now();
    this.#byId.delete(id);
    this.#byChannel.delete(channel.id);
    this.#retired.set(id, now);
    // In the order in which they ended.
    for (const [old, endedAt] of this.#retired) {
      if (now - endedAt < LATE_MS) break;
      this.#retired.delete(old);
    }
  }
}
