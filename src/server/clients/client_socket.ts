// ClientSocket: the socket of one client. Wraps a WebSocket into what a connection needs, and reports its events.

import type { Frame, Transport } from "../delivery/outbox.ts";
import { endIdleTimer } from "./idle_timer.ts";

/**
 * The members of an accepted WebSocket that the server uses. Deno's `WebSocket` and the one of npm's `ws` have them.
 */
export interface ServerSocket {
  /** The server sets it to "arraybuffer". */
  binaryType: string;
  /** The subprotocol that was chosen in the handshake; `""` if there is none. */
  readonly protocol: string;
  /** 0 while the socket opens, 1 when it is open, 2 while it closes, and 3 when it is closed. */
  readonly readyState: number;
  /** How many bytes were not passed to the network yet. */
  readonly bufferedAmount: number;
  /**
   * Sends text or bytes. The server reuses the bytes at once if the socket is the platform's `WebSocket`, which copies
   * them. Every other socket gets a copy of its own.
   */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Begins to close the connection. */
  close(code?: number, reason?: string): void;
  /** Adds a listener for `open`, `message` (with `data`), `error` or `close`. */
  addEventListener(
    type: "open" | "message" | "error" | "close",
    listener: (event: ServerSocketEvent) => void,
  ): void;
}

/** The event members that the server uses. */
export interface ServerSocketEvent {
  /**
   * The event name. The server does not read it, but without it the events of npm's `ws` have no member in common with
   * this type.
   */
  readonly type?: string;
  /** For `message`: text, an ArrayBuffer that belongs to the server from now on, or other bytes. */
  readonly data?: unknown;
}

/** Values of `readyState`. */
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The callbacks of a {@linkcode ClientSocket}. */
export interface ClientSocketEvents {
  opened(): void;
  received(data: string | ArrayBuffer | Uint8Array): void;
  /** May be called more than once. */
  closed(): void;
}

/** A WebSocket, as outboxes and connections use it. */
export class ClientSocket implements Transport {
  readonly #socket: ServerSocket;
  /** Whether the socket copies bytes before `send()` returns. npm's `ws`, for example, may still send them later. */
  readonly #copiesBytes: boolean;

  constructor(socket: ServerSocket) {
    this.#socket = socket;
    this.#copiesBytes = socket instanceof WebSocket;
    socket.binaryType = "arraybuffer";
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Whether a close has begun and not ended. */
  get isClosing(): boolean {
    return this.#socket.readyState === CLOSING;
  }

  send(frame: Frame): void {
    this.#socket.send(this.#copiesBytes || typeof frame === "string" ? frame : frame.slice());
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Reports the events of the socket from now on. If it is open or closed already, reports that at once. */
  listen(events: ClientSocketEvents): void {
    const socket = this.#socket;
    const closed = () => {
      endIdleTimer(socket);
      events.closed();
    };
    socket.addEventListener("message", ({ data }) => events.received(data as string | ArrayBuffer | Uint8Array));
    socket.addEventListener("error", closed);
    socket.addEventListener("close", closed);
    if (socket.readyState === OPEN) return events.opened();
    socket.addEventListener("open", () => events.opened());
    if (socket.readyState === CLOSED) closed();
  }
}
