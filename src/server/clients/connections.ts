// Reception: handshakes of clients, their connections, and the end of connections.

import type { Subprotocol } from "../../protocol/capabilities.ts";
import { IdSequence } from "../../session/id_sequence.ts";
import type { ServerState } from "../../session/server_state.ts";
import { nameOf } from "../address.ts";
import { Slots } from "../http/slots.ts";
import type { Advertiser } from "./advertiser.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { ClientId, ClientInfo } from "../client_info.ts";
import type { ClientList } from "./client_list.ts";
import type { Clock } from "../../clock.ts";
import { Connection, type EvictionCount, type Socket } from "./connection.ts";
import type { EffectRunner } from "./effect_runner.ts";
import type { FailureLog } from "../failure_log.ts";
import { originOf } from "../http/forwarded.ts";
import { Authorizer } from "../http/authorizer.ts";
import type { Greeting } from "./greeting.ts";
import { examineHandshake, explainClosing, explainLeft, textResponse } from "../http/handshake.ts";
import { freeIfLarge } from "../delivery/free_memory.ts";
import type { Readiness } from "../http/health.ts";
import type { Identity } from "../identity.ts";
import { endIdleTimer } from "../http/idle_timer.ts";
import type { FoxgloveServerOptions, ResolvedOptions } from "../options.ts";
import type { OwnListener } from "../http/own_listener.ts";
import { Flusher } from "../delivery/flusher.ts";
import { RateDebts } from "./rate_debts.ts";
import { RefusalLog } from "../http/refusal_log.ts";
import { targetFault } from "../http/request_target.ts";
import type { StatsCollector } from "./stats.ts";

/** The close code and reason when the server stops. */
const SHUTDOWN: readonly [code: number, reason: string] = [1001, "server shutdown"];

/** The properties of a peer that the handshake determines. */
export interface Peer {
  subprotocol: Subprotocol | undefined;
  remoteAddr: Deno.Addr | undefined;
  userAgent: string | undefined;
  identity?: Identity | undefined;
}

/** Events that the owner of an accepted socket must report. */
export interface SocketEvents {
  opened(): void;
  received(data: string | ArrayBuffer | Uint8Array): void;
  /** May be called more than once. */
  closed(): void;
}

