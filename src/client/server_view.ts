// ServerView: what the server has reported on the current connection.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { SchemaTable } from "../protocol/schema_table.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import { Advertised } from "./advertised.ts";
import { BoundedMap, type KeepLimits } from "./bounded_map.ts";

/** The newest state of the server. Everything except `info` is cleared when the connection is lost. */
export class ServerView {
  /** While disconnected, the info from the last connection. */
  info: ServerInfo | undefined;
  readonly channels: Advertised<ChannelId, Channel>;
  /** The schemas that the server sends once (`foxglove.sdk.v1.1`). */
  readonly schemas: SchemaTable;
  readonly services: Advertised<ServiceId, Service>;
  readonly #statuses: BoundedMap<string, Status>;
  readonly #parameters: BoundedMap<string, Parameter>;
  /** The server's clock, in ns; `undefined` until the first `time` message of the connection. */
  time: bigint | undefined;

  /** `onFull` is called with the kind of entries that exceeds the limits, such as "channels". */
  constructor(limits: KeepLimits, onFull: (kind: string) => void) {
    this.channels = new Advertised({
      nameOf: ({ topic }) => topic,
      limits,
      onFull: () => onFull("channels"),
    });
    this.schemas = new SchemaTable(new BoundedMap(limits, () => onFull("schemas")));
    this.services = new Advertised({
      nameOf: ({ name }) => name,
      limits,
      onFull: () => onFull("services"),
    });
    this.#statuses = new BoundedMap(limits, () => onFull("statuses"));
    this.#parameters = new BoundedMap(limits, () => onFull("parameters"));
  }

  /** The statuses that have an id, by id. */
  get statuses(): ReadonlyMap<string, Status> {
    return this.#statuses.entries;
  }

  /** The known parameters that have a value, by name. */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters.entries;
  }

  /**
   * Stores `info`, and forgets all schemas, because the server sends them again. Returns whether the server has started
   * a new session since the previous `info`.
   */
  setInfo(info: ServerInfo, isNewConnection: boolean): boolean {
    const before = this.info;
    this.info = info;
    this.schemas.clear();
    if (!before) return false;
    // Without a session id, each new connection counts as a new session. On the same connection, the server is the
    // same.
    return before.sessionId !== info.sessionId || isNewConnection && info.sessionId === undefined;
  }

  /** Stores a status if it has an id. A status without an id cannot be replaced or removed later. */
  addStatus(status: Status): void {
    if (status.id !== undefined) this.#statuses.set(status.id, status);
  }

  removeStatuses(statusIds: readonly string[]): void {
    for (const id of statusIds) this.#statuses.delete(id);
  }

  /** Stores parameter values. A parameter without a value is removed. */
  setParameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      if (parameter.value === undefined) this.#parameters.delete(parameter.name);
      else this.#parameters.set(parameter.name, parameter);
    }
  }

  /** Stores the server's time. Returns whether the clock went backwards. */
  setTime(timestamp: bigint): boolean {
    const jumped = this.time !== undefined && timestamp < this.time;
    this.time = timestamp;
    return jumped;
  }

  /** Clears the state of a lost connection. Returns the removed channels and services. */
  clear(): { channels: Channel[]; services: Service[] } {
    const removed = { channels: this.channels.clear(), services: this.services.clear() };
    this.schemas.clear();
    this.#statuses.clear();
    this.#parameters.clear();
    this.time = undefined;
    return removed;
  }
}
