// OwnListener: an HTTP server that an endpoint opened, with a count of the requests and clients that depend on it.

import type { NetAddress, RequestInfo } from "../address.ts";
import { listen, type ListenOptions } from "./listening.ts";

/** Answers a request that came through `listener`. */
export type OwnHandler = (
  request: Request,
  info: RequestInfo,
  listener: OwnListener,
) => Response | Promise<Response>;

/** Options of {@linkcode OwnListener}. */
export interface OwnListenerOptions extends ListenOptions {
  /** Whether clients reach it only through a loopback address, without a proxy. */
  isLoopback: boolean;
}

/** Listens from its construction until it is shut down, or until Deno stops it because of an error. */
export class OwnListener {
  readonly isLoopback: boolean;
  readonly tls: boolean;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  /** How many requests and clients depend on this HTTP server. */
  #users = 0;
  readonly #unused = Promise.withResolvers<void>();
  #isRetired = false;

  /** @throws {Error} When it cannot listen: see `listen()`. */
  constructor(options: OwnListenerOptions, handler: OwnHandler, onError: (error: unknown) => Response) {
    const { isLoopback, ...where } = options;
    this.isLoopback = isLoopback;
    this.tls = where.cert !== undefined;
    this.#http = listen(where, (request, info) => this.#answer(handler, request, info), onError);
  }

  get addr(): NetAddress {
    return this.#http.addr;
  }

  /** Settles when it has stopped listening. Rejects if Deno stopped it, for example because too many files are open. */
  get finished(): Promise<void> {
    return this.#http.finished;
  }

  /** Counts a request or a client. Call the returned function when it has ended. Further calls have no effect. */
  addUser(): () => void {
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
   * Shuts down when the last request and the last client have ended. Other open connections are closed then, even with
   * an incomplete request.
   */
  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#checkUse();
    await this.#unused.promise;
    await this.shutdown();
  }

  /** Stops listening. Deno also closes the WebSockets of its clients. Resolves when all connections are closed. */
  shutdown(): Promise<void> {
    return this.#http.shutdown();
  }

  #answer(
    handler: OwnHandler,
    request: Request,
    info: RequestInfo,
  ): Response | Promise<Response> {
    const release = this.addUser();
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
