// Endpoint: the address on which a server listens, and its certificate.

import type { Clock } from "../../clock.ts";
import { builtinModule, isDeno, PLATFORM } from "../../platform.ts";
import { isLoopbackHostname, labelOf, type ServerAddress, urlOf } from "../address.ts";
import { type CertificateModule, type CertificatePair, checkPair } from "../certificate_pair.ts";
import { settledWithin } from "../settled_within.ts";
import type { Logger } from "../../logger.ts";
import type { HttpListener, ListenerOptions, OpenListener, RequestHandlers } from "./http_listener.ts";
import { Relisten } from "./relisten.ts";

/** A certificate and its private key. Each is PEM text, or the `file:` URL of such a text. */
export interface Certificate {
  /** The certificate chain. The server's own certificate comes first. */
  cert: string | URL;
  /** The private key. */
  key: string | URL;
}

/** Options of {@linkcode Endpoint}. */
export interface EndpointOptions extends Partial<Certificate>, Pick<ListenerOptions, "hostname" | "port" | "path"> {
  /** How many proxies are in front of the server. */
  trustedProxies: number;
  clock: Clock;
  logger: Logger;
  openListener: OpenListener;
}

/** The address to listen on. The port may be 0 until the first listener has a real one. */
type ListenAddress = Pick<EndpointOptions, "hostname" | "port" | "path">;

/**
 * The pause between two attempts to listen on the port of a closed listener. The port is free after a turn of the event
 * loop.
 */
const RETRY_MS = 10;
const MAX_RETRIES = 100;

