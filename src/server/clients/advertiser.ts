// Advertiser: sends clients the added and removed channels and services, in as few messages as possible.

import type { Clock } from "../../clock.ts";
import type { Channel } from "../../protocol/channels.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { ChannelId, ServiceId } from "../../protocol/ids.ts";
import type { Service } from "../../protocol/services.ts";
import type { SentSchemas } from "../../session/sent_schemas.ts";
import type { ClientList } from "./client_list.ts";
import type { Connection } from "./connection.ts";
import { advertise, advertiseServices, inParts } from "./greeting.ts";
import type { Frame } from "../delivery/outbox.ts";

/** The maximum number of ids in one `unadvertise` or `unadvertiseServices`. */
const IDS_PER_MESSAGE = 1000;

/** A change of what the server advertises. */
export type Change =
  | { type: "channelAdded"; channel: Channel }
  | { type: "channelRemoved"; channelId: ChannelId }
  | { type: "serviceAdded"; service: Service }
  | { type: "serviceRemoved"; service: Service }
  /** `serverInfo` has changed, so clients need the whole greeting again. */
  | { type: "infoChanged" };

/** The combined changes. They leave out everything that was added and then removed. */
interface CombinedChanges {
  readonly removedChannels: readonly ChannelId[];
  readonly channels: readonly Channel[];
  readonly removedServices: readonly Service[];
  readonly services: readonly Service[];
  readonly isInfoChanged: boolean;
  /**
   * The messages for clients that may see all of this, encoded once for all of them. The key is `""` for clients that
   * receive a schema with each channel, and contains the ids of the missing schemas for others.
   */
  readonly frames: Map<string, readonly Frame[]>;
}

/**
 * Sends `advertise` and `unadvertise` messages for channels and services.
 *
 * A program may add thousands of channels one by one. One message for each would overflow the queue of every client. So
 * changes are collected until the currently running code ends. If a client is sent anything else before that, it gets
 * the collected changes first. So it never receives an id that it does not know.
 */
export class Advertiser {
  readonly #clients: ClientList;
  readonly #clock: Clock;
  readonly #sendStateAgain: (connection: Connection) => void;
  #changes: Change[] = [];
  /** How many of the changes each client has received. A client that is not in this map has received none of them. */
  #receivedCounts = new Map<Connection, number>();
  /** Removed channels that a client has never seen. */
  #hidden = new Map<Connection, Set<ChannelId>>();
  /** The combined changes, by the number of changes that a client has already received. */
  readonly #combined = new Map<number, CombinedChanges>();

  /** `sendStateAgain` sends a client the whole greeting and the latched messages again. */
  constructor(clients: ClientList, clock: Clock, sendStateAgain: (connection: Connection) => void) {
    this.#clients = clients;
    this.#clock = clock;
    this.#sendStateAgain = sendStateAgain;
  }

  /** Records changes that are already in the server's state, and sends them soon. */
  add(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const isFirst = this.#changes.length === 0;
    this.#changes.push(...changes);
    this.#combined.clear();
    // After the first change, only the clients in `#receivedCounts` are up to date. They must be sent the new changes
    // as well.
    for (const { outbox } of isFirst ? this.#clients.list() : this.#receivedCounts.keys()) outbox.hasChanges = true;
    if (isFirst) this.#clock.soon(() => this.#sendAll());
  }

  /** Prevents an `unadvertise` for a removed channel that the client has never seen. */
  hide(connection: Connection, channelId: ChannelId): void {
    const hidden = this.#hidden.get(connection);
    if (hidden) hidden.add(channelId);
    else this.#hidden.set(connection, new Set([channelId]));
  }

  /** Marks a client as up to date, for example because it was sent the current state just now. */
  markCurrent(connection: Connection): void {
    connection.outbox.hasChanges = false;
    if (this.#changes.length > 0) this.#receivedCounts.set(connection, this.#changes.length);
  }

  /** Sends a client the changes that it has not received. */
  catchUp(connection: Connection): void {
    const known = this.#receivedCounts.get(connection) ?? 0;
    this.markCurrent(connection);
    if (known === this.#changes.length) return;
    const changes = this.#changesSince(known);
    for (const frame of this.#framesFor(connection, changes)) connection.outbox.sendControl(frame);
    if (changes.isInfoChanged) this.#sendStateAgain(connection);
  }

  #sendAll(): void {
    for (const connection of this.#clients.list()) this.catchUp(connection);
    this.#changes = [];
    this.#receivedCounts = new Map();
    this.#hidden = new Map();
    this.#combined.clear();
  }

  #changesSince(known: number): CombinedChanges {
    const existing = this.#combined.get(known);
    if (existing) return existing;
    const changes = combine(this.#changes.slice(known));
    this.#combined.set(known, changes);
    return changes;
  }

  #framesFor(connection: Connection, changes: CombinedChanges): readonly Frame[] {
    const { session } = connection;
    const hidden = this.#hidden.get(connection);
    const seen: CombinedChanges = {
      removedChannels: hidden ? changes.removedChannels.filter((id) => !hidden.has(id)) : changes.removedChannels,
      channels: session.visible(changes.channels),
      removedServices: session.access.services(changes.removedServices),
      services: session.access.services(changes.services),
      isInfoChanged: changes.isInfoChanged,
      frames: new Map(),
    };
    const isAll = seen.removedChannels.length === changes.removedChannels.length &&
      seen.channels.length === changes.channels.length &&
      seen.removedServices.length === changes.removedServices.length &&
      seen.services.length === changes.services.length;
    const { schemas } = session;
    if (!isAll) return encode(seen, schemas);
    const missing = schemas?.missing(changes.channels) ?? [];
    const key = schemas ? `references ${missing.map(({ id }) => id).join()}` : "";
    const frames = changes.frames.get(key) ?? encode(changes, schemas);
    changes.frames.set(key, frames);
    schemas?.add(missing);
    return frames;
  }
}

function combine(changes: readonly Change[]): CombinedChanges {
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
    // The new greeting already contains them.
    channels: isInfoChanged ? [] : [...channels.values()],
    removedServices,
    services: isInfoChanged ? [] : [...services.values()],
    isInfoChanged,
    frames: new Map(),
  };
}

/** Encodes removals first, because a new channel may have the topic of a removed one. */
function encode(
  { removedChannels, channels, removedServices, services }: CombinedChanges,
  sent: SentSchemas | undefined,
): Frame[] {
  const removedIds = removedServices.map(({ id }) => id);
  return [
    ...inParts(
      removedChannels,
      IDS_PER_MESSAGE,
      (channelIds) => encodeServerMessage({ op: "unadvertise", channelIds }),
    ),
    ...(channels.length > 0 ? advertise(channels, sent) : []),
    ...inParts(
      removedIds,
      IDS_PER_MESSAGE,
      (serviceIds) => encodeServerMessage({ op: "unadvertiseServices", serviceIds }),
    ),
    ...advertiseServices(services),
  ];
}
