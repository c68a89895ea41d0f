// Clients: the connections that are open, and what is sent to all of them.

import type { ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import { encodeServerMessage } from "../protocol/encode.ts";
import type { WrittenParameter } from "../protocol/parameter_json.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import { parameterValuesText } from "../protocol/written_parameters.ts";
import { isEmpty } from "../session/graph_state.ts";
import type { ServerState } from "../session/server_state.ts";
import type { ClientId, ClientInfo } from "./client_info.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "./connection.ts";
import type { Frame } from "./outbox.ts";

/** How often clients are looked after. */
const CHECK_MS = 1000;

/** The connections of one server by client id, in the order in which they came. */
export class Clients {
  readonly #state: ServerState<Connection>;
  readonly #connections = new Map<ClientId, Connection>();
  readonly #infos = new Map<ClientId, ClientInfo>();
  readonly #clock: Clock;
  readonly #check: () => void;
  #cancelCheck: (() => void) | undefined;

  /** `check` is called now and then while there are clients. */
  constructor(state: ServerState<Connection>, clock: Clock, check: () => void) {
    this.#state = state;
    this.#clock = clock;
    this.#check = check;
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
    if (this.#connections.size === 0) this.#checkLater();
    this.#connections.set(connection.info.id, connection);
    this.#infos.set(connection.info.id, connection.info);
  }

  /** Returns whether it was there. */
  remove(connection: Connection): boolean {
    this.#infos.delete(connection.info.id);
    const wasThere = this.#connections.delete(connection.info.id);
    if (this.#connections.size === 0) this.#cancelCheck?.();
    return wasThere;
  }

  /** Sends to one client, or to all. One that has just left is passed over. */
  send(frame: Frame, to?: ClientId): void {
    if (to === undefined) {
      for (const connection of this.list()) connection.outbox.control(frame);
    } else {
      this.get(to)?.outbox.control(frame);
    }
  }

  /** Tells those that watch the graph what has changed in what they may see of it. */
  sendGraph(difference: ConnectionGraphUpdate): void {
    const frame = encodeServerMessage(difference);
    for (const { session, outbox } of [...this.#state.graphClients]) {
      const seen = session.access.graph(difference);
      if (!isEmpty(seen)) outbox.control(seen === difference ? frame : encodeServerMessage(seen));
    }
  }

  /** Tells all clients the time. */
  sendTime(frame: Frame): void {
    for (const { outbox } of this.list()) outbox.time(frame);
  }

  /** Tells each client the new values of those parameters that it watches. */
  pushParameters(parameters: readonly WrittenParameter[]): void {
    // Most clients watch the same parameters: they share a text.
    let shared: { news: readonly WrittenParameter[]; text: string } | undefined;
    for (const [{ outbox }, news] of this.#state.parameters.changed(parameters)) {
      if (!shared || !isSame(shared.news, news)) shared = { news, text: parameterValuesText(news) };
      outbox.control(shared.text);
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
