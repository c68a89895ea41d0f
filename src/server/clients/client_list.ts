// ClientList: the connected clients, and messages to all of them.

import type { ConnectionGraphUpdate } from "../../protocol/connection_graph.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { WrittenParameter } from "../../protocol/parameter_json.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { parameterValuesText } from "../../protocol/written_parameters.ts";
import { isEmpty } from "../../session/graph_state.ts";
import type { ServerState } from "../../session/server_state.ts";
import type { ClientId, ClientInfo } from "../client_info.ts";
import type { Connection } from "./connection.ts";
import type { Frame } from "../delivery/outbox.ts";

/** The connections of one server by client id, in the order in which the clients connected. */
export class ClientList {
  readonly #state: ServerState<Connection>;
  readonly #connections = new Map<ClientId, Connection>();
  readonly #infos = new Map<ClientId, ClientInfo>();

  constructor(state: ServerState<Connection>) {
    this.#state = state;
  }

  /** The public information about each client. */
  get infos(): ReadonlyMap<ClientId, ClientInfo> {
    return this.#infos;
  }

  get size(): number {
    return this.#connections.size;
  }

  get(id: ClientId): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Returns a copy, so that clients may connect and disconnect while the caller iterates over it. */
  list(): Connection[] {
    return [...this.#connections.values()];
  }

  add(connection: Connection): void {
    this.#connections.set(connection.info.id, connection);
    this.#infos.set(connection.info.id, connection.info);
  }

  remove(connection: Connection): void {
    this.#infos.delete(connection.info.id);
    this.#connections.delete(connection.info.id);
  }

  /** Sends a control message to all clients, or to one. Does nothing if that client has left. */
  send(frame: Frame, to?: ClientId): void {
    if (to === undefined) {
      for (const connection of this.list()) connection.outbox.sendControl(frame);
    } else {
      this.get(to)?.outbox.sendControl(frame);
    }
  }

  /** Sends changes of the connection graph to its subscribers. Each gets only the part that it may see. */
  sendGraph(difference: ConnectionGraphUpdate): void {
    const frame = encodeServerMessage(difference);
    for (const { session, outbox } of [...this.#state.graphClients]) {
      const seen = session.access.graph(difference);
      if (!isEmpty(seen)) outbox.sendControl(seen === difference ? frame : encodeServerMessage(seen));
    }
  }

  /** Sends the server time to all clients. */
  sendTime(frame: Frame): void {
    for (const { outbox } of this.list()) outbox.sendTime(frame);
  }

  /** Sends each client the new values of the parameters to which it is subscribed. */
  pushParameters(parameters: readonly WrittenParameter[]): void {
    // Encoded once for consecutive clients with the same parameters, which is the usual case.
    let shared: { changed: readonly WrittenParameter[]; text: string } | undefined;
    for (const [{ outbox }, changed] of this.#state.parameters.changed(parameters)) {
      if (!shared || !isSame(shared.changed, changed)) shared = { changed, text: parameterValuesText(changed) };
      outbox.sendControl(shared.text);
    }
  }

  /** Sends the playback state to all clients that understand the message. */
  sendPlaybackState(state: PlaybackState): void {
    // `op` comes last: hooks often build the state from the request, which has an `op` too.
    const frame = encodeServerMessage({ ...state, op: "playbackState" });
    for (const connection of this.list()) {
      if (connection.session.takesPlaybackState) connection.outbox.sendControl(frame);
    }
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
