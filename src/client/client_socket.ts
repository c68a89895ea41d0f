// ClientSocket: the part of the WebSocket interface that a client uses.

/** The members of a WebSocket that a client uses. The platform's `WebSocket` and the one of npm's `ws` have them. */
export interface ClientSocket {
  /** The client sets it to "arraybuffer". */
  binaryType: string;
  /** The subprotocol that the server chose; `""` if it chose none. */
  readonly protocol: string;
  /** How many bytes were not passed to the network yet. */
  readonly bufferedAmount: number;
  /** Sends text or bytes. The client does not change the bytes afterwards, so they need not be copied. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Closes the connection. */
  close(code?: number, reason?: string): void;
  /** Adds a listener for `open`, `message` (with `data`), `error`, or `close` (with `code` and `reason`). */
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void;
}

/** The event members that a client uses. */
export interface SocketEvent {
  /**
   * The event name. The client does not read it, but without it the events of npm's `ws` have no member in common with
   * this type.
   */
  type?: string;
  /** For `message`: text or an ArrayBuffer. */
  data?: unknown;
  /** For `close`: the close code. */
  code?: number;
  /** For `close`: the reason that the server gave. */
  reason?: string;
  /** For `error`, on some platforms: the error text. */
  message?: string;
}
