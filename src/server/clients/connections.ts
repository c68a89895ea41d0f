// Connections: accepts sockets as clients, and ends their connections.

import type { Channel } from "../../protocol/channels.ts";
import type { ClientChannel } from "../../protocol/client_publish.ts";
import { IdSequence } from "../../session/id_sequence.ts";
import type { ServerState } from "../../session/server_state.ts";
import type { SessionLimits } from "../../session/session_limits.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { Clock } from "../../clock.ts";
import { nameOf, type RemoteAddress } from "../address.ts";
import type { ClientId, ClientInfo, Peer } from "../client_info.ts";
import { Flusher } from "../delivery/flusher.ts";
import { freeIfLarge } from "../../free_memory.ts";
import type { FailureLog } from "../failure_log.ts";
import type { Logger } from "../../logger.ts";
import type { Advertiser } from "./advertiser.ts";
import type { ClientList } from "./client_list.ts";
import type { ServerSocket } from "../server_socket.ts";
import type { ClientTransport, SocketEnd } from "./client_transport.ts";
import { SocketTransport } from "./socket_transport.ts";
import { Connection } from "./connection.ts";
import type { EffectRunner } from "./effect_runner.ts";
import type { Greeting } from "./greeting.ts";
import type { MessageLimits } from "./intake.ts";
import { RateDebts } from "./rate_debts.ts";
import { type SlotLimits, Slots } from "./slots.ts";
import type { StatsCollector } from "../stats/stats_collector.ts";

/** The close code and reason when the server stops. */
const SHUTDOWN: readonly [code: number, reason: string] = [1001, "server shutdown"];

/** How often clients are checked: see `Connection.check()`. */
const CHECK_MS = 1000;

/** The options of a server that its connections depend on. `FoxgloveServerOptions` and `LimitOptions` describe them. */
export interface ConnectionsOptions extends SessionLimits, MessageLimits, SlotLimits {
  logger: Logger;
  trustedProxies: number;
  handshakeTimeoutMs: number;
  channelFilter?: (channel: Channel, client: ClientInfo) => boolean;
  clientChannelFilter?: (channel: ClientChannel, client: ClientInfo) => boolean;
  maxAssetBytes: number;
  maxQueuedBytes: number;
  maxQueuedMessages: number;
  stuckAfterMs: number;
}

/** The parts of a server that its connections use. */
export interface ConnectionsParts {
  options: ConnectionsOptions;
  failures: FailureLog;
  calls: CallQueue;
  state: ServerState<Connection>;
  clients: ClientList;
  effects: EffectRunner;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
  stats: StatsCollector;
  clock: Clock;
}

