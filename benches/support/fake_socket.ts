// FakeSocket: a server without a network, for what receiving costs the client itself.

import type { ClientSocket, SocketEvent } from "../../src/client/mod.ts";

/** Looks to both clients like the WebSocket that they use. */
export class FakeSocket implements ClientSocket {
  binaryType = "";
  readonly protocol = "foxglove.websocket.v1";
  readonly bufferedAmount = 0;
  /** Of npm's client. */
  onopen: (event: SocketEvent) => void = () => {};
  onmessage: (event: { data: unknown }) => void = () => {};
  onerror: (event: SocketEvent) => void = () => {};
  onclose: (event: SocketEvent) => void = () => {};
  /** What the client sent last. */
  sent: unknown;

  /** Of ours. */
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
