// Connection: one client's socket, with what the server knows of the client behind it.

import { encodeServerMessage } from "../protocol/encode.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { StatusLevel } from "../protocol/status.ts";
import { ClientSession, type ClientSessionOptions } from "../session/client_session.ts";
import type { ServerState } from "../session/server_state.ts";
import { SlowNotice } from "../session/slow_notice.ts";
import { StatusThrottle } from "../session/status_throttle.ts";
import type { ClientInfo } from "./client_info.ts";
import { Intake, type IntakeOptions, type Rates } from "./intake.ts";
import type { ListenerContext } from "./listener.ts";
import type { Logger } from "./logger.ts";
import { Outbox, type OutboxOptions, type SendingSocket } from "./outbox.ts";
import type { Pump } from "./pump.ts";

/** The members of a WebSocket that a connection takes. */
export type Socket = SendingSocket & Pick<WebSocket, "close" | "readyState">;

/** By what the given up are counted. */
export type GivenUpCount = "overflowedClients" | "excessiveClients" | "stuckClients";

/** Options of {@linkcode Connection}. */
export interface ConnectionOptions extends ClientSessionOptions, OutboxOptions, IntakeOptions {
  state: ServerState<Connection>;
  pump: Pump;
  logger: Logger;
  /** Sends what is to be advertised: see `Advertiser.catchUp()`. */
  catchUp: (connection: Connection) => void;
  /** The limits of a client before that this one takes over. */
  rates?: Rates | undefined;
  /** How long nothing may leave the socket though something waits in it, in ms; 0: for ever. */
  stuckAfterMs: number;
  /** The client is given up, and counted under this name; it is still on all lists. */
  onGivenUp: (connection: Connection, count: GivenUpCount) => void;
}

/** A client from its handshake until it is gone. */
export class Connection {
  readonly info: ClientInfo;
  /** Handed to every hook that is called for this client. */
  readonly context: ListenerContext;
  readonly session: ClientSession<Connection>;
  readonly outbox: Outbox;
  /** Whether the client is off all lists. Its last hook may still be queued. */
  isGone = false;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  readonly #intake: Intake;
  readonly #throttle = new StatusThrottle();
  readonly #notice = new SlowNotice();
  readonly #ended = Promise.withResolvers<void>();
  #farewell: DOMException | undefined;
  #drainedBytes = 0;
  #drainedAt: number;

  constructor(socket: Socket, info: ClientInfo, options: ConnectionOptions) {
    this.info = info;
    this.context = Object.freeze({ client: info, signal: this.#abort.signal });
    this.session = new ClientSession(options.state, this, options);
    this.outbox = new Outbox(socket, options, {
      waiting: () => options.pump.add(this.outbox),
      behind: () => options.catchUp(this),
      dropped: (topic) => this.#noteDrop(topic),
      overflowed: () => this.#giveUpOverflow(),
    });
    this.#intake = new Intake(options, options.rates);
    this.#socket = socket;
    this.#options = options;
    this.#drainedAt = options.clock.now();
  }

  /** The reason of `context.signal` once the client is gone. */
  get farewell(): DOMException {
    return this.#farewell ??= new DOMException(`Client ${this.info.id} is gone`, "AbortError");
  }

  get rates(): Rates {
    return this.#intake.rates;
  }

  /** Resolves when the socket is closed on both sides; where the peer has stopped reading, never. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether a message may be read. One that is too large, or the last of far too many, ends the connection. */
  admits(data: string | ArrayBuffer | Uint8Array): boolean {
    const verdict = this.#intake.examine(data);
    switch (verdict.do) {
      case "take":
        return true;
      case "warn":
        // Past the throttle: who was not warned is not cut off.
        this.send({ op: "status", level: StatusLevel.ERROR, message: verdict.text });
        return true;
      case "cut":
        this.#dismiss(verdict.code, verdict.code === 1009 ? "message too big" : "too much sent", verdict.text);
        this.#options.onGivenUp(this, "excessiveClients");
        this.#options.logger.warn(`Client ${this.info.id} sends too much and is disconnected`);
        return false;
    }
  }

  /** Sends a message other than data. */
  send(message: ServerMessage): void {
    this.outbox.control(encodeServerMessage(message), true);
  }

  /**
   * Tells the client what went wrong, unless it has been told too often just now. `id` is the id of a request that failed: the client
   * waits for that and is always told.
   */
  complain(level: StatusLevel, message: string, id?: string): void {
    if (id !== undefined) return this.send({ op: "status", level, message, id });
    switch (this.#throttle.admit(this.#options.clock.now())) {
      case "send":
        return this.send({ op: "status", level, message });
      case "announce":
        return this.send({
          op: "status",
          level: StatusLevel.WARNING,
          message: "Too many problems to show: some are left out",
        });
      case "drop":
        return;
    }
  }

  /** To be called now and then. Takes back a notice that no longer holds. Returns whether the client has stopped reading. */
  check(): boolean {
    const now = this.#options.clock.now();
    const news = this.#notice.check(now);
    for (const message of news) this.send(message);
    if (news.length > 0 && !this.#notice.isShown) {
      this.#options.logger.info(`Client ${this.info.id} keeps up again`);
    }
    return this.#isStuck(now);
  }

  /** Tells the client why it has to go, and begins to close the socket. */
  goAway(code: number, reason: string): void {
    this.outbox.finish();
    this.#socket.close(code, reason);
  }

  /** Gives the client up: forgets what waits for it, and closes what can be closed. */
  abandon(): void {
    this.outbox.close();
    this.#socket.close(1013, "client does not read");
  }

  /** Sends nothing more, and tells the hooks that still work for this client that nobody waits for them. */
  abort(): void {
    this.outbox.close();
    this.#options.pump.remove(this.outbox);
    this.#abort.abort(this.farewell);
  }

  /** The socket is closed. */
  end(): void {
    this.#ended.resolve();
  }

  #noteDrop(topic: string): void {
    const isFirst = !this.#notice.isShown;
    for (const message of this.#notice.dropped(topic, this.#options.clock.now())) this.send(message);
    // Last: a logger may publish, which drops another message.
    if (!isFirst) return;
    this.#options.logger.warn(
      `Client ${this.info.id} reads too slowly: messages are dropped, of topic "${topic}" first`,
    );
  }

  #giveUpOverflow(): void {
    const message = "Disconnected: this client reads too slowly, and too much waits that must not be dropped";
    this.#dismiss(1013, "client too slow", message);
    this.#options.onGivenUp(this, "overflowedClients");
    this.#options.logger.warn(`Client ${this.info.id} reads too slowly and is disconnected`);
  }

  #dismiss(code: number, reason: string, message: string): void {
    this.outbox.close();
    // Past the queue, which is closed.
    this.#socket.send(encodeServerMessage({ op: "status", level: StatusLevel.ERROR, message }));
    this.#socket.close(code, reason);
  }

  #isStuck(now: number): boolean {
    // Deno closes the socket of a client that leaves its pings unanswered; with data before the close frame it never gets to an end,
    // takes whatever is sent, and says that nothing waits.
    if (this.#socket.readyState === WebSocket.CLOSING) return true;
    const { stuckAfterMs } = this.#options;
    const drained = this.outbox.drainedBytes;
    if (this.#socket.bufferedAmount === 0 || drained > this.#drainedBytes) this.#drainedAt = now;
    this.#drainedBytes = drained;
    return stuckAfterMs > 0 && now - this.#drainedAt >= stuckAfterMs;
  }
}
