// ChannelTable: the server's channels and who is subscribed to each.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import { IdSequence } from "./id_sequence.ts";

/** One client's subscription to a channel. */
export interface Subscriber<Client> {
  readonly client: Client;
  readonly subscriptionId: SubscriptionId;
}

/** A channel and its subscribers, in the order in which they came. */
export interface ChannelEntry<Client> {
  readonly channel: Channel;
  readonly subscribers: Subscriber<Client>[];
}

/** The server's channels by id. */
export class ChannelTable<Client> {
  readonly #ids = new IdSequence("channel");
  readonly #entries = new Map<ChannelId, ChannelEntry<Client>>();
  readonly #channels = new Map<ChannelId, Channel>();

  /** The channels alone, in ascending order of their ids. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#channels;
  }

  /** Adds a channel under an id of its own. */
  add(channel: Omit<Channel, "id">): ChannelEntry<Client> {
    const added: Channel = { id: this.#ids.next(), ...channel };
    const entry: ChannelEntry<Client> = { channel: added, subscribers: [] };
    this.#channels.set(added.id, added);
    this.#entries.set(added.id, entry);
    return entry;
  }

  /** Removes a channel. Returns what it was, with those who were subscribed. */
  remove(id: ChannelId): ChannelEntry<Client> | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#channels.delete(id);
    return entry;
  }

  get(id: ChannelId): ChannelEntry<Client> | undefined {
    return this.#entries.get(id);
  }

  /** Adds a subscriber. */
  subscribe(id: ChannelId, subscriber: Subscriber<Client>): void {
    this.#entries.get(id)?.subscribers.push(subscriber);
  }

  /** Removes a client's subscription. */
  unsubscribe(id: ChannelId, client: Client): void {
    const subscribers = this.#entries.get(id)?.subscribers ?? [];
    const index = subscribers.findIndex((subscriber) => subscriber.client === client);
    if (index >= 0) subscribers.splice(index, 1);
  }
}
