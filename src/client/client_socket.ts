// ClientSocket: the part of the WebSocket interface that a client uses.

import type { WebSocketLike } from "../web_socket_like.ts";

/** A WebSocket of a client. The platform's `WebSocket` and the one of npm's `ws` fit. */
export interface ClientSocket extends WebSocketLike {
  /**
   * 0 while the socket opens, 1 when it is open, 2 while it closes, and 3 when it is closed. If it is absent, the
   * socket counts as opening until its event `open` or its first message.
   */
  readonly readyState?: number;
  /** Sends text or bytes. The client does not change the bytes afterwards, so they need not be copied. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
}
