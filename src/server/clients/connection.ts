// Connection: the socket of one client, and what the server knows about that client.

import { encodeServerMessage } from "../../protocol/encode.ts";
import type { ServerMessage } from "../../protocol/messages.ts";
import { StatusLevel } from "../../protocol/status.ts";
import { ClientSession, type ClientSessionOptions } from "../../session/client_session.ts";
import type { ServerState } from "../../session/server_state.ts";
import { SlowNotice } from "../../session/slow_notice.ts";
import { StatusThrottle } from "../../session/status_throttle.ts";
import type { ClientInfo } from "../client_info.ts";
import { Intake, type IntakeOptions, type Rates } from "./intake.ts";
import type { ListenerContext } from "../listener.ts";
import type { Logger } from "../logger.ts";
import { Outbox, type OutboxOptions, type SendingSocket } from "../delivery/outbox.ts";
import type { Flusher } from "../delivery/flusher.ts";

/** The members of a WebSocket that a connection uses. */
export type Socket = SendingSocket & Pick<WebSocket, "close" | "readyState">;

/** The statistic under which an evicted client is counted. */
export type EvictionCount = "overflowedClients" | "excessiveClients" | "stuckClients";

/** Options of {@linkcode Connection}. */
export interface ConnectionOptions extends ClientSessionOptions, OutboxOptions, IntakeOptions {
  state: ServerState<Connection>;
  flusher: Flusher;
  logger: Logger;
  /** Sends the client the changes that are not advertised yet: see `Advertiser.catchUp()`. */
  advertiseChanges: (connection: Connection) => void;
  /** The rate limits of an earlier client that this client takes over. */
  rates?: Rates | undefined;
  /** How long the socket may buffer bytes without sending any, in milliseconds; 0 means no limit. */
  stuckAfterMs: number;
  /** Called when the client is evicted. `count`: the statistic under which it is counted. The client is still on all lists. */
  onEvicted: (connection: Connection, count: EvictionCount) => void;
}

/** A client, from its handshake until it has left. */
export class Connection {
  readonly info: ClientInfo;
  /** Passed to every hook that is called for this client. */
  readonly context: ListenerContext;
  readonly session: ClientSession<Connection>;
  readonly outbox: Outbox;
  /** Whether the client was removed from all lists. Its last hook may still be queued. */
  isGone = false;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  readonly #intake: Intake;
  readonly #throttle = new StatusThrottle();
  readonly #notice = new SlowNotice();
  readonly #ended = Promise.withResolvers<void>();
  #departureReason: DOMException | undefined;
  #drainedBytes = 0;
  #drainedAt: number;

  constructor(socket: Socket, info: ClientInfo, options: ConnectionOptions) {
    this.info = info;
    this.context = Object.freeze({ client: info, signal: this.#abort.signal });
    this.session = new ClientSession(options.state, this, options);
    this.outbox = new Outbox(socket, options, {
      onQueued: () => options.flusher.add(this.outbox),
      advertiseChanges: () => options.advertiseChanges(this),
      onDropped: (topic) => this.#noteDrop(topic),
      onOverflow: () => this.#giveUpOverflow(),
    });
    this.#intake = new Intake(options, options.rates);
    this.#socket = socket;
    this.#options = options;
    this.#drainedAt = options.clock.now();
  }

  /** The abort reason of `context.signal` after the client has left. */
  get departureReason(): DOMException {
    return this.#departureReason ??= new DOMException(`Client ${this.info.id} is gone`, "AbortError");
  }

  get rates(): Rates {
    return this.#intake.rates;
  }

  /** Resolves when the socket is closed on both sides, which never happens if the peer has stopped reading. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether a message may be read. If it is too large, or the client keeps exceeding a rate limit, this closes the connection. */
  acceptsMessage(data: string | ArrayBuffer | Uint8Array): boolean {
    const verdict = this.#intake.examine(data);
    switch (verdict.type) {
      case "accept":
        return true;
      case "warn":
        // Bypasses the throttle, because a client must be warned before it is disconnected.
        this.send({ op: "status", level: StatusLevel.ERROR, message: verdict.text });
        return true;
      case "disconnect":
        this.#dismiss(verdict.code, verdict.code === 1009 ? "message too big" : "too much sent", verdict.text);
        this.#options.onEvicted(this, "excessiveClients");
        this.#options.logger.warn(`Client ${this.info.id} sends too much and is disconnected`);
        return false;
    }
  }

  /** Sends a message that is not data. */
  send(message: ServerMessage): void {
    this.outbox.sendControl(encodeServerMessage(message), true);
  }

  /**
   * Sends the client a status about a problem, unless it got too many in the last second. `id`: the id of a request that failed. A status
   * with an id is always sent, because the client waits for it.
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
          message: "Too many problems to show: some are left out",
        });
      case "drop":
        return;
    }
  }

  /** Must be called regularly. Updates or removes the notice about dropped messages. Returns whether the client has stopped reading. */
  check(): boolean {
    const now = this.#options.clock.now();
    const news = this.#notice.check(now);
    for (const message of news) this.send(message);
    if (news.length > 0 && !this.#notice.isShown) {
      this.#options.logger.info(`Client ${this.info.id} keeps up again`);
    }
    return this.#isStuck(now);
  }

  /** Sends everything that must not be lost, and then begins to close the socket with this code and reason. */
  goAway(code: number, reason: string): void {
    this.outbox.finish();
    this.#socket.close(code, reason);
  }

  /** Evicts the client: drops its queue and begins to close the socket. */
  abandon(): void {
    this.outbox.close();
    this.#socket.close(1013, "client does not read");
  }

  /** Sends nothing more, and aborts `context.signal`, because no client waits for the running hooks any more. */
  abort(): void {
    this.outbox.close();
    this.#options.flusher.remove(this.outbox);
    this.#abort.abort(this.departureReason);
  }

  /** Must be called when the socket is closed. */
  end(): void {
    this.#ended.resolve();
  }

  #noteDrop(topic: string): void {
    const isFirst = !this.#notice.isShown;
    for (const message of this.#notice.dropped(topic, this.#options.clock.now())) this.send(message);
    // Last, because the logger may publish, which may drop another message.
    if (!isFirst) return;
    this.#options.logger.warn(
      `Client ${this.info.id} reads too slowly: messages are dropped, of topic "${topic}" first`,
    );
  }

  #giveUpOverflow(): void {
    const message = "Disconnected: this client reads too slowly, and too much waits that must not be dropped";
    this.#dismiss(1013, "client too slow", message);
    this.#options.onEvicted(this, "overflowedClients");
    this.#options.logger.warn(`Client ${this.info.id} reads too slowly and is disconnected`);
  }

  #dismiss(code: number, reason: string, message: string): void {
    this.outbox.close();
    // Sent directly to the socket, because the outbox is closed.
    this.#socket.send(encodeServerMessage({ op: "status", level: StatusLevel.ERROR, message }));
    this.#socket.close(code, reason);
  }

  #isStuck(now: number): boolean {
    // Deno closes the socket of a client that does not answer pings. If data is still buffered before the close frame, the close never
    // completes. Then the socket accepts everything that is sent, and reports an empty buffer.
    if (this.#socket.readyState === WebSocket.CLOSING) return true;
    const { stuckAfterMs } = this.#options;
    const drained = this.outbox.drainedBytes;
    if (this.#socket.bufferedAmount === 0 || drained > this.#drainedBytes) this.#drainedAt = now;
    this.#drainedBytes = drained;
    return stuckAfterMs > 0 && now - this.#drainedAt >= stuckAfterMs;
  }
}
