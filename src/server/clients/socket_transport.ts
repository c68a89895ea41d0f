// SocketTransport: a WebSocket as the transport of one client, with its events.

import type { SubscriptionId } from "../../protocol/ids.ts";
import type { DataFrame, Frame } from "../delivery/outbox.ts";
import type { ServerSocket } from "../server_socket.ts";
import type { SocketEvent } from "../../web_socket_like.ts";
import type { ClientTransport, SocketEnd, TransportEvents } from "./client_transport.ts";
import { endIdleTimer } from "./idle_timer.ts";

/** Values of `readyState`. */
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The close codes of sockets whose connection was lost, and of those that Deno closes because of a missing pong. */
const LOST = 1006;
const NO_PONG = 1001;

/**
 * How many bytes may be in the socket before it takes no more frames. Their memory cannot be freed if the client has
 * stopped reading.
 */
export const WATERMARK_BYTES: number = 256 * 1024;

/** A WebSocket, as outboxes and connections use it. */
export class SocketTransport implements ClientTransport {
  readonly #socket: ServerSocket;
  /** Whether the socket copies bytes before `send()` returns. npm's `ws`, for example, may still send them later. */
  readonly #copiesBytes: boolean;

  constructor(socket: ServerSocket) {
    this.#socket = socket;
    this.#copiesBytes = socket instanceof WebSocket;
    socket.binaryType = "arraybuffer";
  }

  get hasRoom(): boolean {
    return this.#socket.bufferedAmount < WATERMARK_BYTES;
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isClosing(): boolean {
    return this.#socket.readyState === CLOSING;
  }

  send(frame: Frame): void {
    this.#socket.send(this.#copiesBytes || typeof frame === "string" ? frame : frame.slice());
  }

  sendData(message: DataFrame, subscriptionId: SubscriptionId): void {
    message.setSubscriptionId(subscriptionId);
    this.send(message.bytes);
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

  listen(events: TransportEvents): void {
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
