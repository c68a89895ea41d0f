// ChannelTable: the server's channels and their subscribers.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";
import type { ActiveSubscription } from "./effects.ts";
import { IdSequence } from "./id_sequence.ts";

/** One client's subscription to a channel. */
export interface Subscriber<Client> extends ActiveSubscription {
  readonly client: Client;
  readonly entry: ChannelEntry<Client>;
}

/** A channel and its subscribers, in the order of their subscriptions. */
export interface ChannelEntry<Client> {
  readonly channel: Channel;
  readonly subscribers: Subscriber<Client>[];
  /** Changes whenever `subscribers` changes. */
  version: number;
  /** How many subscriptions the hooks know about: their start was reported, their end was not. */
  reportedCount: number;
}

/** The server's channels by id. */
export class ChannelTable<Client> {
  readonly #ids = new IdSequence("channel");
  readonly #entries = new Map<ChannelId, ChannelEntry<Client>>();
  readonly #channels = new Map<ChannelId, Channel>();

  /** The channels without their subscribers, in ascending order of ids. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#channels;
  }

  /** Adds a channel and gives it a new id. */
  add(channel: Omit<Channel, "id">): ChannelEntry<Client> {
    const added: Channel = { id: this.#ids.next(), ...channel };
    const entry: ChannelEntry<Client> = { channel: added, subscribers: [], version: 0, reportedCount: 0 };
    this.#channels.set(added.id, added);
    this.#entries.set(added.id, entry);
    return entry;
  }

  /** Removes a channel. Returns it with its last subscribers. */
  remove(id: ChannelId): ChannelEntry<Client> | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#channels.delete(id);
    return entry;
  }

  get(id: ChannelId): ChannelEntry<Client> | undefined {
    return this.#entries.get(id);
  }
}
