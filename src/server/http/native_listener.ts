// NativeListener: Deno's HTTP server.

import type { RequestInfo, ServerAddress } from "../address.ts";
import type {
  HttpListener,
  ListenerOptions,
  OpenListener,
  OwnHandler,
  RequestSource,
  Upgrade,
} from "./http_listener.ts";
import { ListenerUsers } from "./listener_users.ts";
import { listen } from "./listening.ts";
import { upgradeNatively } from "./native_upgrade.ts";
import type { HandshakeRequest } from "./request_target.ts";

/** Returns a function that listens with `Deno.serve()`. */
export function openNatively(idleTimeoutMs: number): OpenListener {
  // deno-lint-ignore require-await -- other transports need time to listen, and all errors must be rejections
  return async (options) => new NativeListener(options, idleTimeoutMs);
}

/** Listens from its construction until it is shut down, or until Deno stops it because of an error. */
class NativeListener implements HttpListener, RequestSource {
  readonly isLoopback: boolean;
  readonly tls: boolean;
  readonly isMounted = false;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  readonly #handler: OwnHandler;
  readonly #idleTimeoutMs: number;
  readonly #users = new ListenerUsers();

  /** @throws {Error} When it cannot listen: see `listen()`. */
  constructor(options: ListenerOptions, idleTimeoutMs: number) {
    const { isLoopback, handler, onError, hostname, port, cert, key } = options;
    const where = { hostname, port, ...cert === undefined ? {} : { cert, key } };
    this.isLoopback = isLoopback;
    this.tls = where.cert !== undefined;
    this.#handler = handler;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#http = listen(where, (request, info) => this.#answer(request, info), onError);
  }

  get addr(): ServerAddress {
    const { hostname, port } = this.#http.addr;
    return { transport: "tcp", hostname, port };
  }

  get finished(): Promise<void> {
    return this.#http.finished;
  }

  upgrade(request: HandshakeRequest, subprotocol: string | undefined): Upgrade {
    return { ...upgradeNatively(request.toRequest(), subprotocol, this.#idleTimeoutMs), onClosed: this.#users.add() };
  }

  async retire(): Promise<void> {
    await this.#users.none();
    await this.shutdown();
  }

  /** Deno's server cannot replace its certificate. */
  setCertificate(): boolean {
    return false;
  }

  shutdown(): Promise<void> {
    return this.#http.shutdown();
  }

  #answer(request: Request, info: RequestInfo): Response | Promise<Response> {
    const release = this.#users.add();
    try {
      const answer = this.#handler(request, info, this);
      if (!(answer instanceof Response)) return answer.finally(release);
      release();
      return answer;
    } catch (error) {
      release();
      throw error;
    }
  }
}
