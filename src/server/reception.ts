// Reception: how clients come, are looked after, and go.

import type { Subprotocol } from "../protocol/capabilities.ts";
import { IdSequence } from "../session/id_sequence.ts";
import type { ServerState } from "../session/server_state.ts";
import { nameOf } from "./address.ts";
import { Slots } from "./admission.ts";
import type { Advertiser } from "./advertiser.ts";
import type { CallQueue } from "./call_queue.ts";
import type { ClientId, ClientInfo } from "./client_info.ts";
import type { Clients } from "./clients.ts";
import type { Clock } from "../clock.ts";
import { Connection, type GivenUpCount, type Socket } from "./connection.ts";
import type { EffectRunner } from "./effect_runner.ts";
import type { FailureLog } from "./failure_log.ts";
import { originOf } from "./forwarded.ts";
import { Gate } from "./gate.ts";
import type { Greeting } from "./greeting.ts";
import { examineHandshake, explainClosing, explainLeft, textResponse } from "./handshake.ts";
import type { Readiness } from "./health.ts";
import type { Identity } from "./identity.ts";
import { endIdleTimer } from "./idle_timer.ts";
import type { FoxgloveServerOptions, ResolvedOptions } from "./options.ts";
import type { OwnListener } from "./own_listener.ts";
import { Pump } from "./pump.ts";
import { RateDebts } from "./rate_debts.ts";
import { RefusalLog } from "./refusal_log.ts";
import { targetFault } from "./request_target.ts";
import type { StatsBook } from "./stats.ts";

/** What is smaller is left to the garbage collector. */
const LARGE_BYTES = 1024 * 1024;

/** What clients are told when the server stops. */
const SHUTDOWN: readonly [code: number, reason: string] = [1001, "server shutdown"];

/** What is known of a peer before its first message. */
export interface Peer {
  subprotocol: Subprotocol | undefined;
  remoteAddr: Deno.Addr | undefined;
  userAgent: string | undefined;
  identity?: Identity | undefined;
}

/** What the owner of an accepted socket reports of it. */
export interface SocketEvents {
  opened(): void;
  received(data: string | ArrayBuffer | Uint8Array): void;
  /** May be reported more than once. */
  closed(): void;
}

/** The parts of a server that a reception works with. */
export interface ReceptionParts {
  options: ResolvedOptions;
  failures: FailureLog;
  calls: CallQueue;
  state: ServerState<Connection>;
  clients: Clients;
  effects: EffectRunner;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
  stats: StatsBook;
  clock: Clock;
}

