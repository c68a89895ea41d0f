// Clients: the connected clients, and messages to all of them.

import type { ConnectionGraphUpdate } from "../../protocol/connection_graph.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { WrittenParameter } from "../../protocol/parameter_json.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { parameterValuesText } from "../../protocol/written_parameters.ts";
import { isEmpty } from "../../session/graph_state.ts";
import type { ServerState } from "../../session/server_state.ts";
import type { ClientId, ClientInfo } from "../client_info.ts";
import type { Clock } from "../../clock.ts";
import type { Connection } from "./connection.ts";
import type { Frame } from "../delivery/outbox.ts";

/** How often clients are checked: see `Reception.check()`. */
const CHECK_MS = 1000;

/** The connections of one server by client id, in the order in which the clients connected. */
export class ClientList {
  readonly #state: ServerState<Connection>;
  readonly #connections = new Map<ClientId, Connection>();
  readonly #infos = new Map<ClientId, ClientInfo>();
  readonly #clock: Clock;
  readonly #check: () => void;
  #cancelCheck: (() => void) | undefined;

  /** `check` is called once per second while there are clients. */
  constructor(state: ServerState<Connection>, clock: Clock, check: () => void) {
    this.#state = state;
    this.#clock = clock;
    this.#check = check;
  }

  /** The public information about each client. */
  get infos(): ReadonlyMap<ClientId, ClientInfo> {
    return this.#infos;
  }

  get(id: ClientId): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Returns a copy, so that clients may connect and disconnect while the caller iterates over it. */
  list(): Connection[] {
    return [...this.#connections.values()];
  }

  add(connection: Connection): void {
    if (this.#connections.size === 0) this.#checkLater();
    this.#connections.set(connection.info.id, connection);
    this.#infos.set(connection.info.id, connection.info);
  }

  /** Removes a client. Returns whether it was there. */
  remove(connection: Connection): boolean {
    this.#infos.delete(connection.info.id);
    const wasThere = this.#connections.delete(connection.info.id);
    if (this.#connections.size === 0) this.#cancelCheck?.();
    return wasThere;
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
    let shared: { news: readonly WrittenParameter[]; text: string } | undefined;
    for (const [{ outbox }, news] of this.#state.parameters.changed(parameters)) {
      if (!shared || !isSame(shared.news, news)) shared = { news, text: parameterValuesText(news) };
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

  #checkLater(): void {
    this.#cancelCheck = this.#clock.after(CHECK_MS, () => {
      this.#check();
      if (this.#connections.size > 0) this.#checkLater();
    });
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
