// HttpListener: an HTTP server that an endpoint opened, whatever the transport.

import type { RequestInfo, ServerAddress } from "../address.ts";
import type { CertificatePair } from "../certificate_pair.ts";
import type { ClientTransport } from "../clients/client_transport.ts";
import type { HandshakeRequest, RequestTarget } from "./request_target.ts";

/** A WebSocket handshake that was accepted. */
export interface Upgrade {
  /** The connection, which may not be open yet. */
  transport: ClientTransport;
  /** What the handler of the request must return. */
  response: Response;
  /** Must be called once, when the connection has ended. */
  onClosed?: () => void;
}

/** Where a request came from, as far as its checks and the handshake need it. */
export interface RequestSource {
  /** Whether clients reach it only through a loopback address, without a proxy. */
  readonly isLoopback: boolean;
  /** Whether the request came over TLS. */
  readonly tls: boolean;
  /** Whether a server of the program received the request, and not a listener of this server. */
  readonly isMounted: boolean;
  /** Accepts a checked handshake, with the selected subprotocol. Returns `undefined` if the client has left. */
  upgrade(request: HandshakeRequest, subprotocol: string | undefined): Upgrade | undefined;
}

/** Answers a request that came from `source`. */
export type OwnHandler = (
  request: Request,
  info: RequestInfo,
  source: RequestSource,
) => Response | Promise<Response>;

/** The functions of a server that answer requests. */
export interface RequestHandlers {
  handler: OwnHandler;
  /** The same for a request that asks for a WebSocket, and whose target is valid. */
  handshakeHandler: (
    request: HandshakeRequest,
    info: RequestInfo,
    source: RequestSource,
  ) => Response | Promise<Response>;
  /** Answers a request that cannot have a `Request`, because `targetFault()` returns a reason. */
  onInvalidTarget: (target: RequestTarget, info: RequestInfo) => Response | Promise<Response>;
  /** Answers a request if the handler failed, or if its response could not be sent. */
  onError: (error: unknown) => Response;
}

/** The address to listen on, and how. */
export interface ListenerOptions extends RequestHandlers, Partial<CertificatePair> {
  hostname: string;
  port: number;
  /** The path of a Unix socket, which replaces `hostname` and `port`. */
  path?: string;
  /** Whether clients reach it only through a loopback address, without a proxy. */
  isLoopback: boolean;
  /** Aborts when the server closes, so that a listener that takes long to start does not have to finish. */
  closing: AbortSignal;
}

/** An HTTP server that listens until it is shut down, or until the platform stops it because of an error. */
export interface HttpListener {
  /** The address, with the actual port. */
  readonly addr: ServerAddress;
  /**
   * Settles when it has stopped listening. Rejects if the platform stopped it, for example without free descriptors.
   */
  readonly finished: Promise<void>;
  /**
   * Shuts down when the last request and the last client have ended. Other open connections are closed then, even with
   * an incomplete request.
   */
  retire(): Promise<void>;
  /** Listens again if it accepts no connections any more, although it listens. Only if the platform can do that. */
  listenAgain?(): Promise<void>;
  /** Stops listening, and closes the connections of clients. Resolves when all connections are closed. */
  shutdown(): Promise<void>;
  /** Ends at once what is left of `shutdown()`, because it has taken too long. Only if the platform can do that. */
  abandon?(): void;
  /**
   * Replaces the certificate for new connections. Open ones stay. Returns `false` if the platform cannot do that.
   *
   * @throws {Error} When the certificate and the key are not valid or do not match. Nothing changes then.
   */
  setCertificate(pair: CertificatePair): boolean | Promise<boolean>;
}

/**
 * Begins to listen.
 *
 * @throws {Error} When it cannot listen, or `closing` has aborted. Errors of the system have a `code`, such as
 * `"EADDRINUSE"` when the address is in use.
 */
export type OpenListener = (options: ListenerOptions) => Promise<HttpListener>;
