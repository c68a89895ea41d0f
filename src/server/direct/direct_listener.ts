// DirectListener: an HTTP server on node:http that leaves the connections of WebSockets to the program.

import type { Clock } from "../../clock.ts";
import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import { isLoopbackHostname, labelOf, type ServerAddress } from "../address.ts";
import { ListenerUsers } from "../http/listener_users.ts";
import { leftOutText, LogThrottle } from "../log_throttle.ts";
import { AcceptWatchdog, needsWatchdog } from "./accept_watchdog.ts";
import { type CertificatePair, checkPair } from "../certificate_pair.ts";
import { DirectConnections } from "./direct_connections.ts";
import { type DirectHandlers, DirectRequests } from "./direct_requests.ts";
import { addressText, canonicalAddress, type ListenAddress, listenOn, removeFile } from "./listen_address.ts";
import type { NodeError, NodeServer, RawSocket } from "./node_http.ts";
import { loadNodePlatform, nextTurn, type NodePlatform } from "./node_platform.ts";

/** The responses to requests that have no `ServerResponse`. */
const BAD_REQUEST = bare("400 Bad Request");
const HEAD_TOO_LARGE = bare("431 Request Header Fields Too Large");
const NOT_IMPLEMENTED = bare("501 Not Implemented");

/** Options of {@linkcode DirectListener.open}. */
export interface DirectListenerOptions {
  /** Where to listen. Port 0: a free port. */
  address: ListenAddress;
  /** The certificate for TLS. Not for a Unix socket. */
  certificate?: CertificatePair;
  /** Whether clients reach it only through a loopback address, without a proxy. */
  isLoopback: boolean;
  /**
   * How long the head of the first request of a connection may take, in ms. Each later request may take 60 s. 0: no
   * limit for both.
   */
  handshakeTimeoutMs: number;
  /** Set if other listeners with this option listen on the same port. The system then spreads the connections. */
  shared?: SharedPort;
  /** The source of all time limits. */
  clock: Clock;
  /** Gets a line when the listener cannot accept connections, and when it can again. */
  logger: Logger;
}

/** A port that several listeners share. */
export interface SharedPort {
  /**
   * Called for each accepted connection. The owner of the listeners must detect one that accepts none, because none of
   * them has a watchdog.
   */
  onAccepted(): void;
}

/**
 * Listens from {@linkcode DirectListener.open} until it is shut down. If Deno stops accepting connections because too
 * many files were open, it listens again. All connections stay open then.
 */
export class DirectListener {
  readonly isLoopback: boolean;
  readonly tls: boolean;
  readonly #platform: NodePlatform;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #acceptErrors: LogThrottle;
  readonly #server: NodeServer;
  readonly #connections: DirectConnections;
  readonly #shared: SharedPort | undefined;
  readonly #users = new ListenerUsers();
  readonly #ended = Promise.withResolvers<void>();
  /** The address that was asked for. Has the actual port after the first success. */
  #address: ListenAddress;
  #addr: ServerAddress | undefined;
  #watchdog: AcceptWatchdog | undefined;
  #isShutDown = false;

  private constructor(platform: NodePlatform, options: DirectListenerOptions, handlers: DirectHandlers) {
    const { address, certificate, isLoopback, handshakeTimeoutMs, clock, logger, shared } = options;
    this.isLoopback = isLoopback;
    this.tls = certificate !== undefined;
    this.#platform = platform;
    this.#clock = clock;
    this.#logger = logger;
    this.#shared = shared;
    this.#acceptErrors = new LogThrottle(clock, 1);
    this.#address = canonicalAddress(address, platform);
    const unixPath = "path" in this.#address ? this.#address.path : undefined;
    this.#connections = new DirectConnections({ handshakeTimeoutMs, clock, unixPath, tls: this.tls });
    this.#server = this.#createServer(certificate, handlers);
    // A program need not use `finished`.
    this.#ended.promise.catch(() => {});
  }

  /**
   * Begins to listen.
   *
   * @throws {TypeError} If the platform does not have Node's modules, or if the certificate is not valid.
   * @throws {Error} When it cannot listen: see `listenOn()`.
   */
  static async open(options: DirectListenerOptions, handlers: DirectHandlers): Promise<DirectListener> {
    const { address, certificate } = options;
    const platform = loadNodePlatform();
    if (certificate) {
      checkPair(platform.crypto, certificate, `Cannot listen on ${addressText(canonicalAddress(address, platform))}`);
    }
    const listener = new DirectListener(platform, options, handlers);
    await listener.#listen();
    listener.#watch();
    return listener;
  }

