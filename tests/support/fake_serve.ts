// FakeServe: replaces Deno.serve() by HTTP servers that fail on demand.

import { settled } from "./conversation.ts";

/** Creates the error of a listener without free file descriptors. */
export const tooManyFiles = (): Error => new Deno.errors.Http("Error: Too many open files (os error 24)");

/** An HTTP server whose listener fails on demand. */
export class FakeHttp {
  readonly addr: Deno.NetAddr;
  readonly options: Deno.ServeTcpOptions & Partial<Deno.TlsCertifiedKeyPem>;
  readonly handler: Deno.ServeHandler<Deno.NetAddr>;
  readonly #real: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #end = Promise.withResolvers<void>();
  readonly #shutDown = Promise.withResolvers<void>();
  isShutDown = false;

  /** Without a `real` server it does not listen. */
  constructor(
    options: Deno.ServeTcpOptions,
    handler: Deno.ServeHandler<Deno.NetAddr>,
    real?: Deno.HttpServer<Deno.NetAddr>,
  ) {
    this.options = options;
    this.handler = handler;
    this.#real = real;
    this.addr = real?.addr ?? { transport: "tcp", hostname: "127.0.0.1", port: options.port || 4321 };
  }

  get finished(): Promise<void> {
    return this.#end.promise;
  }

  /** Resolves after `shutdown()`. */
  get shutDown(): Promise<void> {
    return this.#shutDown.promise;
  }

  /** Stops accepting connections, like Deno's server without a free descriptor. `null` ends it without an error. */
  async fails(error: Error | null = tooManyFiles()): Promise<void> {
    if (error) this.#end.reject(error);
    else this.#end.resolve();
    await settled();
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
    this.#end.resolve();
    await this.#real?.shutdown();
    this.#shutDown.resolve();
  }
}

/** Replaces `Deno.serve()` until disposal. */
export class FakeServe implements Disposable {
  readonly https: FakeHttp[] = [];
  /** Creates the error that the next calls throw. */
  failure: (() => Error) | undefined;
  /** The number of calls, including failed ones. */
  calls = 0;
  readonly #real = Deno.serve;

  /** With `isReal`, the HTTP servers listen. */
  constructor({ isReal = false }: { isReal?: boolean } = {}) {
    Deno.serve = ((options: Deno.ServeTcpOptions, handler: Deno.ServeHandler<Deno.NetAddr>) => {
      this.calls += 1;
      if (this.failure) throw this.failure();
      const http = new FakeHttp(options, handler, isReal ? this.#real(options, handler) : undefined);
      this.https.push(http);
      return http;
    }) as unknown as typeof Deno.serve;
  }

  /** The latest HTTP server. */
  get http(): FakeHttp {
    return this.https.at(-1)!;
  }

  [Symbol.dispose](): void {
    Deno.serve = this.#real;
  }
}
