// DirectAccess: how clients reach a server without the WebSocket of the platform: by its own listeners, or by a server
// of the program.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { BatchPool } from "../../websocket/batch_pool.ts";
import { negotiateExtensions } from "../../websocket/extensions.ts";
import type { HandshakeRequest } from "../http/request_target.ts";
import type { OpenListener, RequestHandlers, RequestSource, Upgrade } from "../http/http_listener.ts";
import { type CompressionOptions, Compressor } from "./compressor.ts";
import { DirectConnections } from "./direct_connections.ts";
import { DirectListener, type SharedPort } from "./direct_listener.ts";
import { type DirectHandlers, DirectRequests } from "./direct_requests.ts";
import { DirectTransport } from "./direct_transport.ts";
import type { DirectUpgrade } from "./direct_upgrade.ts";
import type { IncomingMessage, RawSocket } from "./node_http.ts";
import { loadNodePlatform } from "./node_platform.ts";

/** The options of a server on which its direct listeners depend. `FoxgloveServerOptions` describes them. */
export interface DirectOptions {
  clock: Clock;
  logger: Logger;
  handshakeTimeoutMs: number;
  maxMessageBytes: number;
  idleTimeoutMs: number;
  compression: Required<CompressionOptions> | undefined;
  /** Set if several listeners of this process share the port. */
  shared?: SharedPort;
}

/** The properties of a connection that its requests share. */
interface Connection {
  isLoopback: boolean;
  tls: boolean;
  /** Whether a server of the program has passed it on. */
  isMounted: boolean;
  /** Counts a client. The returned function must be called when it has disconnected. */
  addUser(): () => void;
}

/** Accepts handshakes on `node:http`. All connections share memory. */
export class DirectAccess {
  readonly #options: DirectOptions;
  readonly #pool = new BatchPool();
  #compressor: Compressor | undefined;
  /** The connections that servers of the program have passed on, without and with TLS. */
  #mounted: Record<"http" | "https", { connections: DirectConnections; requests: DirectRequests }> | undefined;

  constructor(options: DirectOptions) {
    this.#options = options;
  }

  /** Begins to listen on the address of the server. */
  readonly open: OpenListener = async ({ hostname, port, path, cert, key, isLoopback, ...handlers }) => {
    const { clock, logger, handshakeTimeoutMs, shared } = this.#options;
    const address = path === undefined ? { hostname, port } : { path };
    const hasTls = cert !== undefined && key !== undefined;
    const certificate = hasTls ? { certificate: { cert, key } } : {};
    const connection: Connection = {
      isLoopback,
      tls: hasTls,
      isMounted: false,
      addUser: () => listener.addUser(),
    };
    const listener: DirectListener = await DirectListener.open(
      { address, ...certificate, isLoopback, handshakeTimeoutMs, clock, logger, ...(shared ? { shared } : {}) },
      this.#handlersOf(handlers, connection),
    );
    return listener;
  };

  /**
   * Answers a handshake that a server of the program has received.
   *
   * @param head The bytes that have arrived behind the request.
   */
  upgrade(message: IncomingMessage, socket: RawSocket, head: Uint8Array<ArrayBuffer>, handlers: RequestHandlers): void {
    this.#mounted ??= { http: this.#mount("http", handlers), https: this.#mount("https", handlers) };
    const { connections, requests } = this.#mounted[socket.encrypted === true ? "https" : "http"];
    requests.upgrade(message, socket, new Uint8Array(head), connections.accept(socket));
  }

  #mount(scheme: "http" | "https", handlers: RequestHandlers) {
    const { clock } = this.#options;
    const connection: Connection = {
      isLoopback: false,
      tls: scheme === "https",
      isMounted: true,
      addUser: () => () => {},
    };
    // The request has arrived already, so it has no time limit.
    const connections = new DirectConnections({ handshakeTimeoutMs: 0, clock, unixPath: undefined, tls: false });
    const requests = new DirectRequests({
      platform: loadNodePlatform(),
      handlers: this.#handlersOf(handlers, connection),
      scheme,
      ownHost: () => "localhost",
      addUser: () => () => {},
    });
    return { connections, requests };
  }

  #handlersOf(handlers: RequestHandlers, connection: Connection): DirectHandlers {
    const { handler, handshakeHandler, onInvalidTarget, onError } = handlers;
    return {
      onRequest: (request, info) => handler(request, info, { ...connection, upgrade: () => undefined }),
      onUpgrade: async (request, info, pending) => {
        const source = new UpgradeSource(connection, (headers, offer) => this.#accept(pending, headers, offer));
        const response = await handshakeHandler(request, info, source);
        return source.isTaken ? undefined : response;
      },
      onInvalidTarget,
      onError,
    };
  }

  /**
   * Sends the response that accepts a handshake, with these headers. Returns `undefined` if the client has left.
   *
   * @param offer The extensions that the client offers.
   */
  #accept(pending: DirectUpgrade, headers: Record<string, string>, offer: string | null): DirectTransport | undefined {
    const { compression, clock, maxMessageBytes, idleTimeoutMs } = this.#options;
    if (compression) this.#compressor ??= new Compressor(loadNodePlatform().zlib, compression);
    const extensions = this.#compressor && negotiateExtensions(offer);
    const taken = pending.take(extensions ? { ...headers, "sec-websocket-extensions": extensions } : headers);
    if (!taken) return undefined;
    const compressor = extensions ? this.#compressor : undefined;
    const options = { pool: this.#pool, clock, maxMessageBytes, idleTimeoutMs, compressor };
    return new DirectTransport(taken.socket, taken.head, options);
  }
}

/** Accepts a handshake: see `DirectAccess`. */
type Accept = (headers: Record<string, string>, offer: string | null) => DirectTransport | undefined;

/** A WebSocket handshake that has arrived. */
class UpgradeSource implements RequestSource {
  readonly isLoopback: boolean;
  readonly tls: boolean;
  readonly isMounted: boolean;
  readonly #addUser: Connection["addUser"];
  readonly #accept: Accept;
  #isTaken = false;

  constructor({ isLoopback, tls, isMounted, addUser }: Connection, accept: Accept) {
    this.isLoopback = isLoopback;
    this.tls = tls;
    this.isMounted = isMounted;
    this.#addUser = addUser;
    this.#accept = accept;
  }

  /** Whether `upgrade()` has accepted it. The response has been sent then. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  upgrade({ headers }: HandshakeRequest, subprotocol: string | undefined): Upgrade | undefined {
    const own: Record<string, string> = subprotocol ? { "sec-websocket-protocol": subprotocol } : {};
    const transport = this.#accept(own, headers.get("sec-websocket-extensions"));
    if (!transport) return undefined;
    this.#isTaken = true;
    return { transport, response: new Response(), onClosed: this.#addUser() };
  }
}
