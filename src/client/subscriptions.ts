// Subscriptions: matches subscriptions with channels, and subscribes on the server.

import { Deque } from "../deque.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { MessageReader } from "./message_reader.ts";
import { SetsByKey } from "./sets_by_key.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/**
 * For this long, in ms, data for an ended subscription causes no warning, because it may have been in flight: behind
 * seconds of other data on a slow link, or in the socket of a program that was busy.
 */
const LATE_DATA_MS = 60_000;
/** How many ended subscription ids are remembered for that time. */
const MAX_RETIRED = 10_000;

/**
 * A subscription on the wire: one channel under one id, shared by all subscriptions of the client that match the
 * channel.
 */
interface WireSubscription {
  id: SubscriptionId;
  channel: Channel;
  /**
   * The subscriptions that receive the messages. An array, not a Set, because iterating over it is faster, and every
   * message does.
   */
  readers: MessageReader[];
}

/** A channel and the subscriptions that match it. */
interface Match {
  channel: Channel;
  readers: readonly MessageReader[];
}

/** The subscriptions of one client. On the wire there is at most one for each channel. */
export class Subscriptions {
  readonly #send: (message: ClientMessage) => void;
  readonly #now: () => number;
  /** All subscriptions, with the wire subscriptions that they read from. */
  readonly #wiresByReader = new Map<MessageReader, Set<WireSubscription>>();
  readonly #byTopic = new SetsByKey<string, MessageReader>();
  readonly #byPredicate = new Set<MessageReader>();
  readonly #byId = new Map<SubscriptionId, WireSubscription>();
  readonly #byChannel = new Map<ChannelId, WireSubscription>();
  /** Ids of ended subscriptions, with the time at which they ended, in ms. */
  readonly #retired = new Map<SubscriptionId, number>();
  readonly #retiredInOrder = new Deque<{ id: SubscriptionId; endedAt: number }>();
  readonly #ids = new WrappingIds<"subscription">((id) => this.#byId.has(id) || this.#retired.has(id));
  /**
   * Work that is not done yet. Predicates are application code, and may call any method of the client, such as
   * `subscribe()`.
   */
  readonly #tasks = new Deque<() => void>();
  #isBusy = false;
  /** Counts lost connections. */
  #lostConnections = 0;

  constructor(send: (message: ClientMessage) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /**
   * Adds a subscription and subscribes to those of `channels` that match. Channels that are advertised later are
   * matched too.
   */
  add(reader: MessageReader, channels: () => Iterable<Channel>): void {
    this.#wiresByReader.set(reader, new Set());
    if (reader.topic === undefined) this.#byPredicate.add(reader);
    else this.#byTopic.add(reader.topic, reader);
    this.#scheduleMatch(
      () =>
        [...channels()].filter((channel) => reader.matches(channel)).map((channel) => ({ channel, readers: [reader] })),
      [],
    );
  }

  /** The topics of all subscriptions without a predicate. */
  get topics(): Iterable<string> {
    return this.#byTopic.keys();
  }

  /** Whether there is a subscription to this topic. */
  hasTopic(topic: string): boolean {
    return this.#byTopic.has(topic);
  }

  /** Removes a subscription, and unsubscribes from channels that no other subscription reads. */
  remove(reader: MessageReader): void {
    const wires = this.#wiresByReader.get(reader) ?? [];
    this.#wiresByReader.delete(reader);
    this.#byPredicate.delete(reader);
    if (reader.topic !== undefined) this.#byTopic.delete(reader.topic, reader);
    for (const wire of wires) wire.readers = wire.readers.filter((other) => other !== reader);
    this.#unsubscribeUnread(wires);
  }

  /** Handles newly advertised channels. `removed` are channels that were replaced, or that exceed the limits now. */
  onAdvertise(removed: readonly Channel[], channels: readonly Channel[]): void {
    this.#scheduleMatch(() => channels.map((channel) => ({ channel, readers: this.#readersOf(channel) })), removed);
  }

  /** Handles removed channels. It sends no `unsubscribe`, because the server removes the subscriptions itself. */
  onUnadvertise(channels: readonly Channel[]): void {
    for (const { id } of channels) {
      const wire = this.#byChannel.get(id);
      if (!wire) continue;
      this.#detach(wire);
      this.#retire(wire);
    }
  }

  /**
   * Passes a message to all subscriptions of its channel. Returns false if the id was neither in use nor ended a short
   * time ago.
   */
  deliver({ subscriptionId, timestamp, payload }: MessageData): boolean {
    const wire = this.#byId.get(subscriptionId);
    if (!wire) return this.#now() - (this.#retired.get(subscriptionId) ?? -Infinity) < LATE_DATA_MS;
    const message = { channel: wire.channel, timestamp, payload };
    // A reader that is added meanwhile, by the code of the program, gets the next message first.
    const { readers } = wire;
    for (let index = 0, { length } = readers; index < length; index++) readers[index]?.push(message);
    return true;
  }

  /** The channels that a subscription currently receives. */
  channelsOf(reader: MessageReader): Channel[] {
    return [...this.#wiresByReader.get(reader) ?? []].map(({ channel }) => channel);
  }

  /** Forgets the state of a lost connection. The subscriptions stay and match the channels of the next connection. */
  onConnectionLost(): void {
    this.#lostConnections += 1;
    for (const wires of this.#wiresByReader.values()) wires.clear();
    this.#byId.clear();
    this.#byChannel.clear();
    this.#retired.clear();
    this.#retiredInOrder.clear();
  }

  /** Ends all subscriptions, because the client does not connect again. */
  end(error: Error | undefined): void {
    for (const reader of [...this.#wiresByReader.keys()]) reader.end(error);
  }

  /**
   * Calls `find`, which runs predicates, and subscribes to the result. Tasks run one after the other, because calls
   * that a predicate makes must not see or change a half-done update.
   */
  #scheduleMatch(find: () => Match[], removed: readonly Channel[]): void {
    const countBefore = this.#lostConnections;
    this.#tasks.push(() => {
      // Skipped if the connection was lost while this task was queued, or while the predicates ran.
      if (countBefore !== this.#lostConnections) return;
      const matches = find();
      if (countBefore === this.#lostConnections) this.#apply(matches, removed);
    });
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#tasks.length > 0) this.#tasks.shift()?.();
    } finally {
      this.#isBusy = false;
    }
  }

  #apply(matches: readonly Match[], removed: readonly Channel[]): void {
    const changed = removed.map(({ id }) => this.#byChannel.get(id)).filter((wire) => wire !== undefined);
    for (const wire of changed) this.#detach(wire);
    const subscriptions: { id: SubscriptionId; channelId: ChannelId }[] = [];
    for (const { channel, readers } of matches) {
      let wire = this.#byChannel.get(channel.id);
      if (wire) wire.channel = channel;
      for (const reader of readers) {
        const wires = this.#wiresByReader.get(reader);
        // The subscription ended while the predicates ran.
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

  #readersOf(channel: Channel): MessageReader[] {
    const candidates = [...this.#byTopic.get(channel.topic), ...this.#byPredicate];
    return candidates.filter((reader) => reader.matches(channel));
  }

  /** Removes all readers from a wire subscription. */
  #detach(wire: WireSubscription): void {
    for (const reader of wire.readers) this.#wiresByReader.get(reader)?.delete(wire);
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
      if (endedAt - oldest.endedAt < LATE_DATA_MS && this.#retiredInOrder.length <= MAX_RETIRED) break;
      this.#retiredInOrder.shift();
      this.#retired.delete(oldest.id);
    }
  }
}
