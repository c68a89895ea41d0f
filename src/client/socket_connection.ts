// SocketConnection: one WebSocket to a server, from the attempt to open it until it has closed.

import { type Subprotocol, SUBPROTOCOLS } from "../protocol/capabilities.ts";
import type { ClientSocket } from "./client_socket.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { ClientSettings } from "./options.ts";
import type { ServerAddress } from "./server_address.ts";

/** The callbacks of a {@linkcode SocketConnection}. */
export interface SocketConnectionEvents {
  /** The handshake succeeded. `subprotocol` is `undefined` if the server chose none. */
  onOpen(subprotocol: Subprotocol | undefined): void;
  onMessage(data: string | ArrayBuffer): void;
  /** The connection has ended, or could not open. This is the last event. */
  onClose(error: ConnectionClosedError): void;
}

/** Texts for the codes of errors. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["ENOTFOUND", "no address of that name"],
]);

/** A socket that reports its end exactly once. */
export class SocketConnection {
  readonly #address: ServerAddress;
  readonly #createSocket: () => ClientSocket;
  readonly #runSoon: (callback: () => void) => void;
  readonly #events: SocketConnectionEvents;
  /** Resolves when the socket itself has closed, which may be later than the call of `onClose()`. */
  readonly closed: Promise<void>;
  #resolveClosed!: () => void;
  #socket: ClientSocket | undefined;
  #state: "opening" | "open" | "ended" = "opening";
  /** The text of an error event. It is stored because the close event that follows has no text. */
  #errorText = "";
  /**
   * Whether `close()` was called before the socket was open. Closing has no effect then on some platforms, so it is
   * repeated later.
   */
  #wasClosedEarly = false;

  /** Does not create a socket yet: see {@linkcode SocketConnection.open}. */
  constructor(
    address: ServerAddress,
    { createWebSocket, clock }: Pick<ClientSettings, "createWebSocket" | "clock">,
    events: SocketConnectionEvents,
  ) {
    this.#address = address;
    this.#createSocket = () => createWebSocket(address.url, [...address.offers]);
    this.#runSoon = (callback) => clock.soon(callback);
    this.#events = events;
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
  }

  /**
   * Creates the socket, which then opens. Events may arrive before this returns. The option `createWebSocket` may even
   * close the client.
   *
   * @throws {SyntaxError} When the URL is not a WebSocket URL. Also throws every error of the option `createWebSocket`.
   */
  open(): void {
    try {
      const socket = this.#createSocket();
      this.#socket = socket;
      this.#listen(socket);
      if (this.#wasClosedEarly) this.#closeSocket();
      else this.#examine(socket);
    } catch (error) {
      this.#resolveClosed();
      throw error;
    }
  }

  /** Whether messages can be sent. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** How many bytes are queued in the socket. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Sends `data` if the connection is open. Otherwise drops it. If the socket throws, the connection is closed. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state !== "open") return;
    try {
      this.#socket?.send(data);
    } catch (error) {
      // Closed later, because the caller is in the middle of an update.
      this.#runSoon(() =>
        this.close(`The connection to ${this.#address.label} was closed: the socket cannot send: ${error}`)
      );
    }
  }

  /**
   * Closes the connection. Calls `onClose()` at once with an error that has this message, and does not wait for the
   * socket.
   */
  close(message: string, cause?: Error): void {
    const wasOpening = this.#state === "opening";
    this.#end(message, undefined, undefined, cause);
    this.#wasClosedEarly ||= wasOpening;
    this.#closeSocket();
  }

  #listen(socket: ClientSocket): void {
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#onOpen(socket));
    socket.addEventListener("message", ({ data }) => {
      // The event `open` was before this object got the socket.
      if (this.#state === "opening") this.#onOpen(socket);
      if (this.#state === "open") this.#events.onMessage(data as string | ArrayBuffer);
    });
    socket.addEventListener("error", ({ message, error }) => {
      const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
      this.#errorText = REASONS.get(code) ?? REASONS.get(cause?.code) ?? plainReason(message ?? "");
      // If a socket cannot open, some platforms send no close event after this one.
      if (this.#state === "opening") this.#end(this.#describeEnd(undefined, undefined), undefined, undefined);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#resolveClosed();
      // Deno reports code 0 for a broken connection.
      this.#end(this.#describeEnd(code, reason), code || undefined, reason);
    });
  }

  /** Handles a socket that is not new. It sends no event for the state that it already has. */
  #examine(socket: ClientSocket): void {
    const { readyState = 0 } = socket;
    if (readyState === 1) return this.#onOpen(socket);
    if (readyState === 3) this.#resolveClosed();
    if (readyState >= 2) this.#end(`${this.#cannotConnect()}: the socket is closed`, undefined, undefined);
  }

  #closeSocket(): void {
    try {
      this.#socket?.close(1000);
    } catch {
      // Some sockets throw if they are still connecting. If they open later, #onOpen() closes them.
    }
  }

  #onOpen({ protocol }: ClientSocket): void {
    if (this.#wasClosedEarly) return this.#closeSocket();
    if (this.#state !== "opening") return;
    const { offers, subprotocol = SUBPROTOCOLS.find((token) => token === protocol) } = this.#address;
    if (protocol !== "" && subprotocol === undefined) {
      const problem = offers.length > 0
        ? `the server chose "${protocol}", which was not offered`
        : `its subprotocol is "${protocol}", which is not one of ${SUBPROTOCOLS.join(", ")}`;
      this.close(`${this.#cannotConnect()}: ${problem}`);
      return;
    }
    this.#state = "open";
    this.#events.onOpen(subprotocol);
  }

  #end(message: string, code: number | undefined, reason: string | undefined, cause?: Error): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#events.onClose(new ConnectionClosedError(message, { code, reason, ...(cause && { cause }) }));
  }

  #describeEnd(code: number | undefined, reason: string | undefined): string {
    const facts = [code && `code ${code}`, reason && `"${reason}"`, this.#errorText].filter(Boolean).join(", ");
    if (this.#state === "opening") return `${this.#cannotConnect()}: ${facts || "no reason was given"}`;
    return `The connection to ${this.#address.label} was closed: ${facts || "no reason was given"}`;
  }

  #cannotConnect(): string {
    const { label, offers } = this.#address;
    return `Cannot connect to ${label}${offers.length > 0 ? `, offering ${offers.join(", ")}` : ""}`;
  }
}

/** Removes the URL that Bun's texts begin with, because it may contain a token, and the full stop of Node's texts. */
function plainReason(message: string): string {
  return message.replace(/^WebSocket connection to '.*' failed: /, "").replace(/\.$/, "");
}
