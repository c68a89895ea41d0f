// ServerSocket: the part of the WebSocket interface that a server uses.

import type { WebSocketLike } from "../web_socket_like.ts";

/** A WebSocket that a server has accepted. Deno's `WebSocket` and the one of npm's `ws` fit. */
export interface ServerSocket extends WebSocketLike {
  /** 0 while the socket opens, 1 when it is open, 2 while it closes, and 3 when it is closed. */
  readonly readyState: number;
  /**
   * Sends text or bytes. The server reuses the bytes at once if the socket is the platform's `WebSocket`, which copies
   * them. Every other socket gets a copy of its own.
   */
  send(data: string | Uint8Array<ArrayBuffer>): void;
}
