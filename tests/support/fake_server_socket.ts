// FakeServerSocket: the server's end of a WebSocket, without a network.

import type { ServerSocket } from "../../src/server/server_socket.ts";
import type { SocketEvent } from "../../src/web_socket_like.ts";

/** An open socket that ignores all data. Subclasses and tests replace `send` and `close`. */
export class FakeServerSocket implements ServerSocket {
  binaryType = "";
  protocol = "";
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  readonly #listeners: { type: string; listener: (event: SocketEvent) => void }[] = [];

  /** `methods` replaces `send` and `close`. */
  constructor(methods: Partial<Pick<ServerSocket, "send" | "close">> = {}) {
    Object.assign(this, methods);
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners.push({ type, listener });
  }

  send(_data: string | Uint8Array<ArrayBuffer>): void {}

  close(_code?: number, _reason?: string): void {}

  /** Emits a message from the client. */
  receive(data: string | ArrayBuffer | Uint8Array): void {
    this.emit("message", { data });
  }

  /** Emits an event. */
  emit(type: "open" | "message" | "error" | "close", event: SocketEvent = {}): void {
    for (const each of this.#listeners) {
      if (each.type === type) each.listener(event);
    }
  }
}