  /** The address on which it listens, with the actual IP address and port. */
  get addr(): ServerAddress {
    if (!this.#addr) throw new TypeError("Cannot read the address: the listener is not open");
    return this.#addr;
  }

  /**
   * Resolves when it was shut down and all connections are closed. Rejects if it had to listen again and could not.
   * Then its connections stay open, and `retire()` ends it.
   */
  get finished(): Promise<void> {
    return this.#ended.promise;
  }

  /** Counts a request or a client. Call the returned function when it has ended. Further calls have no effect. */
  addUser(): () => void {
    return this.#users.add();
  }

  /** Shuts down when the last request and the last client have ended. */
  async retire(): Promise<void> {
    await this.#users.none();
    await this.shutdown();
  }

  /**
   * Stops listening. Closes all connections on which no response is running, even with an incomplete request, and the
   * others after their responses. Does not close connections that were taken, because their owners do. Resolves when
   * all connections are closed.
   */
  async shutdown(): Promise<void> {
    if (!this.#isShutDown) {
      this.#isShutDown = true;
      this.#watchdog?.stop();
      this.#stopListening();
    }
    await this.#connections.closeAll();
    this.#ended.resolve();
  }

  /**
   * Uses another certificate for new connections. Open connections stay open. Returns `false` if the platform cannot
   * replace a certificate (Bun).
   *
   * @throws {TypeError} If the listener has no TLS, or if the certificate is not valid. Then nothing changes.
   */
  setCertificate({ cert, key }: CertificatePair): boolean {
    const cannot = "Cannot set the certificate";
    if (!this.tls) throw new TypeError(`${cannot}: the listener has no TLS`);
    checkPair(this.#platform.crypto, { cert, key }, cannot);
    if (!this.#server.setSecureContext) return false;
    this.#server.setSecureContext({ cert, key });
    return true;
  }

  /** Listens again, because the platform accepts no connections any more. Open connections stay open. */
  async listenAgain(): Promise<void> {
    const what = "new connections get no response; opening the listener again";
    this.#logger.error(`Cannot accept clients on ${this.#label}: ${what}`);
    try {
      this.#stopListening();
      await this.#listen();
      this.#logger.info(`Listening on ${this.#label} again`);
      if (this.#isShutDown) this.#stopListening();
    } catch (error) {
      this.#watchdog?.stop();
      this.#ended.reject(error);
    }
  }

  #createServer(certificate: CertificatePair | undefined, handlers: DirectHandlers): NodeServer {
    const { http, https } = this.#platform;
    // The time limits of node:http are off, because Deno does not enforce them. DirectConnection has its own.
    const options = { requireHostHeader: false, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
    const server = certificate
      ? https.createServer({ ...options, cert: certificate.cert, key: certificate.key, ALPNProtocols: ["http/1.1"] })
      : http.createServer(options);
    const connections = this.#connections;
    const requests = new DirectRequests({
      platform: this.#platform,
      handlers,
      scheme: certificate ? "https" : "http",
      ownHost: () => hostOf(this.addr),
      addUser: () => this.addUser(),
    });
    server.on("connection", (socket) => {
      this.#watchdog?.accepted();
      this.#shared?.onAccepted();
      connections.accept(socket);
    });
    server.on("secureConnection", (socket) => connections.secure(socket));
    server.on("request", (message, target) => requests.answer(message, target, connections.of(message.socket)));
    // Without a listener, node:http would answer with status 417.
    server.on(
      "checkExpectation",
      (message, target) => requests.answer(message, target, connections.of(message.socket)),
    );
    server.on("upgrade", (message, socket, head) => requests.upgrade(message, socket, head, connections.of(socket)));
    server.on("connect", (_message, socket) => connections.of(socket).reject(NOT_IMPLEMENTED));
    server.on("clientError", (error, socket) => this.#rejectInvalid(error, socket));
    server.on("error", (error) => this.#reportAccept(error));
    return server;
  }

  async #listen(): Promise<void> {
    const addr = await listenOn(this.#server, this.#address, this.#platform, this.#shared !== undefined);
    this.#addr = addr;
    // Keeps the host, because a program may be allowed to use `localhost`, but not `127.0.0.1`.
    if ("port" in this.#address) this.#address = { ...this.#address, port: addr.port };
  }

  /** Answers a request that is not valid HTTP. */
  #rejectInvalid({ code }: NodeError, socket: RawSocket): void {
    if (!socket.writable) socket.destroy();
    else this.#connections.of(socket).reject(code === "HPE_HEADER_OVERFLOW" ? HEAD_TOO_LARGE : BAD_REQUEST);
  }

  /** Logs that a connection could not be accepted. Node and Bun try again by themselves, and Deno has no such event. */
  #reportAccept(error: NodeError): void {
    // Errors of listen() are reported by its caller.
    if (!this.#server.listening) return;
    const leftOut = this.#acceptErrors.admit(textOf(error));
    if (leftOut === undefined) return;
    this.#logger.error(`Cannot accept clients on ${this.#label}: ${textOf(error)}${leftOutText(leftOut)}`);
  }

  #watch(): void {
    const address = this.#address;
    // Another listener may get the watchdog's connection.
    if (this.#shared || !needsWatchdog(address)) return;
    const { net } = this.#platform;
    this.#watchdog = new AcceptWatchdog({
      clock: this.#clock,
      connect: () => net.connect("path" in address ? address : { host: address.hostname, port: address.port }),
      nextTurn: () => nextTurn(this.#platform),
      onDeaf: () => void this.listenAgain(),
    });
  }

  /** The address for log lines. */
  get #label(): string {
    return labelOf(this.addr, this.tls ? "wss" : "ws");
  }

  #stopListening(): void {
    // Otherwise, the file of a Unix socket may belong to the next listener.
    if (!this.#server.listening) return;
    this.#server.close();
    if (!("path" in this.#address)) return;
    try {
      removeFile(this.#address.path, this.#platform);
    } catch (error) {
      this.#logger.warn(`Cannot remove ${this.#label}: ${textOf(error)}`);
    }
  }
}

/** Returns a response without a body, after which the connection is closed. */
function bare(status: string): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

/** Returns the host of URLs whose request does not name one. `Deno.serve()` uses the same. */
function hostOf({ hostname, port, path }: ServerAddress): string {
  if (path !== undefined) return "localhost";
  const isLocal = isLoopbackHostname(hostname) || hostname === "0.0.0.0" || hostname === "::";
  return addressText({ hostname: isLocal ? "localhost" : hostname, port });
}
