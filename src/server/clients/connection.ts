// Connection: one client, from its handshake until its socket has closed.

import type { ClientChannel } from "../../protocol/client_publish.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { ServerMessage } from "../../protocol/messages.ts";
import { StatusLevel } from "../../protocol/status.ts";
import { ClientSession, type ClientSessionOptions } from "../../session/client_session.ts";
import type { ServerState } from "../../session/server_state.ts";
import { SlowNotice } from "../../session/slow_notice.ts";
import { StatusThrottle } from "../../session/status_throttle.ts";
import type { ClientInfo } from "../client_info.ts";
import type { Flusher } from "../delivery/flusher.ts";
import { type ClientOutbox, Outbox, type OutboxEvents, type OutboxOptions } from "../delivery/outbox.ts";
import type { ListenerContext, PublishContext } from "../listener.ts";
import type { Logger } from "../../logger.ts";
import type { DisconnectionReason } from "../stats/server_stats.ts";
import type { StatsCollector } from "../stats/stats_collector.ts";
import type { ClientTransport } from "./client_transport.ts";
import { type Disconnect, Intake, type IntakeOptions, type Rates } from "./intake.ts";

/** Why a client was evicted. */
type EvictionReason = Extract<DisconnectionReason, "overflow" | "excess" | "stuck" | "idle">;

/** Options of {@linkcode Connection}. */
export interface ConnectionOptions extends ClientSessionOptions, OutboxOptions, IntakeOptions {
  state: ServerState<Connection>;
  flusher: Flusher;
  logger: Logger;
  /** Sends the client the changes that are not advertised yet: see `Advertiser.catchUp()`. */
  advertiseChanges: (connection: Connection) => void;
  /** The rate limits of an earlier client that this client takes over. */
  rates?: Rates | undefined;
  maxAssetBytes: number;
  /** How long the socket may buffer bytes without sending any, in milliseconds; 0 means no limit. */
  stuckAfterMs: number;
  /** Counts what the client sends. */
  stats: Pick<StatsCollector, "received" | "limitHit">;
  /** Called when the client is evicted. The connection is still open then: the callee must end it. */
  onEvicted: (connection: Connection) => void;
}

/**
 * The states of a connection. Each arrow is a method that returns whether the state has changed.
 *
 * ```text
 *               open()            depart()               end()
 *   opening ────────────▶ open ────────────▶ departed ────────────▶ closed
 *      │                                                              ▲
 *      └────────────────────────────── end() ─────────────────────────┘
 * ```
 *
 * - `opening`: the handshake was accepted, but the socket is not open yet. The client is on no list.
 * - `open`: the client is on all lists, and hooks are called for it.
 * - `departed`: the client was removed from all lists, and its last hooks are queued. Its socket may close much later,
 *   or never if the peer has stopped reading.
 * - `closed`: the socket has closed, or the client was evicted and the server does not wait for its socket.
 */
export type ConnectionState = "opening" | "open" | "departed" | "closed";

/** A client: its socket, its session, its queue, and its state. */
export class Connection {
  readonly info: ClientInfo;
  /** Passed to every hook that is called for this client. */
  readonly context: ListenerContext;
  readonly session: ClientSession<Connection>;
  readonly outbox: ClientOutbox;
  readonly #transport: ClientTransport;
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  readonly #intake: Intake;
  readonly #throttle = new StatusThrottle();
  readonly #notice = new SlowNotice();
  /** One for each channel, because a client may publish many messages. */
  readonly #publishContexts = new WeakMap<ClientChannel, PublishContext>();
  readonly #ended = Promise.withResolvers<void>();
  #state: ConnectionState = "opening";
  #endReason: DisconnectionReason | undefined;
  #departureReason: DOMException | undefined;
  #drainedBytes = 0;
  #drainedAt: number;

