// The objects of node:http and node:net that the direct transport uses, with the members that it uses.

/** A connection of `node:net`, or of `node:tls` on top of one. */
export interface RawSocket {
  /** Whether the connection was destroyed. Its event `close` may still follow. */
  readonly destroyed: boolean;
  /** Whether `write()` may be called: not destroyed, and not ended by this side. */
  readonly writable: boolean;
  /** The bytes that were written and that the system has not taken yet. */
  readonly writableLength: number;
  /** The IP address of the peer. `undefined` for a Unix socket, and after the connection was destroyed. */
  readonly remoteAddress?: string | undefined;
  /** The port of the peer. `undefined` for a Unix socket, and after the connection was destroyed. */
  readonly remotePort?: number | undefined;
  /** `IPv4` or `IPv6`. `undefined` for a Unix socket, and after the connection was destroyed. */
  readonly remoteFamily?: string | undefined;
  /**
   * Writes bytes, which must not change before `callback` is called. Calls it when the system has taken them, or with
   * an error. Returns whether the socket buffers little enough to continue.
   */
  write(bytes: Uint8Array | string, callback?: (error?: Error | null) => void): boolean;
  /** Collects all writes until `uncork()`, which passes them to the system with one call. */
  cork(): void;
  /** Ends `cork()`. */
  uncork(): void;
  /** Sends the bytes and then FIN. The peer may continue to send. */
  end(bytes?: Uint8Array | string): unknown;
  /** Closes the connection at once, and frees what waits to be sent. */
  destroy(error?: Error): unknown;
  /** Stops reading. Then FIN is not noticed either. */
  pause(): unknown;
  /** Reads again. */
  resume(): unknown;
  /** `true` for a TLS socket, and absent for others. */
  readonly encrypted?: boolean;
  /** Whether small writes are sent at once (TCP_NODELAY). */
  setNoDelay(on: boolean): unknown;
  /** Lets the process exit although the connection is open. */
  unref(): unknown;
  /** Calls the listener for each received piece. The bytes belong to the listener. Starts reading. */
  on(event: "data", listener: (bytes: Uint8Array<ArrayBuffer>) => void): unknown;
  /** Calls the listener with an error of the connection. Without any listener, an error ends the process. */
  on(event: "error", listener: (error: Error & { code?: string }) => void): unknown;
  /**
   * Calls the listener when it is connected, when everything written was taken, when the peer has sent FIN, or when it
   * has closed.
   */
  on(event: "connect" | "drain" | "end" | "close", listener: () => void): unknown;
  /** Removes a listener. */
  off(event: "data", listener: (bytes: Uint8Array<ArrayBuffer>) => void): unknown;
  /** Removes a listener. */
  off(event: "error", listener: (error: Error & { code?: string }) => void): unknown;
  /** Removes a listener. */
  off(event: "connect" | "drain" | "end" | "close", listener: () => void): unknown;
}

/** A request of `node:http`: an `IncomingMessage`. */
export interface NodeRequest {
  /** The request target. */
  readonly url?: string | undefined;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** The connection of a request of `node:http`: a `Duplex`, `net.Socket` or `tls.TLSSocket`. */
export interface NodeSocket {
  /** Closes the connection at once. */
  destroy(error?: Error): unknown;
}

/** A request of `node:http`. */
export interface IncomingMessage extends AsyncIterable<Uint8Array<ArrayBuffer>> {
  /** The method as the peer sent it. */
  readonly method: string;
  /** The request target as the peer sent it. */
  readonly url: string;
  /** `1.1` or `1.0`, but also `2.0` if the peer writes that. */
  readonly httpVersion: string;
  /** Names and values in turn, as the peer sent them, one character for each byte. */
  readonly rawHeaders: readonly string[];
  /** The connection. With TLS, the decrypted one. */
  readonly socket: RawSocket;
  /** Whether the whole body has been received. */
  readonly complete: boolean;
}

/** A response of `node:http`. */
export interface ServerResponse {
  /** Whether the connection is kept after the response. */
  shouldKeepAlive: boolean;
  /** Whether everything was passed to the system. */
  readonly writableFinished: boolean;
  /** Whether the connection was destroyed. */
  readonly destroyed: boolean;
  /** Sets status, reason phrase and headers (names and values in turn). They are sent with the first bytes. */
  writeHead(status: number, reason: string, headers: string[]): unknown;
  /** Sets status and headers, with the default reason phrase. */
  writeHead(status: number, headers: string[]): unknown;
  /** Sends the head before the body has bytes. */
  flushHeaders(): void;
  /** Writes a part of the body. Returns whether the buffer has room for more. */
  write(bytes: Uint8Array): boolean;
  /** Ends the body. */
  end(bytes?: Uint8Array): unknown;
  /** Closes the connection. */
  destroy(): unknown;
  /** Writes to a connection that does not belong to an HTTP server. */
  assignSocket(socket: RawSocket): void;
  /** Ends `assignSocket()`. */
  detachSocket(socket: RawSocket): void;
  /** Calls the listener when the buffer is empty, all is sent, or the connection has closed. */
  on(event: "drain" | "finish" | "close", listener: () => void): unknown;
  /** Removes a listener. */
  off(event: "drain" | "finish" | "close", listener: () => void): unknown;
}

/** An error of `node:http` or `node:net`. */
export type NodeError = Error & { code?: string };

/** The events of a {@linkcode NodeServer}, with the arguments of their listeners. */
export interface NodeServerEvents {
  /** A TCP connection or a connection to a Unix socket. With TLS, before its handshake. */
  connection: [socket: RawSocket];
  /** A connection whose TLS handshake has succeeded. */
  secureConnection: [socket: RawSocket];
  /** A request that is not an upgrade. */
  request: [message: IncomingMessage, response: ServerResponse];
  /** A request with an `Expect` header other than `100-continue`. */
  checkExpectation: [message: IncomingMessage, response: ServerResponse];
  /** A request with an `Upgrade` header. `head`: what the peer sent after it. */
  upgrade: [message: IncomingMessage, socket: RawSocket, head: Uint8Array<ArrayBuffer>];
  /** A request with the method CONNECT. */
  connect: [message: IncomingMessage, socket: RawSocket];
  /** A request that is not valid HTTP, or an error of its connection. */
  clientError: [error: NodeError, socket: RawSocket];
  /** A TLS handshake that failed. */
  tlsClientError: [error: NodeError, socket: RawSocket];
  /** It cannot listen, or cannot accept a connection. */
  error: [error: NodeError];
  /** It listens. */
  listening: [];
}

/** A server of `node:http` or `node:https`. */
export interface NodeServer {
  /** Whether it listens. */
  readonly listening: boolean;
  /** Begins to listen. The event `listening` or `error` follows, or it throws. */
  listen(
    options: { host: string; port: number; backlog: number; reusePort: boolean } | { path: string; backlog: number },
  ): unknown;
  /** Stops listening at once. Open connections stay open, except some that are idle. */
  close(): unknown;
  /** The address on which it listens. Text for a Unix socket. */
  address(): { address: string; port: number } | string | null;
  /** Replaces the certificate for new connections. Only for TLS. Bun does not have it. */
  setSecureContext?(certificate: { cert: string; key: string }): void;
  /** Adds a listener. */
  on<E extends keyof NodeServerEvents>(event: E, listener: (...args: NodeServerEvents[E]) => void): unknown;
  /** Removes a listener. */
  off<E extends keyof NodeServerEvents>(event: E, listener: (...args: NodeServerEvents[E]) => void): unknown;
}
