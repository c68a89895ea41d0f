// socketPair(): two ends of a WebSocket within this process.

import type { ClientSocket } from "../client/mod.ts";
import type { ServerSocket } from "../server/server_socket.ts";
import type { SocketEvent } from "../web_socket_like.ts";

type EventType = "open" | "message" | "error" | "close";

/** Returns the ends of a connection, which is open already. */
export function socketPair(protocol: string): { client: ClientSocket; server: ServerSocket } {
  const client = new SocketEnd(protocol);
  const server = new SocketEnd(protocol);
  client.peer = server;
  server.peer = client;
  return { client, server };
}

/** One end. Messages arrive after the running code, in order. */
class SocketEnd implements ClientSocket, ServerSocket {
  binaryType = "arraybuffer";
  readonly protocol: string;
  readonly bufferedAmount = 0;
  readyState = 1;
  peer: SocketEnd | undefined;
  readonly #listeners: { readonly type: EventType; readonly listener: (event: SocketEvent) => void }[] = [];

  constructor(protocol: string) {
    this.protocol = protocol;
  }

  addEventListener(type: EventType, listener: (event: SocketEvent) => void): void {
    this.#listeners.push({ type, listener });
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 1) return;
    // The receiver owns a buffer, so it must contain nothing else.
    const owned = typeof data === "string" ? data : data.slice().buffer;
    queueMicrotask(() => {
      if (this.peer?.readyState === 1) this.peer.#emit("message", { data: owned });
    });
  }

  close(code = 1005, reason = ""): void {
    this.#end(code, reason);
    // After the messages that were sent before.
    queueMicrotask(() => {
      if (this.peer) this.peer.#end(code, reason);
    });
  }

  #end(code: number, reason: string): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    queueMicrotask(() => {
      this.readyState = 3;
      this.#emit("close", { code, reason, wasClean: true });
    });
  }

  #emit(type: EventType, event: SocketEvent): void {
    for (const each of this.#listeners) if (each.type === type) each.listener(event);
  }
}
