// DirectConnections: the open connections of a direct listener.

import type { Clock } from "../../clock.ts";
import type { RemoteAddress } from "../address.ts";
import { DirectConnection } from "./direct_connection.ts";
import type { RawSocket } from "./node_http.ts";

/** Options of {@linkcode DirectConnections}. */
export interface DirectConnectionsOptions {
  /** How long the head of the first request of a connection may take, in ms. 0: no limit. */
  handshakeTimeoutMs: number;
  /** The source of all time limits. */
  clock: Clock;
  /** The path of the Unix socket on which the listener listens, or `undefined` if it listens on a port. */
  unixPath: string | undefined;
  /** Whether the connections carry TLS. */
  tls: boolean;
}

/** All connections of a listener, also those that have left HTTP, each from its acceptance to its end. */
export class DirectConnections {
  readonly #options: DirectConnectionsOptions;
  readonly #open = new Set<DirectConnection>();
  readonly #bySocket = new WeakMap<RawSocket, DirectConnection>();
  /** The last connection of each peer, by its address. Only for TLS, whose sockets find their connections here. */
  readonly #byPeer = new Map<string, DirectConnection>();
  readonly #allClosed = Promise.withResolvers<void>();
  #isClosing = false;

  constructor(options: DirectConnectionsOptions) {
    this.#options = options;
  }

  /** Adds a connection. With TLS, before its handshake. */
  accept(socket: RawSocket): DirectConnection {
    // Stays for the whole life of the connection, because an error without a listener ends the process.
    socket.on("error", () => {});
    socket.setNoDelay(true);
    const remoteAddr = this.#peerOf(socket);
    const connection = new DirectConnection(socket, { remoteAddr, ...this.#options });
    const peer = JSON.stringify(remoteAddr);
    this.#open.add(connection);
    this.#bySocket.set(socket, connection);
    if (this.#options.tls) this.#byPeer.set(peer, connection);
    socket.on("close", () => {
      this.#open.delete(connection);
      if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
      this.#checkEnd();
    });
    if (this.#isClosing) connection.close();
    return connection;
  }

  /**
   * Assigns a TLS socket, whose handshake has succeeded, to its connection. Node's modules do not name the connection
   * of a TLS socket, but both have the same peer.
   */
  secure(socket: RawSocket): void {
    const connection = this.#byPeer.get(JSON.stringify(this.#peerOf(socket)));
    if (!connection) return;
    socket.on("error", () => {});
    this.#bySocket.set(socket, connection);
    connection.secure(socket);
  }

  /** Returns the connection of a socket, which may be a TLS socket. */
  of(socket: RawSocket): DirectConnection {
    return this.#bySocket.get(socket) ?? this.accept(socket);
  }

  /**
   * Closes all connections, also those that are accepted later: at once if no response is running, and otherwise after
   * it. Does not close connections that have left HTTP. Resolves when all are closed.
   */
  closeAll(): Promise<void> {
    this.#isClosing = true;
    for (const connection of this.#open) connection.close();
    this.#checkEnd();
    return this.#allClosed.promise;
  }

  /**
   * Returns the address of the peer. Returns `undefined` for a connection that has none: one that was reset, or that
   * came through a Unix socket of the program.
   */
  #peerOf({ remoteAddress, remotePort }: RawSocket): RemoteAddress | undefined {
    const { unixPath } = this.#options;
    if (unixPath !== undefined) return { transport: "unix", path: unixPath };
    return remoteAddress === undefined
      ? undefined
      : { transport: "tcp", hostname: remoteAddress, port: remotePort ?? 0 };
  }

  #checkEnd(): void {
    if (this.#isClosing && this.#open.size === 0) this.#allClosed.resolve();
  }
}
