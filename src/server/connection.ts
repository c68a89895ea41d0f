// Connection: one client's socket, with what the server knows of the client behind it.

import { encodeServerMessage } from "../protocol/encode.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { StatusLevel } from "../protocol/status.ts";
import { ClientSession, type ClientSessionOptions } from "../session/client_session.ts";
import type { ServerState } from "../session/server_state.ts";
import { StatusThrottle } from "../session/status_throttle.ts";
import type { ClientInfo } from "./client_info.ts";
import type { ListenerContext } from "./listener.ts";
import { Outbox, type SendingSocket } from "./outbox.ts";

/** The members of a WebSocket that a connection takes. */
export type Socket = SendingSocket & Pick<WebSocket, "close">;

/** A client from its handshake until it is gone. */
export class Connection {
  readonly info: ClientInfo;
  /** Handed to every hook that is called for this client. */
  readonly context: ListenerContext;
  readonly session: ClientSession<Connection>;
  readonly outbox: Outbox;
  readonly #socket: Socket;
  readonly #abort = new AbortController();
  readonly #throttle = new StatusThrottle();
  readonly #ended = Promise.withResolvers<void>();

  constructor(socket: Socket, info: ClientInfo, state: ServerState<Connection>, options: ClientSessionOptions) {
    this.info = info;
    this.context = Object.freeze({ client: info, signal: this.#abort.signal });
    this.session = new ClientSession(state, this, options);
    this.outbox = new Outbox(socket);
    this.#socket = socket;
  }

  /** Resolves when the socket is closed on both sides; where the peer has stopped reading, never. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Sends a message other than data. */
  send(message: ServerMessage): void {
    this.outbox.control(encodeServerMessage(message));
  }

  /** Tells the client what went wrong, unless it has been told too often just now. */
  complain(level: StatusLevel, message: string): void {
    switch (this.#throttle.admit(performance.now())) {
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

  /** Tells the client that the server stops, and begins to close the socket. */
  goAway(): void {
    this.#socket.close(1001, "server shutdown");
  }

  /** Tells the hooks that still work for this client that nobody waits for them any more. */
  abort(): void {
    this.#abort.abort(new DOMException(`Client ${this.info.id} is gone`, "AbortError"));
  }

  /** The socket is closed. */
  end(): void {
    this.#ended.resolve();
  }
}
