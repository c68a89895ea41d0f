// WebSocketLike: the members of a WebSocket that both the client and the server use.

/**
 * The members of a WebSocket that this package uses. The platform's `WebSocket` and the one of npm's `ws` have them.
 */
export interface WebSocketLike {
  /** This package sets it to "arraybuffer". */
  binaryType: string;
  /** The subprotocol that the server selected in the handshake; `""` if it selected none. */
  readonly protocol: string;
  /** How many bytes were not passed to the network yet. */
  readonly bufferedAmount: number;
  /** Begins to close the connection. */
  close(code?: number, reason?: string): void;
  /** Adds a listener for `open`, `message` (with `data`), `error`, or `close` (with `code` and `reason`). */
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void;
}

/** The event members that this package uses. */
export interface SocketEvent {
  /**
   * The event name. It is not read, but without it the events of npm's `ws` have no member in common with this type.
   */
  readonly type?: string;
  /** For `message`: text, an ArrayBuffer that belongs to this package from now on, or other bytes. */
  readonly data?: unknown;
  /** For `close`: the close code. */
  readonly code?: number;
  /** For `close`: the reason that the peer gave. */
  readonly reason?: string;
  /** For `close`: whether both sides have closed the connection, and it was not lost. */
  readonly wasClean?: boolean;
  /** For `error`, on some platforms: the error text. */
  readonly message?: string;
  /** For `error`, on some platforms: the error. */
  readonly error?: unknown;
}