/** The parts of a server that a reception uses. */
export interface ReceptionParts {
  options: ResolvedOptions;
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

/** Manages the clients of one server, from the handshake until the socket is closed. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #pump: Flusher;
  readonly #refusals: RefusalLog;
  readonly #gate: Authorizer | undefined;
  readonly #ids = new IdSequence("client");
  readonly #debts: RateDebts;
  /** From the handshake until the socket is closed, which is longer than a client is in `clients`. */
  readonly #connections = new Set<Connection>();
  /** A slot is taken before `authorize` is called, and freed when the socket is closed. That may be long after the client was evicted. */
  readonly #slots: Slots;
  #isClosed = false;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    const { options, failures, calls, clock } = parts;
    this.#pump = new Flusher(calls);
    this.#slots = new Slots(options);
    this.#refusals = new RefusalLog(options.logger, clock);
    this.#debts = new RateDebts(clock, options.trustedProxies);
    if (options.authorize) this.#gate = new Authorizer({ ...options, authorize: options.authorize, failures, clock });
  }

  /** Whether the server would accept another client. */
  get readiness(): Readiness {
    if (this.#isClosed) return "closing";
    return this.#slots.isFull ? "full" : "ready";
  }

  /** Rejects a request of any kind if its host or URL is not valid. Returns `undefined` if both are valid. */
  refuseTarget(request: Request, info?: Deno.ServeHandlerInfo): Response | undefined {
    const fault = targetFault(request);
    if (fault === undefined) return undefined;
    const remoteAddr = originOf(request, info?.remoteAddr, this.#parts.options.trustedProxies);
    this.#refusals.note(nameOf(remoteAddr), fault);
    return this.#refuse(
      textResponse(400, "The request must have a valid URL, and a Host of the form host[:port]"),
      remoteAddr,
    );
  }

  /** Accepts or rejects a WebSocket handshake. */
  handshake(request: Request, info?: Deno.ServeHandlerInfo, listener?: OwnListener): Response | Promise<Response> {
    if (this.#isClosed) return explainClosing();
    const { options } = this.#parts;
    const remoteAddr = originOf(request, info?.remoteAddr, options.trustedProxies);
    const handshake = examineHandshake(request, options, listener);
    if (!handshake.accepted) {
      if (handshake.warning !== undefined) this.#refusals.note(nameOf(remoteAddr), handshake.warning);
      return this.#refuse(handshake.response, remoteAddr);
    }
    // Read now, because the request can no longer be read after the upgrade.
    const peer: Peer = {
      subprotocol: handshake.subprotocol,
      remoteAddr,
      userAgent: request.headers.get("user-agent") ?? undefined,
    };
    return this.#gate ? this.#pass(this.#gate, request, peer, listener) : this.#upgrade(request, peer, listener);
  }

  /** Accepts a socket, which may not be open yet. */
  accept(socket: Socket, { subprotocol, remoteAddr, userAgent, identity }: Peer): SocketEvents {
    const { options, state, advertiser, clock } = this.#parts;
    const { channelFilter, clientChannelFilter } = options;
    const info: ClientInfo = Object.freeze({
      id: this.#ids.next(),
      address: nameOf(remoteAddr),
      remoteAddr,
      subprotocol,
      userAgent,
      identity,
      connectedAt: new Date(),
    });
    const connection = new Connection(socket, info, {
      ...options,
      state,
      clock,
      flusher: this.#pump,
      subprotocol,
      rights: identity?.rights,
      rates: this.#debts.take(remoteAddr),
      acceptsChannel: channelFilter && ((channel) => this.#ask("channelFilter", () => channelFilter(channel, info))),
      acceptsClientChannel: clientChannelFilter &&
        ((channel) => this.#ask("clientChannelFilter", () => clientChannelFilter(channel, info))),
      advertiseChanges: () => advertiser.catchUp(connection),
      onEvicted: (_connection, count) => this.#giveUp(connection, count),
    });
    this.#connections.add(connection);
    const freeSlot = this.#slots.reserve(remoteAddr);
    const { calls } = this.#parts;
    return {
      opened: () => calls.run(() => this.#admit(connection)),
      received: (data) => calls.add(() => this.#receive(connection, data)),
      closed: () => {
        freeSlot();
        calls.run(() => this.#end(connection));
      },
    };
  }

  /** Sends a client the current state: `serverInfo`, channels, services, sticky statuses and the time. Sends no data messages. */
  greet(connection: Connection): void {
    const { greeting, advertiser } = this.#parts;
    const { session, outbox } = connection;
    outbox.sendControl(greeting.serverInfo((capability) => !session.access.excludes(capability)));
    for (const frame of greeting.channels((channels) => session.visible(channels))) outbox.sendControl(frame);
    for (const frame of greeting.services((services) => session.access.services(services))) outbox.sendControl(frame);
    advertiser.markCurrent(connection);
    for (const status of greeting.stickyStatuses.values()) connection.send(status);
    if (greeting.lastTime) outbox.sendTime(greeting.lastTime);
  }

  /** Evicts clients that have stopped reading. Their connections cannot be ended, so the server frees everything that it keeps for them. */
  check(): void {
    const { calls, clients, options } = this.#parts;
    calls.run(() => {
      for (const connection of clients.list()) {
        if (!connection.check()) continue;
        options.logger.warn(`Client ${connection.info.id} has stopped reading and is given up`);
        connection.abandon();
        this.#giveUp(connection, "stuckClients");
      }
    });
  }

  /**
   * Stops accepting clients and closes all connections. Each promise resolves when its socket has closed, which never happens if the peer
   * has stopped reading.
   */
  close(): Promise<void>[] {
    this.#isClosed = true;
    this.#gate?.close();
    return this.sendAway(...SHUTDOWN);
  }

  /** Closes all connections with this code and reason. Returns promises like {@linkcode Reception.close}. */
  sendAway(code: number, reason: string): Promise<void>[] {
    const { calls, clients } = this.#parts;
    const connections = [...this.#connections];
    calls.run(() => {
      for (const connection of connections) connection.goAway(code, reason);
      for (const connection of clients.list()) this.#leave(connection);
    });
    return connections.map(({ ended }) => ended);
  }

  /** Disconnects one client. Returns whether it was connected. */
  disconnect(id: ClientId, code: number, reason: string): boolean {
    const { calls, clients } = this.#parts;
    const connection = clients.get(id);
    if (!connection) return false;
    calls.run(() => {
      connection.goAway(code, reason);
      this.#leave(connection);
    });
    return true;
  }

  /** Calls `authorize`, and then accepts or rejects the handshake. */
  async #pass(gate: Authorizer, request: Request, peer: Peer, listener?: OwnListener): Promise<Response> {
    const full = this.#slots.refusalIfFull(peer.remoteAddr);
    if (full) return this.#refuse(full, peer.remoteAddr);
    const freeSlot = this.#slots.reserve(peer.remoteAddr);
    const answer = await gate.identify(request, peer.remoteAddr, listener);
    freeSlot();
    if (!answer) return this.#refuse(explainLeft(), peer.remoteAddr);
    if (answer instanceof Response) {
      this.#refusals.note(nameOf(peer.remoteAddr), `"authorize" answered with ${answer.status}`);
      return answer;
    }
    return this.#isClosed ? explainClosing() : this.#upgrade(request, { ...peer, identity: answer }, listener);
  }

  #upgrade(request: Request, peer: Peer, listener?: OwnListener): Response {
    const { options, clock } = this.#parts;
    const full = this.#slots.refusalIfFull(peer.remoteAddr);
    if (full) return this.#refuse(full, peer.remoteAddr);
    const { handshakeTimeoutMs } = options;
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: options.idleTimeoutMs / 1000 });
    // Set here, because upgradeWebSocket() compares its option with the whole header if that has no space after the commas.
    if (peer.subprotocol) response.headers.set("sec-websocket-protocol", peer.subprotocol);
    const events = this.accept(socket, peer);
    const release = listener?.addUser();
    // If the client has left in the meantime, its socket neither opens nor closes. The timer then frees the slot.
    const cancel = handshakeTimeoutMs > 0 && clock.after(handshakeTimeoutMs, () => {
      socket.onopen = () => socket.close(1013, "handshake too slow");
      events.closed();
      release?.();
    });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (cancel) cancel();
      events.opened();
    };
    socket.onmessage = ({ data }) => events.received(data);
    socket.onerror = socket.onclose = () => {
      if (cancel) cancel();
      endIdleTimer(socket);
      events.closed();
      release?.();
    };
    return response;
  }

  #refuse(response: Response, remoteAddr: Deno.Addr | undefined): Response {
    this.#refusals.noteStatus(nameOf(remoteAddr), response.status);
    return response;
  }

  /** Calls a filter. Denies if it throws, or if it does not return a boolean: otherwise a promise would count as `true`. */
  #ask(option: keyof FoxgloveServerOptions, filter: () => unknown): boolean {
    try {
      const answer = filter();
      if (typeof answer === "boolean") return answer;
      // An unhandled rejection would end the process.
      Promise.resolve(answer).catch(() => {});
      throw new TypeError(`Cannot filter: the answer is ${typeof answer}, not true or false`);
    } catch (error) {
      this.#parts.failures.note(option, `Option "${option}"`, error);
      return false;
    }
  }

  /** Synchronous, so that a channel that is added at the same time is advertised exactly once. */
  #admit(connection: Connection): void {
    // The socket was not open when the server closed, and closing it had no effect then.
    if (this.#isClosed) return connection.goAway(...SHUTDOWN);
    const { clients, effects, options } = this.#parts;
    const { id, address, subprotocol, identity } = connection.info;
    clients.add(connection);
    this.greet(connection);
    const name = identity?.name === undefined ? "" : ` as "${identity.name}"`;
    options.logger.info(`Client ${id} connected from ${address}${name} (${subprotocol ?? "no subprotocol"})`);
    effects.connected(connection);
  }

  #receive(connection: Connection, data: string | ArrayBuffer | Uint8Array): void {
    const { clients, effects } = this.#parts;
    if (!clients.get(connection.info.id) || !connection.acceptsMessage(data)) return freeMessage(data);
    const following = connection.session.receive(data);
    // None of these effects keeps a view of the message's bytes.
    if (following.every((effect) => effect.type === "send" || effect.type === "sendStatus")) freeMessage(data);
    effects.run(connection, following);
  }

  #end(connection: Connection): void {
    this.#connections.delete(connection);
    this.#leave(connection);
    connection.end();
  }

  /** Removes a client from every list and queues its hooks. Only the first call has an effect. */
  #leave(connection: Connection): void {
    const { clients, effects, options, stats } = this.#parts;
    if (!clients.remove(connection)) return;
    connection.isGone = true;
    connection.outbox.close();
    stats.addDeparted(connection);
    this.#debts.add(connection.info.remoteAddr, connection.rates);
    effects.disconnected(connection);
    options.logger.info(`Client ${connection.info.id} disconnected`);
  }

  /** Removes a client from every list without waiting for its socket. Deferred, because the caller may be iterating over a list. */
  #giveUp(connection: Connection, count: EvictionCount): void {
    this.#parts.stats[count] += 1;
    queueMicrotask(() => this.#parts.calls.run(() => this.#end(connection)));
  }
}

/** Frees the memory of a large message that is not used any more. */
function freeMessage(data: string | ArrayBuffer | Uint8Array): void {
  // A Uint8Array does not come from a socket: it belongs to the caller.
  if (data instanceof ArrayBuffer) freeIfLarge(data);
}
