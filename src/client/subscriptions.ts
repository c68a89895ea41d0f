// Subscriptions: which of them gets what, and what the server is asked for on their behalf.

import { Deque } from "../deque.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { SubscriptionStream } from "./subscription.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** Data that was under way when a subscription ended may come for so long, in ms. */
const LATE_MS = 2000;
/** How many ended subscriptions are remembered for that. */
const MAX_RETIRED = 10_000;

/** What the server sends under one id: one channel, for one subscription or more. */
interface WireSubscription {
  id: SubscriptionId;
  channel: Channel;
  /** An array, for it is walked with every message. */
  readers: SubscriptionStream[];
}

/** The subscriptions that want a channel. */
interface Match {
  channel: Channel;
  readers: readonly SubscriptionStream[];
}

/** The subscriptions of one client. The server knows at most one for each channel. */
export class Subscriptions {
  readonly #send: (message: ClientMessage) => void;
  readonly #now: () => number;
  /** Each one with what the server sends for it. */
  readonly #wiresOf = new Map<SubscriptionStream, Set<WireSubscription>>();
  readonly #byTopic = new Map<string, Set<SubscriptionStream>>();
  readonly #byPredicate = new Set<SubscriptionStream>();
  readonly #byId = new Map<SubscriptionId, WireSubscription>();
  readonly #byChannel = new Map<ChannelId, WireSubscription>();
  /** Ids that ended, and when, in ms. */
  readonly #retired = new Map<SubscriptionId, number>();
  readonly #retiredInOrder = new Deque<{ id: SubscriptionId; endedAt: number }>();
  readonly #ids = new WrappingIds<"subscription">((id) => this.#byId.has(id) || this.#retired.has(id));
  /** What is still to be done: predicates are the program's, and may do anything with the client, such as subscribe. */
  readonly #tasks = new Deque<() => void>();
  #isBusy = false;
  /** Counts lost connections. */
  #losses = 0;

  constructor(send: (message: ClientMessage) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** Begins one, on those of `channels` that it wants; more may come. */
  add(stream: SubscriptionStream, channels: () => Iterable<Channel>): void {
    this.#wiresOf.set(stream, new Set());
    if (stream.topic === undefined) this.#byPredicate.add(stream);
    else this.#byTopic.set(stream.topic, (this.#byTopic.get(stream.topic) ?? new Set()).add(stream));
    this.#match(
      () =>
        [...channels()].filter((channel) => stream.wants(channel)).map((channel) => ({ channel, readers: [stream] })),
      [],
    );
  }

  /** Ends one. */
  remove(stream: SubscriptionStream): void {
    const wires = this.#wiresOf.get(stream) ?? [];
    this.#wiresOf.delete(stream);
    this.#byPredicate.delete(stream);
    if (stream.topic !== undefined) {
      const others = this.#byTopic.get(stream.topic);
      others?.delete(stream);
      if (others?.size === 0) this.#byTopic.delete(stream.topic);
    }
    for (const wire of wires) wire.readers = wire.readers.filter((reader) => reader !== stream);
    this.#unsubscribeUnread(wires);
  }

  /** Channels are there. `gone` are those that no longer are what they were, or that there is no room for any more. */
  advertised(gone: readonly Channel[], channels: readonly Channel[]): void {
    this.#match(() => channels.map((channel) => ({ channel, readers: this.#readersOf(channel) })), gone);
  }

  /** Channels are gone; the server has forgotten the subscriptions itself. */
  unadvertised(channels: readonly Channel[]): void {
    for (const { id } of channels) {
      const wire = this.#byChannel.get(id);
      if (!wire) continue;
      this.#detach(wire);
      this.#retire(wire);
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
    return [...this.#wiresOf.get(stream) ?? []].map(({ channel }) => channel);
  }

  /** The connection is gone; subscriptions wait for the next. */
  lost(): void {
    this.#losses += 1;
    for (const wires of this.#wiresOf.values()) wires.clear();
    this.#byId.clear();
    this.#byChannel.clear();
    this.#retired.clear();
    this.#retiredInOrder.clear();
  }

  /** No connection will come. */
  end(error: Error | undefined): void {
    for (const stream of [...this.#wiresOf.keys()]) stream.end(error);
  }

  /**
   * Has `find` ask predicates, and subscribes to what they want. One task after the other: what a predicate does meanwhile must
   * not find, or change, work that is half done.
   */
  #match(find: () => Match[], gone: readonly Channel[]): void {
    const losses = this.#losses;
    this.#tasks.push(() => {
      // Of a connection that was lost while this waited, or while predicates were asked.
      if (losses !== this.#losses) return;
      const matches = find();
      if (losses === this.#losses) this.#apply(matches, gone);
    });
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#tasks.length > 0) this.#tasks.shift()?.();
    } finally {
      this.#isBusy = false;
    }
  }

  #apply(matches: readonly Match[], gone: readonly Channel[]): void {
    const changed = gone.map(({ id }) => this.#byChannel.get(id)).filter((wire) => wire !== undefined);
    for (const wire of changed) this.#detach(wire);
    const subscriptions: { id: SubscriptionId; channelId: ChannelId }[] = [];
    for (const { channel, readers } of matches) {
      let wire = this.#byChannel.get(channel.id);
      if (wire) wire.channel = channel;
      for (const reader of readers) {
        const wires = this.#wiresOf.get(reader);
        // It ended while predicates were asked.
        if (!wires) continue;
        if (!wire) {
          wire = { id: this.#ids.next(), channel, readers: [] };
          this.#byId.set(wire.id, wire);
          this.#byChannel.set(channel.id, wire);
          subscriptions.push({ id: wire.id, channelId: channel.id });
        }
        if (wires.has(wire)) continue;
        wires.add(wire);
        wire.readers.push(reader);
      }
    }
    this.#unsubscribeUnread(changed);
    if (subscriptions.length > 0) this.#send({ op: "subscribe", subscriptions });
  }

  #readersOf(channel: Channel): SubscriptionStream[] {
    const byTopic = this.#byTopic.get(channel.topic) ?? [];
    return [...byTopic, ...[...this.#byPredicate].filter((stream) => stream.wants(channel))];
  }

  /** Takes its readers from it. */
  #detach(wire: WireSubscription): void {
    for (const reader of wire.readers) this.#wiresOf.get(reader)?.delete(wire);
    wire.readers = [];
  }

  #unsubscribeUnread(wires: Iterable<WireSubscription>): void {
    const unread = [...wires].filter(({ readers }) => readers.length === 0);
    for (const wire of unread) this.#retire(wire);
    if (unread.length > 0) this.#send({ op: "unsubscribe", subscriptionIds: unread.map(({ id }) => id) });
  }

  #retire({ id, channel }: WireSubscription): void {
    const endedAt = this.#now();
    this.#byId.delete(id);
    this.#byChannel.delete(channel.id);
    this.#retired.set(id, endedAt);
    this.#retiredInOrder.push({ id, endedAt });
    for (let oldest; (oldest = this.#retiredInOrder.first);) {
      if (endedAt - oldest.endedAt < LATE_MS && this.#retiredInOrder.length <= MAX_RETIRED) break;
      this.#retiredInOrder.shift();
      this.#retired.delete(oldest.id);
    }
  }
}
