// SocketTransport: a WebSocket as the transport of one client, with its events.

import type { Frame, Transport } from "../delivery/outbox.ts";
import type { ServerSocket } from "../server_socket.ts";
import type { DisconnectionReason } from "../stats/server_stats.ts";
import type { SocketEvent } from "../../web_socket_like.ts";
import { endIdleTimer } from "./idle_timer.ts";

/** Values of `readyState`. */
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The close codes of sockets whose connection was lost, and of those that Deno closes because of a missing pong. */
const LOST = 1006;
const NO_PONG = 1001;

/** How a connection ended without the server. */
export type SocketEnd = Extract<DisconnectionReason, "client" | "error" | "idle">;

/** The callbacks of a {@linkcode SocketTransport}. */
export interface SocketTransportEvents {
  opened(): void;
  received(data: string | ArrayBuffer | Uint8Array): void;
  /** May be called more than once. The first reason counts. */
  closed(reason: SocketEnd): void;
}

/** A WebSocket, as outboxes and connections use it. */
export class SocketTransport implements Transport {
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

  /** Closes the socket. The platform's sockets that connected to the peer may not send every code: then with 1000. */
  close(code: number, reason: string): void {
    try {
      this.#socket.close(code, reason);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidAccessError") throw error;
      this.#socket.close(1000, reason);
    }
  }

  /** Reports the events of the socket from now on. If it is open or closed already, reports that at once. */
  listen(events: SocketTransportEvents): void {
    const socket = this.#socket;
    const closed = (reason: SocketEnd) => {
      endIdleTimer(socket);
      events.closed(reason);
    };
    socket.addEventListener("message", ({ data }) => events.received(data as string | ArrayBuffer | Uint8Array));
    // Deferred, because the platform emits "close" at the same time, which tells the reason.
    socket.addEventListener("error", () => queueMicrotask(() => closed("error")));
    socket.addEventListener("close", (event) => closed(endOf(event)));
    if (socket.readyState === OPEN) return events.opened();
    socket.addEventListener("open", () => events.opened());
    if (socket.readyState === CLOSED) closed("client");
  }
}

/** Reads from a "close" event how the connection ended. Only the platform closes uncleanly with a code of its own. */
function endOf({ code, wasClean = code !== LOST }: SocketEvent): SocketEnd {
  if (wasClean) return "client";
  return code === NO_PONG ? "idle" : "error";
}
