// ServerView: what the server has told of itself on this connection.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { sameDescription } from "../protocol/schema.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";

/** What changed in a list. A thing that was replaced is in both. */
export interface Changes<T> {
  gone: T[];
  added: T[];
}

/** The newest of everything. What was gone with a connection is not in it, but for `info`. */
export class ServerView {
  /** Of the last connection, while there is none. */
  info: ServerInfo | undefined;
  readonly channels: Map<ChannelId, Channel> = new Map();
  readonly services: Map<ServiceId, Service> = new Map();
  /** Those that have an id, by that. */
  readonly statuses: Map<string, Status> = new Map();
  /** Those that are set, as far as they were told. */
  readonly parameters: Map<string, Parameter> = new Map();
  /** The server's clock. */
  time: bigint | undefined;

  /** Returns whether `info` begins another session than the one before. */
  introduce(info: ServerInfo, isNewConnection: boolean): boolean {
    const before = this.info;
    this.info = info;
    if (!before) return false;
    // Without an id nobody knows; on the same connection it is still the same server.
    return before.sessionId !== info.sessionId || isNewConnection && info.sessionId === undefined;
  }

  /** Takes channels in. One that is there already, and the same, is passed over. */
  advertise(channels: readonly Channel[]): Changes<Channel> {
    return putAll(this.channels, channels, sameChannel);
  }

  /** Returns those that were there. */
  unadvertise(channelIds: readonly ChannelId[]): Channel[] {
    return takeAll(this.channels, channelIds);
  }

  /** As {@linkcode ServerView.advertise}. */
  advertiseServices(services: readonly Service[]): Changes<Service> {
    return putAll(this.services, services, sameService);
  }

  /** Returns those that were there. */
  unadvertiseServices(serviceIds: readonly ServiceId[]): Service[] {
    return takeAll(this.services, serviceIds);
  }

  /** Notes a status that can be replaced or removed. */
  noteStatus(status: Status): void {
    if (status.id !== undefined) this.statuses.set(status.id, status);
  }

  removeStatuses(statusIds: readonly string[]): void {
    takeAll(this.statuses, statusIds);
  }

  /** Notes values; one that is not set is forgotten. */
  noteParameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      if (parameter.value === undefined) this.parameters.delete(parameter.name);
      else this.parameters.set(parameter.name, parameter);
    }
  }

  /** Returns whether the clock went backwards. */
  tick(timestamp: bigint): boolean {
    const jumped = this.time !== undefined && timestamp < this.time;
    this.time = timestamp;
    return jumped;
  }

  /** The connection is lost. Returns what is gone with it. */
  clear(): { channels: Channel[]; services: Service[] } {
    const gone = { channels: [...this.channels.values()], services: [...this.services.values()] };
    for (const map of [this.channels, this.services, this.statuses, this.parameters]) map.clear();
    this.time = undefined;
    return gone;
  }
}

function putAll<Key, T extends { id: Key }>(
  map: Map<Key, T>,
  items: readonly T[],
  same: (one: T, other: T) => boolean,
): Changes<T> {
  const changes: Changes<T> = { gone: [], added: [] };
  for (const item of items) {
    const before = map.get(item.id);
    if (before && same(before, item)) continue;
    if (before) changes.gone.push(before);
    changes.added.push(item);
    map.set(item.id, item);
  }
  return changes;
}

function takeAll<Key, T>(map: Map<Key, T>, keys: readonly Key[]): T[] {
  const taken: T[] = [];
  for (const key of keys) {
    const item = map.get(key);
    if (item !== undefined) taken.push(item);
    map.delete(key);
  }
  return taken;
}

function sameChannel(one: Channel, other: Channel): boolean {
  return one.topic === other.topic && sameDescription(one, other) && sameEntries(one.metadata, other.metadata);
}

function sameService(one: Service, other: Service): boolean {
  return one.name === other.name && one.type === other.type && one.requestSchema === other.requestSchema &&
    one.responseSchema === other.responseSchema && sameSide(one.request, other.request) &&
    sameSide(one.response, other.response);
}

function sameSide(one: Service["request"], other: Service["request"]): boolean {
  return one && other ? sameDescription(one, other) : one === other;
}

function sameEntries(
  one: Readonly<Record<string, string>> = {},
  other: Readonly<Record<string, string>> = {},
): boolean {
  const entries = Object.entries(one);
  return entries.length === Object.keys(other).length &&
    entries.every(([name, value]) => Object.hasOwn(other, name) && other[name] === value);
}
