// ServerView: what the server has told of itself on this connection.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { sameDescription } from "../protocol/schema.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import { Advertised } from "./advertised.ts";
import { BoundedMap, type KeepLimits } from "./bounded_map.ts";

/** The newest of everything. What was gone with a connection is not in it, but for `info`. */
export class ServerView {
  /** Of the last connection, while there is none. */
  info: ServerInfo | undefined;
  readonly channels: Advertised<ChannelId, Channel>;
  readonly services: Advertised<ServiceId, Service>;
  readonly #statuses: BoundedMap<string, Status>;
  readonly #parameters: BoundedMap<string, Parameter>;
  /** The server's clock. */
  time: bigint | undefined;

  /** `onFull` is given what the server tells too much of. */
  constructor(limits: KeepLimits, onFull: (what: string) => void) {
    this.channels = new Advertised({
      nameOf: ({ topic }) => topic,
      isSame: sameChannel,
      limits,
      onFull: () => onFull("channels"),
    });
    this.services = new Advertised({
      nameOf: ({ name }) => name,
      isSame: sameService,
      limits,
      onFull: () => onFull("services"),
    });
    this.#statuses = new BoundedMap(limits, () => onFull("statuses"));
    this.#parameters = new BoundedMap(limits, () => onFull("parameters"));
  }

  /** Those that have an id, by that. */
  get statuses(): ReadonlyMap<string, Status> {
    return this.#statuses.entries;
  }

  /** Those that are set, as far as they were told. */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters.entries;
  }

  /** Returns whether `info` begins another session than the one before. */
  introduce(info: ServerInfo, isNewConnection: boolean): boolean {
    const before = this.info;
    this.info = info;
    if (!before) return false;
    // Without an id nobody knows; on the same connection it is still the same server.
    return before.sessionId !== info.sessionId || isNewConnection && info.sessionId === undefined;
  }

  /** Notes a status that can be replaced or removed. */
  noteStatus(status: Status): void {
    if (status.id !== undefined) this.#statuses.set(status.id, status);
  }

  removeStatuses(statusIds: readonly string[]): void {
    for (const id of statusIds) this.#statuses.delete(id);
  }

  /** Notes values; one that is not set is forgotten. */
  noteParameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      if (parameter.value === undefined) this.#parameters.delete(parameter.name);
      else this.#parameters.set(parameter.name, parameter);
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
    const gone = { channels: this.channels.clear(), services: this.services.clear() };
    this.#statuses.clear();
    this.#parameters.clear();
    this.time = undefined;
    return gone;
  }
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
