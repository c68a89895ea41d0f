// FakeServe: HTTP servers that fail when a test says so.

import { settled } from "./conversation.ts";

/** What a listener fails with when there are no descriptors. */
export const tooManyFiles = (): Error => new Deno.errors.Http("Error: Too many open files (os error 24)");

/** An HTTP server whose listener fails when a test says so. */
export class FakeHttp {
  readonly addr: Deno.NetAddr;
  readonly options: Deno.ServeTcpOptions & Partial<Deno.TlsCertifiedKeyPem>;
  readonly handler: Deno.ServeHandler<Deno.NetAddr>;
  readonly #real: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #end = Promise.withResolvers<void>();
  readonly #shutDown = Promise.withResolvers<void>();
  isShutDown = false;

  /** Without a `real` one it listens nowhere. */
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

  /** Resolves when the server has shut it down. */
  get shutDown(): Promise<void> {
    return this.#shutDown.promise;
  }

  /** Stops accepting connections, as Deno's does without a free descriptor; with `null` it ends without an error. */
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

/** In the place of `Deno.serve()` until it is disposed of. */
export class FakeServe implements Disposable {
  readonly https: FakeHttp[] = [];
  /** What the next calls throw. */
  failure: (() => Error) | undefined;
  /** How many calls there were, failed ones included. */
  calls = 0;
  readonly #real = Deno.serve;

  /** Whether the HTTP servers really listen. */
  constructor({ isReal = false }: { isReal?: boolean } = {}) {
    Deno.serve = ((options: Deno.ServeTcpOptions, handler: Deno.ServeHandler<Deno.NetAddr>) => {
      this.calls += 1;
      if (this.failure) throw this.failure();
      const http = new FakeHttp(options, handler, isReal ? this.#real(options, handler) : undefined);
      this.https.push(http);
      return http;
    }) as unknown as typeof Deno.serve;
  }

  /** The HTTP server that was made last. */
  get http(): FakeHttp {
    return this.https.at(-1)!;
  }

  [Symbol.dispose](): void {
    Deno.serve = this.#real;
  }
}
