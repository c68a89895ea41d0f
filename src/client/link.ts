// Link: one WebSocket to a server, from the attempt to open it until it is gone.

import { type Subprotocol, SUBPROTOCOLS } from "../protocol/capabilities.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { Target } from "./target.ts";

/** What a client needs of a WebSocket; the platform's has it, and so has that of npm's `ws`. */
export interface ClientSocket {
  /** Set to "arraybuffer". */
  binaryType: string;
  /** What the server chose; `""` when it chose nothing. */
  readonly protocol: string;
  /** Bytes that were not handed to the network yet. */
  readonly bufferedAmount: number;
  /** Sends text, or bytes that it copies or that are not touched again. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Ends the connection. */
  close(code?: number, reason?: string): void;
  /** `open`, `message` (with `data`), `error`, `close` (with `code` and `reason`). */
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void;
}

/** The members that events may have. */
export interface SocketEvent {
  /** Names the event. Not read, but without it the events of npm's `ws` would have no member in common with this type. */
  type?: string;
  /** Of a `message`: text or an ArrayBuffer. */
  data?: unknown;
  /** Of a `close`. */
  code?: number;
  /** Of a `close`. */
  reason?: string;
  /** Of an `error`, on some platforms. */
  message?: string;
}

/** Whom a link tells what it sees. */
export interface LinkEvents {
  /** The handshake is done; nothing was chosen when `subprotocol` is absent. */
  opened(subprotocol: Subprotocol | undefined): void;
  received(data: string | ArrayBuffer): void;
  /** It is gone: the last event. */
  lost(error: ConnectionClosedError): void;
}

/** A socket that tells of its end just once. */
export class Link {
  readonly #label: string;
  readonly #makeSocket: () => ClientSocket;
  readonly #events: LinkEvents;
  /** Fulfilled when the socket itself is gone, which may be later than `lost()` was told. */
  readonly gone: Promise<void>;
  #gone!: () => void;
  #socket: ClientSocket | undefined;
  #state: "opening" | "open" | "ended" = "opening";
  /** What an error event said; the close event that follows has no text. */
  #detail = "";
  /** Asked for before the socket was open, where closing has no effect on some platforms. */
  #isUnwanted = false;

  /** Does nothing yet: see {@linkcode Link.open}. */
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
   * Begins to open a socket. Its events may come before this returns, and its maker may even close the client.
   *
   * @throws {SyntaxError} When the URL is none for a WebSocket. Or anything else that the option `webSocket` throws.
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

  /** Bytes that wait in the socket. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Sends, if it is open. A socket that throws counts as gone. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state !== "open") return;
    try {
      this.#socket?.send(data);
    } catch (error) {
      // Later, because whoever sends is in the middle of work.
      queueMicrotask(() => this.close(`The connection to ${this.#label} was closed: its socket cannot send: ${error}`));
    }
  }

  /** Ends it; `why` is told at once, the socket's own end is not waited for. */
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
      // Not every platform has a close event follow when it could not be opened.
      if (this.#state === "opening") this.#end(this.#describe(undefined, undefined), undefined, undefined);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#gone();
      // Deno's 0 is that of a connection that was cut.
      this.#end(this.#describe(code, reason), code || undefined, reason);
    });
  }

  #closeSocket(): void {
    try {
      this.#socket?.close(1000);
    } catch {
      // Some sockets throw while they connect; what opens nevertheless is closed then.
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
