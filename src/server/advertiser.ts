// Advertiser: tells clients which channels and services came and went, in as few messages as possible.

import type { Clock } from "../clock.ts";
import type { Channel } from "../protocol/channels.ts";
import { encodeServerMessage } from "../protocol/encode.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Service } from "../protocol/services.ts";
import type { Clients } from "./clients.ts";
import type { Connection } from "./connection.ts";
import { advertise, advertiseServices, inParts } from "./greeting.ts";
import type { Frame } from "./outbox.ts";

/** Ids in one `unadvertise`. */
const IDS_PER_MESSAGE = 1000;

/** What came or went. */
export type Change =
  | { type: "channelAdded"; channel: Channel }
  | { type: "channelRemoved"; channelId: ChannelId }
  | { type: "serviceAdded"; service: Service }
  | { type: "serviceRemoved"; service: Service }
  /** `serverInfo` says something else, and apps have to be told everything again. */
  | { type: "infoChanged" };

/** The sum of several changes: what was both added and removed is left out. */
interface News {
  readonly removedChannels: readonly ChannelId[];
  readonly channels: readonly Channel[];
  readonly removedServices: readonly Service[];
  readonly services: readonly Service[];
  readonly isInfoChanged: boolean;
  /** For clients that may see everything, encoded once for all of them. */
  frames: readonly Frame[] | undefined;
}

/**
 * Sends `advertise` and `unadvertise` of channels and services.
 *
 * A program may add thousands of channels one by one. One message for each would overflow the queue of every client, so changes are collected
 * until the code that runs now is done. A client that is sent anything else before gets them before that: it never hears of an id that
 * it does not know.
 */
export class Advertiser {
  readonly #clients: Clients;
  readonly #clock: Clock;
  readonly #greetAgain: (connection: Connection) => void;
  #changes: Change[] = [];
  /** How many of the changes a client has been told of; those that are not in here know none of them. */
  #known = new Map<Connection, number>();
  /** Removed channels that a client was never shown. */
  #hidden = new Map<Connection, Set<ChannelId>>();
  /** News by the number of changes that are known already. */
  readonly #news = new Map<number, News>();

  /** `greetAgain` sends a client everything that there is. */
  constructor(clients: Clients, clock: Clock, greetAgain: (connection: Connection) => void) {
    this.#clients = clients;
    this.#clock = clock;
    this.#greetAgain = greetAgain;
  }

  /** Notes changes that the server's state has already, and sends them soon. */
  add(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const isFirst = this.#changes.length === 0;
    this.#changes.push(...changes);
    this.#news.clear();
    // Those that have caught up since the first change have to do so again.
    for (const { outbox } of isFirst ? this.#clients.list() : this.#known.keys()) outbox.hasNews = true;
    if (isFirst) this.#clock.soon(() => this.#sendAll());
  }

  /** Keeps a client from being told that a channel is gone that it was never shown. */
  hide(connection: Connection, channelId: ChannelId): void {
    const hidden = this.#hidden.get(connection);
    if (hidden) hidden.add(channelId);
    else this.#hidden.set(connection, new Set([channelId]));
  }

  /** A client was greeted just now: it knows of everything. */
  greeted(connection: Connection): void {
    connection.outbox.hasNews = false;
    if (this.#changes.length > 0) this.#known.set(connection, this.#changes.length);
  }

  /** Sends a client what it has not been told of. */
  catchUp(connection: Connection): void {
    const known = this.#known.get(connection) ?? 0;
    this.greeted(connection);
    if (known === this.#changes.length) return;
    const news = this.#newsSince(known);
    for (const frame of this.#framesFor(connection, news)) connection.outbox.control(frame);
    if (news.isInfoChanged) this.#greetAgain(connection);
  }

  #sendAll(): void {
    for (const connection of this.#clients.list()) this.catchUp(connection);
    this.#changes = [];
    this.#known = new Map();
    this.#hidden = new Map();
    this.#news.clear();
  }

  #newsSince(known: number): News {
    const existing = this.#news.get(known);
    if (existing) return existing;
    const news = summary(this.#changes.slice(known));
    this.#news.set(known, news);
    return news;
  }

  #framesFor(connection: Connection, news: News): readonly Frame[] {
    const { session } = connection;
    const hidden = this.#hidden.get(connection);
    const seen: News = {
      removedChannels: hidden ? news.removedChannels.filter((id) => !hidden.has(id)) : news.removedChannels,
      channels: session.visible(news.channels),
      removedServices: session.access.services(news.removedServices),
      services: session.access.services(news.services),
      isInfoChanged: news.isInfoChanged,
      frames: undefined,
    };
    const isAll = seen.removedChannels.length === news.removedChannels.length &&
      seen.channels.length === news.channels.length &&
      seen.removedServices.length === news.removedServices.length && seen.services.length === news.services.length;
    return isAll ? news.frames ??= encode(news) : encode(seen);
  }
}

function summary(changes: readonly Change[]): News {
  const channels = new Map<ChannelId, Channel>();
  const services = new Map<ServiceId, Service>();
  const removedChannels: ChannelId[] = [];
  const removedServices: Service[] = [];
  let isInfoChanged = false;
  for (const change of changes) {
    switch (change.type) {
      case "channelAdded":
        channels.set(change.channel.id, change.channel);
        break;
      case "channelRemoved":
        if (!channels.delete(change.channelId)) removedChannels.push(change.channelId);
        break;
      case "serviceAdded":
        services.set(change.service.id, change.service);
        break;
      case "serviceRemoved":
        if (!services.delete(change.service.id)) removedServices.push(change.service);
        break;
      case "infoChanged":
        isInfoChanged = true;
        break;
    }
  }
  return {
    removedChannels,
    // What was added is part of the greeting.
    channels: isInfoChanged ? [] : [...channels.values()],
    removedServices,
    services: isInfoChanged ? [] : [...services.values()],
    isInfoChanged,
    frames: undefined,
  };
}

/** Removals come first: a new channel may take the place of a removed one with its topic. */
function encode({ removedChannels, channels, removedServices, services }: News): Frame[] {
  const removedIds = removedServices.map(({ id }) => id);
  return [
    ...inParts(
      removedChannels,
      IDS_PER_MESSAGE,
      (channelIds) => encodeServerMessage({ op: "unadvertise", channelIds }),
    ),
    ...(channels.length > 0 ? advertise(channels) : []),
    ...inParts(
      removedIds,
      IDS_PER_MESSAGE,
      (serviceIds) => encodeServerMessage({ op: "unadvertiseServices", serviceIds }),
    ),
    ...advertiseServices(services),
  ];
}
