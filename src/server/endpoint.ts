// Endpoint: where a server listens, and under which certificate.

import { urlOf } from "./address.ts";
import { listen, type ListenOptions, settledWithin } from "./listening.ts";

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
}

/** A port is free when the event loop has turned; until it is, it is asked for again. */
const RETRY_MS = 10;
const MAX_RETRIES = 100;

/** One address, on which at most one HTTP server listens at a time. */
export class Endpoint {
  readonly #options: ListenOptions;
  readonly #handler: Deno.ServeHandler<Deno.NetAddr>;
  /** Those whose connections are not all closed yet. */
  readonly #serving = new Set<Deno.HttpServer<Deno.NetAddr>>();
  #certificate: Certificate | undefined;
  #http: Deno.HttpServer<Deno.NetAddr> | undefined;
  #isReloading = false;
  #isClosed = false;

  constructor({ hostname, port, cert, key }: EndpointOptions, handler: Deno.ServeHandler<Deno.NetAddr>) {
    this.#options = { hostname, port };
    this.#handler = handler;
    if (cert !== undefined && key !== undefined) this.#certificate = { cert, key };
  }

  /** Where it listens, if it does. */
  get addr(): Deno.NetAddr | undefined {
    return this.#isClosed ? undefined : this.#http?.addr;
  }

  /** What a client on this machine connects to. */
  get url(): string | undefined {
    return this.addr && urlOf(this.addr, this.#certificate ? "wss" : "ws");
  }

  /** Begins to listen. */
  open(options: ListenOptions = this.#options): Deno.NetAddr {
    const http = listen({ ...options, ...(this.#certificate && textOf(this.#certificate)) }, this.#handler);
    this.#http = http;
    this.#serving.add(http);
    return http.addr;
  }

  /**
   * Listens with another certificate from now on. Deno can neither exchange that of a listener nor stop one and keep its connections, so
   * `sendAway` has to part with all clients.
   *
   * @throws {TypeError} When it does not listen, or without TLS, or the certificate is of no use; nothing is changed then.
   */
  async reload(certificate: Certificate, sendAway: () => readonly Promise<void>[], graceMs: number): Promise<void> {
    const cannot = "Cannot reload the certificate";
    const http = this.#http;
    if (!http || this.#isClosed) throw new TypeError(`${cannot}: the server does not listen`);
    if (!this.#certificate) throw new TypeError(`${cannot}: the server was started without one`);
    if (this.#isReloading) throw new TypeError(`${cannot}: another one is being loaded`);
    const pair = textOf(certificate);
    checkPair(cannot, pair);
    this.#isReloading = true;
    this.#certificate = pair;
    const { hostname, port } = http.addr;
    try {
      await settledWithin(graceMs, sendAway());
      const gone = http.shutdown().then(() => this.#serving.delete(http));
      this.#http = undefined;
      for (let retries = 0; !this.addr && !this.#isClosed; retries++) {
        await settledWithin(RETRY_MS, [gone]);
        this.#reopen({ hostname, port }, retries);
      }
    } finally {
      this.#isReloading = false;
    }
  }

  /** Stops listening. Resolves when all connections are closed; where a peer has stopped reading, perhaps never. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#serving].map((http) => http.shutdown()));
  }

  #reopen(options: ListenOptions, retries: number): void {
    if (this.#isClosed) return;
    try {
      this.open(options);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || retries >= MAX_RETRIES) throw error;
    }
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
