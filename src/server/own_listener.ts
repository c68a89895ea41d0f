// OwnListener: one HTTP server that an endpoint opened, with the requests and clients that depend on it.

import { listen, type ListenOptions } from "./listening.ts";

/** Answers a request that came through `listener`. */
export type OwnHandler = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  listener: OwnListener,
) => Response | Promise<Response>;

/** Options of {@linkcode OwnListener}. */
export interface OwnListenerOptions extends ListenOptions {
  /** Whether only loopback addresses lead to it, and no proxy. */
  isLoopback: boolean;
}

/** Listens from its construction until it is shut down, or until the platform ends it. */
export class OwnListener {
  readonly isLoopback: boolean;
  readonly tls: boolean;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  /** How many requests and clients depend on this HTTP server. */
  #users = 0;
  readonly #unused = Promise.withResolvers<void>();
  #isRetired = false;

  /** @throws {Deno.errors.AddrInUse} When something else listens on the port. */
  constructor(options: OwnListenerOptions, handler: OwnHandler, onError: (error: unknown) => Response) {
    const { isLoopback, ...where } = options;
    this.isLoopback = isLoopback;
    this.tls = where.cert !== undefined;
    this.#http = listen(where, (request, info) => this.#answer(handler, request, info), onError);
  }

  get addr(): Deno.NetAddr {
    return this.#http.addr;
  }

  /** Settles when it listens no more. Rejects if the platform ended it, for example because there are too many open files. */
  get finished(): Promise<void> {
    return this.#http.finished;
  }

  /** Counts a client. Returns a function to call when that client has left; calling it again has no effect. */
  hold(): () => void {
    this.#users += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#users -= 1;
      this.#checkUse();
    };
  }

  /**
   * Shuts down when the last request and the last client have ended. Peers that only keep a connection open, perhaps with half a request,
   * are disconnected then.
   */
  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#checkUse();
    await this.#unused.promise;
    await this.shutdown();
  }

  /** Stops listening. Deno ends the WebSockets of its clients, too. Resolves when all connections are closed. */
  shutdown(): Promise<void> {
    return this.#http.shutdown();
  }

  #answer(
    handler: OwnHandler,
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Response | Promise<Response> {
    const release = this.hold();
    try {
      const answer = handler(request, info, this);
      if (!(answer instanceof Response)) return answer.finally(release);
      release();
      return answer;
    } catch (error) {
      release();
      throw error;
    }
  }

  #checkUse(): void {
    if (this.#isRetired && this.#users === 0) this.#unused.resolve();
  }
}
