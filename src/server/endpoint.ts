// Endpoint: where a server listens, and under which certificate.

import type { Clock } from "../clock.ts";
import { isLoopbackHostname, urlOf } from "./address.ts";
import { textResponse } from "./handshake.ts";
import { settledWithin } from "./listening.ts";
import type { FailureLog } from "./failure_log.ts";
import type { Logger } from "./logger.ts";
import { type OwnHandler, OwnListener } from "./own_listener.ts";
import { Relisten } from "./relisten.ts";

/** A certificate and its private key, each as PEM text or as the `file:` URL of such a text. */
export interface Certificate {
  /** The certificate chain, the server's own first. */
  cert: string | URL;
  /** The private key. */
  key: string | URL;
}

/** What a listener takes of a {@linkcode Certificate}. */
type CertificateText = Record<keyof Certificate, string>;

/** Options of {@linkcode Endpoint}. */
export interface EndpointOptions extends Partial<Certificate> {
  hostname: string;
  port: number;
  /** How many proxies stand before it. */
  trustedProxies: number;
  clock: Clock;
  logger: Logger;
  failures: FailureLog;
}

/** Where to listen: with a port of 0 until the first listener has a real one. */
type Place = Pick<EndpointOptions, "hostname" | "port">;

/** A port is free when the event loop has turned; until it is, it is asked for again. */
const RETRY_MS = 10;
const MAX_RETRIES = 100;

/** One address, on which at most one HTTP server listens at a time. If the platform ends that one, the endpoint listens again. */
export class Endpoint {
  readonly #handler: OwnHandler;
  readonly #logger: Logger;
  readonly #failures: FailureLog;
  readonly #isLoopback: boolean;
  readonly #relisten: Relisten;
  /** Those whose connections are not all closed yet. */
  readonly #serving = new Set<OwnListener>();
  #place: Place;
  #certificate: Certificate | undefined;
  #listener: OwnListener | undefined;
  #wasOpened = false;
  #isReloading = false;
  #isClosed = false;

  constructor(options: EndpointOptions, handler: OwnHandler) {
    const { hostname, port, cert, key, trustedProxies, clock, logger, failures } = options;
    this.#place = { hostname, port };
    this.#isLoopback = isLoopbackHostname(hostname) && trustedProxies === 0;
    this.#handler = handler;
    this.#logger = logger;
    this.#failures = failures;
    this.#relisten = new Relisten(clock, logger, () => {
      this.#listen();
      logger.info(`Listening on ${this.url} again`);
    });
    if (cert !== undefined && key !== undefined) this.#certificate = { cert, key };
  }

  /** Where it listens, if it does. */
  get addr(): Deno.NetAddr | undefined {
    return this.#isClosed ? undefined : this.#listener?.addr;
  }

  /** What a client on this machine connects to. */
  get url(): string | undefined {
    return this.addr && urlOf(this.addr, this.#certificate ? "wss" : "ws");
  }

  /** Whether it was opened and does not listen at the moment, although it is not closed. */
  get isDown(): boolean {
    return this.#wasOpened && !this.#listener && !this.#isClosed;
  }

  /**
   * Begins to listen.
   *
   * @throws {Deno.errors.AddrInUse} When something else listens on the port.
   */
  open(): Deno.NetAddr {
    const listener = this.#listen();
    this.#wasOpened = true;
    return listener.addr;
  }

  /**
   * Listens with another certificate from now on. Deno can neither exchange that of a listener nor stop one and keep its connections, so
   * `sendAway` has to part with all clients.
   *
   * @throws {TypeError} When it does not listen, or without TLS, or the certificate is of no use; nothing is changed then.
   * @throws {Deno.errors.AddrInUse} When something else took the port meanwhile. Whatever it was that failed, the endpoint keeps trying to
   * listen.
   */
  async reload(certificate: Certificate, sendAway: () => readonly Promise<void>[], graceMs: number): Promise<void> {
    const cannot = "Cannot reload the certificate";
    if (this.#isReloading) throw new TypeError(`${cannot}: another one is being loaded`);
    if (this.isDown) throw new TypeError(`${cannot}: the server lost its port, and is about to listen again`);
    const listener = this.#listener;
    if (!listener || this.#isClosed) throw new TypeError(`${cannot}: the server does not listen`);
    if (!this.#certificate) throw new TypeError(`${cannot}: the server was started without one`);
    const pair = textOf(certificate);
    checkPair(cannot, pair);
    this.#isReloading = true;
    this.#certificate = pair;
    try {
      await settledWithin(graceMs, sendAway());
      const gone = listener.shutdown().then(() => this.#serving.delete(listener));
      this.#listener = undefined;
      for (let retries = 0; !this.addr && !this.#isClosed; retries++) {
        await settledWithin(RETRY_MS, [gone]);
        this.#listenUnlessInUse(retries);
      }
    } catch (error) {
      if (!this.#listener) this.#relisten.begin();
      throw error;
    } finally {
      this.#isReloading = false;
    }
  }

  /** Requests are still accepted, but a listener that ends from now on is not opened again. */
  beginClose(): void {
    this.#isClosed = true;
    this.#relisten.cancel();
  }

  /** Stops listening. Resolves when all connections are closed; where a peer has stopped reading, perhaps never. */
  async close(): Promise<void> {
    this.beginClose();
    await Promise.all([...this.#serving].map((listener) => listener.shutdown()));
  }

  #listen(): OwnListener {
    // The text is kept: without free descriptors the files could not be read again.
    const pair = this.#certificate && textOf(this.#certificate);
    const where = { ...this.#place, ...pair, isLoopback: this.#isLoopback };
    const listener = new OwnListener(where, this.#handler, (error) => this.#fail(error));
    const { hostname, port } = listener.addr;
    this.#certificate = pair;
    this.#place = { hostname, port };
    this.#listener = listener;
    this.#serving.add(listener);
    this.#relisten.succeeded();
    const ended = (error?: unknown) => this.#lose(listener, error);
    listener.finished.then(ended, ended);
    return listener;
  }

  /** Answers a request that the handler could not answer. */
  #fail(error: unknown): Response {
    this.#failures.note("Deno.serve", "Answering a request", error);
    return textResponse(500, "The server failed to answer this request");
  }

  #listenUnlessInUse(retries: number): void {
    if (this.#isClosed) return;
    try {
      this.#listen();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || retries >= MAX_RETRIES) throw error;
    }
  }

  /** `listener` has ended. Unless the endpoint itself ended it, that is a fault of the platform, such as too many open files. */
  #lose(listener: OwnListener, error: unknown): void {
    if (this.#isClosed || this.#listener !== listener) return;
    const { url } = this;
    this.#listener = undefined;
    // Clients stay connected to it.
    void listener.retire().catch(() => {}).then(() => this.#serving.delete(listener));
    const reason = error instanceof Error ? error.message : "the listener has ended";
    this.#logger.error(`Cannot accept clients on ${url}: ${reason}; trying to listen again`);
    // Otherwise reload() listens again.
    if (!this.#isReloading) this.#relisten.begin();
  }
}

/** Reads what stands in files. */
function textOf({ cert, key }: Certificate): CertificateText {
  const read = (pem: string | URL) => typeof pem === "string" ? pem : Deno.readTextFileSync(pem);
  return { cert: read(cert), key: read(key) };
}

/** By an HTTP client, which would show the pair to servers: it is checked just the same, and needs no permission. */
function checkPair(cannot: string, { cert, key }: CertificateText): void {
  try {
    Deno.createHttpClient({ cert, key }).close();
  } catch (cause) {
    throw new TypeError(`${cannot}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
