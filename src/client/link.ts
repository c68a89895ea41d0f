// Link: one WebSocket to a server, from the attempt to open it until it has closed.

import { type Subprotocol, SUBPROTOCOLS } from "../protocol/capabilities.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { Target } from "./target.ts";

/** The members of a WebSocket that a client uses. The platform's `WebSocket` and the one of npm's `ws` have them. */
export interface ClientSocket {
  /** The client sets it to "arraybuffer". */
  binaryType: string;
  /** The subprotocol that the server chose; `""` if it chose none. */
  readonly protocol: string;
  /** How many bytes were not passed to the network yet. */
  readonly bufferedAmount: number;
  /** Sends text or bytes. The client does not change the bytes afterwards, so they need not be copied. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Closes the connection. */
  close(code?: number, reason?: string): void;
  /** Adds a listener for `open`, `message` (with `data`), `error`, or `close` (with `code` and `reason`). */
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void;
}

/** The event members that a client uses. */
export interface SocketEvent {
  /** The event name. The client does not read it, but without it the events of npm's `ws` have no member in common with this type. */
  type?: string;
  /** For `message`: text or an ArrayBuffer. */
  data?: unknown;
  /** For `close`: the close code. */
  code?: number;
  /** For `close`: the reason that the server gave. */
  reason?: string;
  /** For `error`, on some platforms: the error text. */
  message?: string;
}

/** The callbacks of a {@linkcode Link}. */
export interface LinkEvents {
  /** The handshake succeeded. `subprotocol` is `undefined` if the server chose none. */
  opened(subprotocol: Subprotocol | undefined): void;
  received(data: string | ArrayBuffer): void;
  /** The link has ended, or could not open. This is the last event. */
  lost(error: ConnectionClosedError): void;
}

/** A socket that reports its end exactly once. */
export class Link {
  readonly #label: string;
  readonly #makeSocket: () => ClientSocket;
  readonly #events: LinkEvents;
  /** Resolves when the socket itself has closed, which may be later than the call of `lost()`. */
  readonly gone: Promise<void>;
  #gone!: () => void;
  #socket: ClientSocket | undefined;
  #state: "opening" | "open" | "ended" = "opening";
  /** The text of an error event. It is stored because the close event that follows has no text. */
  #detail = "";
  /** Whether `close()` was called before the socket was open. Closing has no effect then on some platforms, so it is repeated later. */
  #isUnwanted = false;

  /** Does not create a socket yet: see {@linkcode Link.open}. */
  constructor(
    { url, label }: Target,
    webSocket: (url: string, subprotocols: string[]) => ClientSocket,
    events: LinkEvents,
  ) {
    this.#label = label;
    this.#makeSocket = () => webSocket(url, [...SUBPROTOCOLS]);
    this.#events = events;
    this.gone = new Promise((resolve) => this.#gone = resolve);
  }

  /**
   * Creates the socket, which then opens. Events may arrive before this returns, and the option `webSocket` may even close the client.
   *
   * @throws {SyntaxError} When the URL is not a WebSocket URL. Also throws every error of the option `webSocket`.
   */
  open(): void {
    try {
      const socket = this.#makeSocket();
      this.#socket = socket;
      this.#listen(socket);
      if (this.#isUnwanted) this.#closeSocket();
    } catch (error) {
      this.#gone();
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

  /** Sends `data` if the link is open. Otherwise drops it. If the socket throws, the link is closed. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state !== "open") return;
    try {
      this.#socket?.send(data);
    } catch (error) {
      // Closed later, because the caller is in the middle of an update.
      queueMicrotask(() => this.close(`The connection to ${this.#label} was closed: its socket cannot send: ${error}`));
    }
  }

  /** Closes the link. Calls `lost()` with `why` at once, without waiting until the socket has closed. */
  close(why: string, cause?: Error): void {
    const wasOpening = this.#state === "opening";
    this.#end(why, undefined, undefined, cause);
    this.#isUnwanted ||= wasOpening;
    this.#closeSocket();
  }

  #listen(socket: ClientSocket): void {
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", ({ data }) => {
      if (this.#state === "open") this.#events.received(data as string | ArrayBuffer);
    });
    socket.addEventListener("error", ({ message }) => {
      this.#detail = message ?? "";
      // If a socket cannot open, some platforms send no close event after this one.
      if (this.#state === "opening") this.#end(this.#describe(undefined, undefined), undefined, undefined);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#gone();
      // Deno reports code 0 for a broken connection.
      this.#end(this.#describe(code, reason), code || undefined, reason);
    });
  }

  #closeSocket(): void {
    try {
      this.#socket?.close(1000);
    } catch {
      // Some sockets throw if they are still connecting. If they open later, #opened() closes them.
    }
  }

  #opened({ protocol }: ClientSocket): void {
    if (this.#isUnwanted) return this.#closeSocket();
    const subprotocol = SUBPROTOCOLS.find((token) => token === protocol);
    if (protocol !== "" && subprotocol === undefined) {
      this.close(`${this.#cannot()}: the server chose "${protocol}", which was not offered`);
      return;
    }
    this.#state = "open";
    this.#events.opened(subprotocol);
  }

  #end(why: string, code: number | undefined, reason: string | undefined, cause?: Error): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#events.lost(new ConnectionClosedError(why, { code, reason, ...(cause && { cause }) }));
  }

  #describe(code: number | undefined, reason: string | undefined): string {
    const facts = [code && `code ${code}`, reason && `"${reason}"`, this.#detail].filter(Boolean).join(", ");
    if (this.#state === "opening") return `${this.#cannot()}: ${facts || "no reason was given"}`;
    return `The connection to ${this.#label} was closed: ${facts || "no reason was given"}`;
  }

  #cannot(): string {
    return `Cannot connect to ${this.#label}, offering ${SUBPROTOCOLS.join(", ")}`;
  }
}