/**
 * One address, on which at most one HTTP server listens at a time. If the platform ends that server, the endpoint
 * listens again.
 */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #handlers: RequestHandlers;
  /** Whether clients reach it only through a loopback address, without a proxy. */
  readonly isLoopback: boolean;
  readonly #relisten: Relisten;
  /** Listeners whose connections are not all closed yet. */
  readonly #serving = new Set<HttpListener>();
  #address: ListenAddress;
  #certificate: Certificate | undefined;
  #listener: HttpListener | undefined;
  #wasOpened = false;
  #isReloading = false;
  readonly #closing = new AbortController();

  constructor(options: EndpointOptions, handlers: RequestHandlers) {
    const { hostname, port, path, cert, key, trustedProxies, clock, logger } = options;
    this.#options = options;
    this.#address = path === undefined ? { hostname, port } : { hostname, port, path };
    // Browsers can reach a Unix socket only through a proxy.
    this.isLoopback = path === undefined && isLoopbackHostname(hostname) && trustedProxies === 0;
    this.#handlers = handlers;
    this.#relisten = new Relisten(clock, logger, async () => {
      await this.#listen();
      logger.info(`Listening on ${this.label} again`);
    });
    if (cert !== undefined && key !== undefined) this.#certificate = { cert, key };
  }

  /** The address on which it listens, or `undefined` if it does not listen. */
  get addr(): ServerAddress | undefined {
    return this.#isClosed ? undefined : this.#listener?.addr;
  }

  /** The URL for clients on this machine, or `undefined` if it does not listen. */
  get url(): string | undefined {
    return this.addr && urlOf(this.addr, this.#scheme);
  }

  /** The address for log lines, or `undefined` if it does not listen. */
  get label(): string | undefined {
    return this.addr && labelOf(this.addr, this.#scheme);
  }

  /** Whether it was opened and is not closed, but does not listen at the moment. */
  get isDown(): boolean {
    return this.#wasOpened && !this.#listener && !this.#isClosed;
  }

  /**
   * Begins to listen.
   *
   * @throws {Error} If it cannot listen: see `OpenListener`.
   * @throws {TypeError} If it was closed in the meantime.
   */
  async open(): Promise<ServerAddress> {
    const listener = await this.#listen();
    this.#wasOpened = true;
    return listener.addr;
  }

  /**
   * Replaces the certificate. If the listener cannot do that, `closeClients` must close the connections of all clients,
   * and the endpoint listens again: Deno's native server cannot stop a listener and keep its connections. Returns
   * whether that happened.
   *
   * @throws {TypeError} If it does not listen, has no TLS, is already reloading, or if the certificate is not valid.
   * Then nothing changes.
   * @throws {Error} If another program took the port in the meantime. After every failure to listen, the endpoint keeps
   * trying.
   */
  async reload(
    certificate: Certificate,
    closeClients: () => readonly Promise<void>[],
    graceMs: number,
  ): Promise<boolean> {
    const cannot = "Cannot reload the certificate";
    if (this.#isReloading) throw new TypeError(`${cannot}: another reload is in progress`);
    if (this.isDown) throw new TypeError(`${cannot}: the server has lost its port and is trying to listen again`);
    const listener = this.#listener;
    if (!listener || this.#isClosed) throw new TypeError(`${cannot}: the server is not listening`);
    if (!this.#certificate) throw new TypeError(`${cannot}: the server was started without a certificate`);
    const pair = textOf(certificate);
    checkCertificate(cannot, pair);
    this.#isReloading = true;
    try {
      const isReplaced = await listener.setCertificate(pair);
      this.#certificate = pair;
      if (isReplaced) return false;
      await settledWithin(this.#options.clock, graceMs, closeClients());
      const gone = listener.shutdown().then(() => this.#serving.delete(listener));
      this.#listener = undefined;
      for (let retries = 0; !this.addr && !this.#isClosed; retries++) {
        await settledWithin(this.#options.clock, RETRY_MS, [gone]);
        await this.#listenUnlessInUse(retries);
      }
    } catch (error) {
      if (!this.#listener) this.#relisten.begin();
      throw error;
    } finally {
      this.#isReloading = false;
    }
    return true;
  }

  /** Must be called if the listener accepts no connections any more. */
  async listenAgain(): Promise<void> {
    if (!this.#isClosed) await this.#listener?.listenAgain?.();
  }

  /** Requests are still accepted, but a listener that ends from now on is not replaced. */
  beginClose(): void {
    this.#closing.abort();
    this.#relisten.cancel();
  }

  /**
   * Stops listening. Resolves when all connections are closed, which may never happen if a peer has stopped reading.
   */
  async close(): Promise<void> {
    this.beginClose();
    await Promise.all([...this.#serving].map((listener) => listener.shutdown()));
  }

  /** Ends at once what is left after {@linkcode close} has taken too long. */
  abandon(): void {
    for (const listener of this.#serving) listener.abandon?.();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  get #scheme(): "ws" | "wss" {
    return this.#certificate ? "wss" : "ws";
  }

  async #listen(): Promise<HttpListener> {
    // Keeps the text. Without free file descriptors, the server could not read the files again.
    const pair = this.#certificate && textOf(this.#certificate);
    const listener = await this.#options.openListener({
      ...this.#address,
      ...pair,
      isLoopback: this.isLoopback,
      closing: this.#closing.signal,
      ...this.#handlers,
    }).catch((error) => {
      throw this.#isClosed ? closedError() : error;
    });
    if (this.#isClosed) {
      await listener.shutdown();
      throw closedError();
    }
    const { transport: _unused, ...address } = listener.addr;
    this.#certificate = pair;
    this.#address = address;
    this.#listener = listener;
    this.#serving.add(listener);
    this.#relisten.succeeded();
    const ended = (error?: unknown) => this.#lose(listener, error);
    listener.finished.then(ended, ended);
    return listener;
  }

  async #listenUnlessInUse(retries: number): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#listen();
    } catch (error) {
      const isInUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!isInUse || retries >= MAX_RETRIES) throw error;
    }
  }

  /**
   * Must be called when `listener` has ended. If the endpoint did not end it, the platform did, for example because of
   * too many open files.
   */
  #lose(listener: HttpListener, error: unknown): void {
    if (this.#isClosed || this.#listener !== listener) return;
    const { label } = this;
    this.#listener = undefined;
    // Its clients stay connected.
    void listener.retire().catch(() => {}).then(() => this.#serving.delete(listener));
    const reason = error instanceof Error ? error.message : "the listener has ended";
    this.#options.logger.error(`Cannot accept clients on ${label}: ${reason}; trying to listen again`);
    // If a reload is in progress, reload() listens again.
    if (!this.#isReloading) this.#relisten.begin();
  }
}

function closedError(): TypeError {
  return new TypeError("Cannot start the server: it has been closed");
}

/** Reads the files of a certificate that is given as URLs. */
function textOf({ cert, key }: Certificate): CertificatePair {
  const read = (pem: string | URL) => typeof pem === "string" ? pem : PLATFORM.readTextFile(pem);
  return { cert: read(cert), key: read(key) };
}

/**
 * Checks a pair. Deno's native server has its own rules. They are also those of an HTTP client that would present the
 * pair to servers, and creating that needs no permission.
 */
function checkCertificate(cannot: string, pair: CertificatePair): void {
  if (!isDeno()) return checkPair(builtinModule("node:crypto") as CertificateModule, pair, cannot);
  try {
    Deno.createHttpClient({ ...pair }).close();
  } catch (cause) {
    throw new TypeError(`${cannot}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