  constructor(transport: ClientTransport, info: ClientInfo, options: ConnectionOptions) {
    const { flusher, maxAssetBytes } = options;
    this.info = info;
    this.context = Object.freeze({ client: info, signal: this.#abort.signal, maxAssetBytes });
    this.session = new ClientSession(options.state, this, options);
    const events: OutboxEvents = {
      onQueued: () => flusher.add(this.outbox),
      onRoom: () => flusher.flush(this.outbox),
      advertiseChanges: () => options.advertiseChanges(this),
      onDropped: (topic) => this.#noteDrop(topic),
      onOverflow: () => this.#evictOverflowed(),
    };
    this.outbox = transport.createOutbox?.(events) ?? new Outbox(transport, options, events);
    this.#intake = new Intake(options, options.rates);
    this.#transport = transport;
    this.#options = options;
    this.#drainedAt = options.clock.now();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether the client has departed. Its last hooks may still be queued. */
  get isGone(): boolean {
    return this.#state === "departed" || this.#state === "closed";
  }

  /** The abort reason of `context.signal` after the client has departed. */
  get departureReason(): DOMException {
    return this.#departureReason ??= new DOMException(`Client ${this.info.id} has disconnected`, "AbortError");
  }

  /** Why the connection ends, for the statistics; `undefined` until then. */
  get endReason(): DisconnectionReason | undefined {
    return this.#endReason;
  }

  /** Whether messages of the client are read. Those that arrive together with the cause of an eviction are not. */
  get isReading(): boolean {
    return this.#state === "open" && this.#endReason === undefined;
  }

  /** Sets `endReason`. Only the first call has an effect: for example, the server closes a socket, which then ends. */
  noteEnd(reason: DisconnectionReason): void {
    this.#endReason ??= reason;
  }

  get rates(): Rates {
    return this.#intake.rates;
  }

  /** Returns the context of hooks about a client channel. */
  publishContext(channel: ClientChannel): PublishContext {
    let context = this.#publishContexts.get(channel);
    if (!context) {
      context = Object.freeze({ ...this.context, channel });
      this.#publishContexts.set(channel, context);
    }
    return context;
  }

  /** Resolves when the state becomes `closed`. The socket of an evicted client may close later. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Must be called when the socket is open. */
  open(): boolean {
    return this.#enter("open", ["opening"]);
  }

  /** Sends nothing more. The caller must remove the client from all lists. */
  depart(): boolean {
    if (!this.#enter("departed", ["open"])) return false;
    this.outbox.close();
    return true;
  }

  /** Must be called when the socket has closed, and after an eviction. */
  end(): boolean {
    if (!this.#enter("closed", ["opening", "departed"])) return false;
    this.#ended.resolve();
    return true;
  }

  /**
   * Sends everything that must not be lost, and then begins to close the socket with this code and reason. `why` is for
   * the statistics.
   */
  close(why: DisconnectionReason, code: number, reason: string): void {
    this.noteEnd(why);
    this.outbox.finish();
    this.#transport.close(code, reason);
  }

  /** Ends the connection at once, if its transport can do that. */
  destroy(): void {
    this.#transport.destroy?.();
  }

  /**
   * Aborts `context.signal`, because no client waits for the running hooks any more. Must be called after the client
   * has departed.
   */
  abortHooks(): void {
    this.#options.flusher.remove(this.outbox);
    this.#abort.abort(this.departureReason);
  }

  /**
   * Whether a message may be read. If it is too large, or the client keeps exceeding a rate limit, this evicts the
   * client.
   */
  acceptsMessage(data: string | ArrayBuffer | Uint8Array): boolean {
    const { stats } = this.#options;
    const verdict = this.#intake.examine(data);
    if (verdict.type === "accept") return true;
    stats.limitHit(verdict.limit);
    switch (verdict.type) {
      case "warn":
        // Bypasses the throttle, because a client must be warned before it is disconnected.
        this.send({ op: "status", level: StatusLevel.ERROR, message: verdict.text });
        return true;
      case "disconnect":
        stats.received("invalid", typeof data === "string" ? data.length : data.byteLength);
        this.#evictExcessive(verdict);
        return false;
    }
  }

  /** Evicts the client because of a message that was larger than `maxMessageBytes`, and that was not read. */
  rejectOversized(): void {
    if (!this.isReading) return;
    this.#options.stats.limitHit("maxMessageBytes");
    this.#options.stats.received("invalid", 0);
    this.#evictExcessive(this.#intake.oversized("maxMessageBytes"));
  }

  /** Sends a message that is not data. */
  send(message: ServerMessage): void {
    this.outbox.sendControl(encodeServerMessage(message), true);
  }

  /**
   * Sends the client a status about a problem, unless it got too many in the last second. `id`: the id of a request
   * that failed. A status with an id is always sent, because the client waits for it.
   */
  sendStatus(level: StatusLevel, message: string, id?: string): void {
    if (id !== undefined) return this.send({ op: "status", level, message, id });
    switch (this.#throttle.admit(this.#options.clock.now())) {
      case "send":
        return this.send({ op: "status", level, message });
      case "summarize":
        return this.send({
          op: "status",
          level: StatusLevel.WARNING,
          message: "Too many problems: some are left out",
        });
      case "drop":
        return;
    }
  }

  /**
   * Must be called regularly. Updates or removes the notice about dropped messages. Evicts the client if it has stopped
   * reading.
   */
  check(): void {
    const now = this.#options.clock.now();
    const updates = this.#notice.check(now);
    for (const message of updates) this.send(message);
    if (updates.length > 0 && !this.#notice.isShown) {
      this.#options.logger.info(`Client ${this.info.id} keeps up again`);
    }
    const reason = this.#evictionReason(now);
    if (!reason) return;
    this.#options.logger.warn(`Client ${this.info.id} has stopped reading and is disconnected`);
    this.#evict(reason, 1013, "client does not read");
    this.destroy();
  }

  #enter(state: ConnectionState, from: readonly ConnectionState[]): boolean {
    if (!from.includes(this.#state)) return false;
    this.#state = state;
    return true;
  }

  #noteDrop(topic: string): void {
    const isFirst = !this.#notice.isShown;
    for (const message of this.#notice.dropped(topic, this.#options.clock.now())) this.send(message);
    // Last, because the logger may publish, which may drop another message.
    if (!isFirst) return;
    this.#options.logger.warn(
      `Client ${this.info.id} reads too slowly: messages are dropped, starting with topic "${topic}"`,
    );
  }

  #evictOverflowed(): void {
    const message = "Reads too slowly: the send queue overflowed. This client is disconnected";
    this.#evict("overflow", 1013, "client too slow", message);
    this.#options.logger.warn(`Client ${this.info.id} reads too slowly and is disconnected`);
  }

  #evictExcessive({ code, text }: Disconnect): void {
    this.#evict("excess", code, code === 1009 ? "message too big" : "sends too much", text);
    this.#options.logger.warn(`Client ${this.info.id} sends too much and is disconnected`);
  }

  /**
   * Drops the queue, begins to close the socket, and reports the eviction. `message`: the text of a last status, unless
   * the client does not read.
   */
  #evict(why: EvictionReason, code: number, reason: string, message?: string): void {
    this.noteEnd(why);
    this.outbox.close();
    if (message !== undefined) {
      // Sent directly to the socket, because the outbox is closed.
      this.#transport.send(encodeServerMessage({ op: "status", level: StatusLevel.ERROR, message }));
    }
    this.#transport.close(code, reason);
    this.#options.onEvicted(this);
  }

  /** Returns the reason why the client does not read any more, or `undefined` if it may still read. */
  #evictionReason(now: number): "idle" | "stuck" | undefined {
    // Deno closes the socket of a client that does not answer pings. If data is still buffered before the close frame,
    // the close never completes. Then the socket accepts everything that is sent, and reports an empty buffer.
    if (this.#transport.isClosing) return "idle";
    const { stuckAfterMs } = this.#options;
    const drained = this.outbox.drainedBytes;
    if (this.#transport.queuedBytes === 0 || drained > this.#drainedBytes) this.#drainedAt = now;
    this.#drainedBytes = drained;
    return stuckAfterMs > 0 && now - this.#drainedAt >= stuckAfterMs ? "stuck" : undefined;
  }
}
