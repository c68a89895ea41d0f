// Clients: the connections that are open, and what is sent to all of them.

import { encodeServerMessage } from "../protocol/encode.ts";
import { type Parameter, writeParameterValues } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { ServerState } from "../session/server_state.ts";
import type { ClientId, ClientInfo } from "./client_info.ts";
import type { Connection } from "./connection.ts";
import type { Frame } from "./outbox.ts";

/** The connections of one server by client id, in the order in which they came. */
export class Clients {
  readonly #state: ServerState<Connection>;
  readonly #connections = new Map<ClientId, Connection>();
  readonly #infos = new Map<ClientId, ClientInfo>();

  constructor(state: ServerState<Connection>) {
    this.#state = state;
  }

  /** What the server's owner is shown of them. */
  get infos(): ReadonlyMap<ClientId, ClientInfo> {
    return this.#infos;
  }

  get(id: ClientId): Connection | undefined {
    return this.#connections.get(id);
  }

  /** A snapshot: a client that comes or goes meanwhile does not disturb the one who walks through it. */
  list(): Connection[] {
    return [...this.#connections.values()];
  }

  add(connection: Connection): void {
    this.#connections.set(connection.info.id, connection);
    this.#infos.set(connection.info.id, connection.info);
  }

  /** Returns whether it was there. */
  remove(connection: Connection): boolean {
    this.#infos.delete(connection.info.id);
    return this.#connections.delete(connection.info.id);
  }

  /** Sends to one client, or to all. One that has just left is passed over. */
  send(frame: Frame, to?: ClientId): void {
    if (to === undefined) {
      for (const connection of this.list()) connection.outbox.control(frame);
    } else {
      this.get(to)?.outbox.control(frame);
    }
  }

  /**
   * Tells each client the new values of those parameters that it watches.
   *
   * @throws {TypeError} When one of them cannot be sent, watched or not; then nobody is told.
   */
  pushParameters(parameters: readonly Parameter[]): void {
    const checked = writeParameterValues({ op: "parameterValues", parameters });
    for (const [connection, news] of this.#state.parameters.changed(checked.parameters)) {
      connection.send({ op: "parameterValues", parameters: news });
    }
  }

  /** Tells all clients that understand it what playback is doing. */
  sendPlaybackState(state: PlaybackState): void {
    // Its op comes last, for hooks like to build the state from the request, which has one of its own.
    const frame = encodeServerMessage({ ...state, op: "playbackState" });
    for (const connection of this.list()) {
      if (connection.session.takesPlaybackState) connection.outbox.control(frame);
    }
  }
}
