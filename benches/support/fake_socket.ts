// FakeSocket: a server without a network, to measure the client's own time.

import type { ClientSocket, SocketEvent } from "../../src/client/mod.ts";

/** Implements the parts of WebSocket that both clients use. */
export class FakeSocket implements ClientSocket {
  binaryType = "";
  readonly protocol = "foxglove.websocket.v1";
  readonly bufferedAmount = 0;
  /** Used by npm's client. */
  onopen: (event: SocketEvent) => void = () => {};
  onmessage: (event: { data: unknown }) => void = () => {};
  onerror: (event: SocketEvent) => void = () => {};
  onclose: (event: SocketEvent) => void = () => {};
  /** The last data that the client sent. */
  sent: unknown;

  /** Used by our client. */
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void {
    this[`on${type}`] = listener;
  }

  send(data: unknown): void {
    this.sent = data;
  }

  close(): void {
    this.onclose({ code: 1000, reason: "" });
  }
}