/** Manages the connections of one server, from the accepted handshake until the socket has closed. */
export class Connections {
  /**
   * A slot is taken when a handshake begins, and freed when the socket has closed. That may be long after the client
   * was evicted.
   */
  readonly slots: Slots;
  readonly #parts: ConnectionsParts;
  readonly #flusher: Flusher;
  readonly #ids = new IdSequence("client");
  readonly #debts: RateDebts;
  /** All connections that are not closed, which is longer than a client is in `clients`. */
  readonly #connections = new Set<Connection>();
  #cancelCheck: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    const { options, calls, clock } = parts;
    this.#flusher = new Flusher(calls, clock);
    this.slots = new Slots(options);
    this.#debts = new RateDebts(clock, options.trustedProxies);
  }

  /** Whether the server accepts no more clients. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Accepts a socket, or closes it if the server is closing or full. */
  acceptIfFree(socket: ServerSocket, peer: Peer): void {
    if (this.#isClosed) {
      this.#parts.stats.handshakeRefused("shutdown");
      return socket.close(...SHUTDOWN);
    }
    if (this.refusalIfFull(peer.remoteAddr) !== undefined) return socket.close(1013, "too many clients");
    this.accept(new SocketTransport(socket), peer);
  }

  /** Counts a client that gets no slot, and returns the text for it. Returns `undefined` if a slot is free. */
  refusalIfFull(remoteAddr: RemoteAddress | undefined): string | undefined {
    const { stats } = this.#parts;
    const refusal = this.slots.refusalIfFull(remoteAddr);
    if (!refusal) return undefined;
    stats.limitHit(refusal.limit);
    stats.handshakeRefused(refusal.limit === "maxClients" ? "full" : "addressFull");
    return refusal.why;
  }

  /**
   * Accepts a client, whose socket may not be open yet. Takes a slot without checking the limits. `onClosed` is called
   * once, when the socket has closed or did not open in time.
   */
  accept(transport: ClientTransport, peer: Peer, onClosed: () => void = () => {}): void {
    const { calls, clock, stats, options: { handshakeTimeoutMs } } = this.#parts;
    const connection = this.#connect(transport, peer);
    const freeSlot = this.slots.reserve(peer.remoteAddr);
    let isLate = false;
    const closed = (reason: SocketEnd) => {
      cancelTimer?.();
      freeSlot();
      if (connection.state === "opening") {
        stats.handshakeRefused(connection.endReason ? "shutdown" : isLate ? "timeout" : "left");
      }
      connection.noteEnd(reason);
      calls.run(() => this.#end(connection));
      onClosed();
      onClosed = () => {};
    };
    // If the client has left in the meantime, its socket neither opens nor closes. The timer then frees the slot.
    const cancelTimer = handshakeTimeoutMs === 0 ? undefined : clock.after(handshakeTimeoutMs, () => {
      isLate = true;
      closed("error");
    });
    transport.listen({
      opened: () => {
        if (isLate) return transport.close(1013, "handshake too slow");
        cancelTimer?.();
        calls.run(() => this.#opened(connection));
      },
      received: (data) => calls.add(() => this.#receive(connection, data)),
      roundTrip: (ms) => stats.roundTrip(ms),
      oversized: () => calls.add(() => connection.rejectOversized()),
      closed,
    });
  }

  /**
   * Sends a client the current state: `serverInfo`, channels, services, sticky statuses and the time. Sends no data
   * messages.
   */
  sendState(connection: Connection): void {
    const { greeting, advertiser } = this.#parts;
    const { session, outbox } = connection;
    // Otherwise sending `serverInfo` would send them first, with schemas that clients then forget.
    if (outbox.hasChanges) advertiser.catchUp(connection);
    session.schemas?.clear();
    outbox.sendControl(greeting.serverInfo((capability) => !session.access.excludes(capability)));
    const channels = greeting.channels((channels) => session.visible(channels), session.schemas);
    for (const frame of channels) outbox.sendControl(frame);
    for (const frame of greeting.services((services) => session.access.services(services))) outbox.sendControl(frame);
    advertiser.markCurrent(connection);
    for (const status of greeting.stickyStatuses.values()) connection.send(status);
    if (greeting.lastTime) outbox.sendTime(greeting.lastTime);
  }

  /**
   * Stops accepting clients and closes all connections. Each promise resolves when its socket has closed, which never
   * happens if the peer has stopped reading.
   */
  close(): Promise<void>[] {
    this.#isClosed = true;
    return this.closeAll("shutdown", ...SHUTDOWN);
  }

  /**
   * Closes all connections with this code and reason. `why` is for the statistics. Returns promises like
   * {@linkcode Connections.close}.
   */
  closeAll(why: "shutdown" | "reload", code: number, reason: string): Promise<void>[] {
    const { calls, clients } = this.#parts;
    const connections = [...this.#connections];
    calls.run(() => {
      for (const connection of connections) connection.close(why, code, reason);
      for (const connection of clients.list()) this.#depart(connection);
    });
    return connections.map(({ ended }) => ended);
  }

  /** Ends the connections that have not closed yet, at once, if their transport can do that. */
  destroyAll(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Disconnects one client. Returns whether it was connected. */
  disconnect(id: ClientId, code: number, reason: string): boolean {
    const { calls, clients } = this.#parts;
    const connection = clients.get(id);
    if (!connection) return false;
    calls.run(() => {
      connection.close("program", code, reason);
      this.#depart(connection);
    });
    return true;
  }

  #connect(transport: ClientTransport, { subprotocol, remoteAddr, userAgent, identity }: Peer): Connection {
    const { options, state, advertiser, stats, clock } = this.#parts;
    const { channelFilter, clientChannelFilter } = options;
    const info: ClientInfo = Object.freeze({
      id: this.#ids.next(),
      address: nameOf(remoteAddr),
      remoteAddr,
      subprotocol,
      userAgent,
      identity,
      connectedAt: new Date(),
      get roundTripMs() {
        return transport.roundTripMs;
      },
    });
    const connection = new Connection(transport, info, {
      ...options,
      state,
      clock,
      stats,
      flusher: this.#flusher,
      subprotocol,
      rights: identity?.rights,
      rates: this.#debts.take(remoteAddr),
      acceptsChannel: channelFilter && ((channel) => this.#filter("channelFilter", () => channelFilter(channel, info))),
      acceptsClientChannel: clientChannelFilter &&
        ((channel) => this.#filter("clientChannelFilter", () => clientChannelFilter(channel, info))),
      advertiseChanges: () => advertiser.catchUp(connection),
      onEvicted: () => this.#endEvicted(connection),
    });
    this.#connections.add(connection);
    return connection;
  }

  /**
   * Calls a filter. Denies if it throws, or if it does not return a boolean: otherwise a promise would count as `true`.
   */
  #filter(option: "channelFilter" | "clientChannelFilter", filter: () => unknown): boolean {
    try {
      const answer = filter();
      if (typeof answer === "boolean") return answer;
      // An unhandled rejection would end the process.
      Promise.resolve(answer).catch(() => {});
      throw new TypeError(`Cannot filter: the result has the type ${typeof answer}, not boolean`);
    } catch (error) {
      this.#parts.failures.note(option, `Option "${option}"`, error);
      return false;
    }
  }

  /** Synchronous, so that a channel that is added at the same time is advertised exactly once. */
  #opened(connection: Connection): void {
    // The socket was not open when the server closed, and closing it had no effect then.
    if (this.#isClosed) return connection.close("shutdown", ...SHUTDOWN);
    if (!connection.open()) return;
    const { clients, effects, options, stats } = this.#parts;
    const { id, address, subprotocol, identity } = connection.info;
    clients.add(connection);
    stats.connected(subprotocol);
    this.#cancelCheck ??= this.#checkLater();
    this.sendState(connection);
    const name = identity?.name === undefined ? "" : ` as "${identity.name}"`;
    options.logger.info(`Client ${id} connected from ${address}${name} (${subprotocol ?? "no subprotocol"})`);
    effects.connected(connection);
  }

  #receive(connection: Connection, data: string | ArrayBuffer | Uint8Array): void {
    if (!connection.isReading || !connection.acceptsMessage(data)) return freeMessage(data);
    const effects = connection.session.receive(data);
    // Both effects copy what they need of the message. Other effects may refer to its bytes, so the bytes stay.
    if (effects.every(({ type }) => type === "send" || type === "sendStatus")) freeMessage(data);
    this.#parts.effects.run(connection, effects);
  }

  #end(connection: Connection): void {
    this.#connections.delete(connection);
    this.#depart(connection);
    connection.end();
  }

  /** Removes a client from every list and queues its hooks. The connection must have its `endReason`. */
  #depart(connection: Connection): void {
    if (!connection.depart()) return;
    const { clients, effects, options, stats } = this.#parts;
    clients.remove(connection);
    stats.disconnected(connection, connection.endReason ?? "client");
    this.#debts.add(connection.info.remoteAddr, connection.rates);
    effects.disconnected(connection);
    options.logger.info(`Client ${connection.info.id} disconnected`);
    if (clients.size > 0) return;
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
  }

  /**
   * Ends the connection of an evicted client without waiting for its socket, and so frees everything that the server
   * keeps for it. Deferred, because the caller may be iterating over a list.
   */
  #endEvicted(connection: Connection): void {
    queueMicrotask(() => this.#parts.calls.run(() => this.#end(connection)));
  }

  /** Checks the clients once per second while there are any. */
  #checkLater(): () => void {
    const { calls, clients, clock } = this.#parts;
    return clock.after(CHECK_MS, () => {
      this.#cancelCheck = undefined;
      calls.run(() => {
        for (const connection of clients.list()) connection.check();
      });
      // A hook may have connected or disconnected the last client.
      if (clients.size > 0) this.#cancelCheck ??= this.#checkLater();
    });
  }
}

/** Frees the memory of a large message that is not used any more. */
function freeMessage(data: string | ArrayBuffer | Uint8Array): void {
  // A Uint8Array is not alone in its memory, or belongs to the caller.
  if (data instanceof ArrayBuffer) freeIfLarge(data);
}