/** The clients of one server, from handshake to farewell. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #pump: Pump;
  readonly #refusals: RefusalLog;
  readonly #gate: Gate | undefined;
  readonly #ids = new IdSequence("client");
  readonly #debts: RateDebts;
  /** From the handshake until the socket is closed, so longer than a client is listed. */
  readonly #connections = new Set<Connection>();
  /** From the question who a client is until its socket is gone, which after it was given up may be long: a peer need not do anything. */
  readonly #slots: Slots;
  #isClosed = false;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    const { options, failures, calls, clock } = parts;
    this.#pump = new Pump(calls);
    this.#slots = new Slots(options);
    this.#refusals = new RefusalLog(options.logger, clock);
    this.#debts = new RateDebts(clock, options.trustedProxies);
    if (options.authorize) this.#gate = new Gate({ ...options, authorize: options.authorize, failures, clock });
  }

  /** Whether one more client would be taken. */
  get readiness(): Readiness {
    if (this.#isClosed) return "closing";
    return this.#slots.isFull ? "full" : "ready";
  }

  /** Answers a request whose host or URL cannot be used, of whatever kind it is; `undefined`: they can be. */
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

  /** Takes a WebSocket handshake, or says why not. */
  handshake(request: Request, info?: Deno.ServeHandlerInfo, listener?: OwnListener): Response | Promise<Response> {
    if (this.#isClosed) return explainClosing();
    const { options } = this.#parts;
    const remoteAddr = originOf(request, info?.remoteAddr, options.trustedProxies);
    const handshake = examineHandshake(request, options, listener);
    if (!handshake.accepted) {
      if (handshake.warning !== undefined) this.#refusals.note(nameOf(remoteAddr), handshake.warning);
      return this.#refuse(handshake.response, remoteAddr);
    }
    // All of this is gone after the upgrade.
    const peer: Peer = {
      subprotocol: handshake.subprotocol,
      remoteAddr,
      userAgent: request.headers.get("user-agent") ?? undefined,
    };
    return this.#gate ? this.#pass(this.#gate, request, peer, listener) : this.#upgrade(request, peer, listener);
  }

  /** Takes a socket, which need not be open yet. */
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
      pump: this.#pump,
      subprotocol,
      rights: identity?.rights,
      rates: this.#debts.take(remoteAddr),
      acceptsChannel: channelFilter && ((channel) => this.#ask("channelFilter", () => channelFilter(channel, info))),
      acceptsClientChannel: clientChannelFilter &&
        ((channel) => this.#ask("clientChannelFilter", () => clientChannelFilter(channel, info))),
      catchUp: () => advertiser.catchUp(connection),
      onGivenUp: (_connection, count) => this.#giveUp(connection, count),
    });
    this.#connections.add(connection);
    const freeSlot = this.#slots.take(remoteAddr);
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

  /** Sends a client everything that there is, but for messages. */
  greet(connection: Connection): void {
    const { greeting, advertiser } = this.#parts;
    const { session, outbox } = connection;
    outbox.control(greeting.serverInfo((capability) => !session.access.rulesOut(capability)));
    for (const frame of greeting.channels((channels) => session.visible(channels))) outbox.control(frame);
    for (const frame of greeting.services((services) => session.access.services(services))) outbox.control(frame);
    advertiser.greeted(connection);
    for (const status of greeting.stickyStatuses.values()) connection.send(status);
    if (greeting.lastTime) outbox.time(greeting.lastTime);
  }

  /** Finds those who have stopped reading. Nothing can end their connections: what can be forgotten of them is. */
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

  /** Takes nobody in any more, and sends all away. Returns when each socket is closed; where a peer has stopped reading, never. */
  close(): Promise<void>[] {
    this.#isClosed = true;
    this.#gate?.close();
    return this.sendAway(...SHUTDOWN);
  }

  /** Parts with all clients; they are told why. Returns as {@linkcode Reception.close} does. */
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

  /** Takes the handshake of a client that is known, or says why not. */
  async #pass(gate: Gate, request: Request, peer: Peer, listener?: OwnListener): Promise<Response> {
    const full = this.#slots.refusalIfFull(peer.remoteAddr);
    if (full) return this.#refuse(full, peer.remoteAddr);
    const freeSlot = this.#slots.take(peer.remoteAddr);
    const answer = await gate.admit(request, peer.remoteAddr, listener);
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
    // Set here, for the option of upgradeWebSocket() compares it with the whole header where that has no space after a comma.
    if (peer.subprotocol) response.headers.set("sec-websocket-protocol", peer.subprotocol);
    const events = this.accept(socket, peer);
    const release = listener?.hold();
    // The socket of a client that has left meanwhile neither opens nor closes.
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

  /** A filter that throws allows nothing. The same holds for one that does not return a boolean, because a promise would count as true. */
  #ask(option: keyof FoxgloveServerOptions, filter: () => unknown): boolean {
    try {
      const answer = filter();
      if (typeof answer === "boolean") return answer;
      // A rejection that is not handled would end the process.
      Promise.resolve(answer).catch(() => {});
      throw new TypeError(`Cannot filter: the answer is ${typeof answer}, not true or false`);
    } catch (error) {
      this.#parts.failures.note(option, `Option "${option}"`, error);
      return false;
    }
  }

  /** In one go, so that a channel that is added meanwhile is announced exactly once. */
  #admit(connection: Connection): void {
    // Closing a socket before it is open has no effect.
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
    if (!clients.get(connection.info.id) || !connection.admits(data)) return freeMessage(data);
    const following = connection.session.receive(data);
    // Refused: nobody else has a view of its bytes.
    if (following.every((effect) => effect.do === "send" || effect.do === "complain")) freeMessage(data);
    effects.run(connection, following);
  }

  #end(connection: Connection): void {
    this.#connections.delete(connection);
    this.#leave(connection);
    connection.end();
  }

  /** Takes a client off every list and runs its hooks, once. */
  #leave(connection: Connection): void {
    const { clients, effects, options, stats } = this.#parts;
    if (!clients.remove(connection)) return;
    connection.isGone = true;
    connection.outbox.close();
    stats.retire(connection);
    this.#debts.add(connection.info.remoteAddr, connection.rates);
    effects.disconnected(connection);
    options.logger.info(`Client ${connection.info.id} disconnected`);
  }

  /** Takes a client off every list without waiting for its socket; later, for somebody may be walking through a list just now. */
  #giveUp(connection: Connection, count: GivenUpCount): void {
    this.#parts.stats[count] += 1;
    queueMicrotask(() => this.#parts.calls.run(() => this.#end(connection)));
  }
}

/** Gives back the memory of a large message at once. The garbage collector may take long to notice, and others come meanwhile. */
function freeMessage(data: string | ArrayBuffer | Uint8Array): void {
  // A Uint8Array is not a socket's, but a caller's.
  if (data instanceof ArrayBuffer && data.byteLength >= LARGE_BYTES) data.transfer(0);
}
