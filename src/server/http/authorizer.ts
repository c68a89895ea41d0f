// Authorizer: calls the option `authorize` for each client, with a timeout.

import { nameOf, type RemoteAddress } from "../address.ts";
import type { Clock } from "../../clock.ts";
import type { FailureLog } from "../failure_log.ts";
import { type Identity, identityFrom } from "../identity.ts";
import type { MaybePromise } from "../listener.ts";
import { messageTurn } from "../message_turn.ts";
import type { HandshakeRefusal } from "../stats/server_stats.ts";
import { explainClosing, explainLeft, textResponse } from "./responses.ts";
import type { RequestSource } from "./http_listener.ts";

/** What `authorize` gets besides the request. */
export interface AuthorizeInfo {
  /**
   * `"127.0.0.1:51234"`, the path of the server's Unix socket, or `"unknown"` if `handleRequest()` got no address.
   * Behind a proxy it is the proxy's address, unless `trustedProxies` is set.
   */
  readonly address: string;
  /** The remote address of the client, unless `handleRequest()` got none. */
  readonly remoteAddr: RemoteAddress | undefined;
  /**
   * Whether the request came over TLS. It is false behind a proxy that ends TLS. A mounted server uses the scheme of
   * the request's URL, which a client can choose (`GET https://robot/ HTTP/1.1`).
   */
  readonly tls: boolean;
  /** Aborts when the client leaves, when `handshakeTimeoutMs` has passed, or when the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Returns the identity of a client, which accepts the client, or a response that rejects it, for example with status
 * 401. If it throws, the client is also rejected: it gets a bare 500, and the error is logged.
 */
export type Authorize = (request: Request, info: AuthorizeInfo) => MaybePromise<Identity | Response>;

/** The identity of a client, or the reason why it is rejected, with the response for it. */
export type Authorization = { accepted: true; identity: Identity } | RejectedAuthorization;

/** The reason why a client is rejected, and the response for it. */
export interface RejectedAuthorization {
  accepted: false;
  reason: HandshakeRefusal;
  response: Response;
}

/** Options of {@linkcode Authorizer}. */
export interface AuthorizerOptions {
  /** How long `authorize` may take, in milliseconds; 0 means no limit. */
  handshakeTimeoutMs: number;
  authorize: Authorize;
  failures: FailureLog;
  clock: Clock;
}

/** Identifies each client before its connection is accepted. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  /** One for each client that `authorize` has not answered yet. */
  readonly #pending = new Set<AbortController>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /**
   * Calls `authorize` for a client, which may leave meanwhile. Never rejects. `source`: the server's own listener, if
   * the request came through it.
   */
  async identify(
    request: Request,
    remoteAddr: RemoteAddress | undefined,
    source?: RequestSource,
  ): Promise<Authorization> {
    // Read at once, because Deno reports that a client has left only to those that listen from the start. Upgrading the
    // connection of a client that has left would keep its file descriptor open.
    const { signal: left } = request;
    if (left.aborted) return hasLeft();
    const { authorize, clock, failures, handshakeTimeoutMs } = this.#options;
    const waiting = new AbortController();
    const { signal } = waiting;
    const gaveUp = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => gaveUp.reject(signal.reason));
    const late = new DOMException(`no answer within ${handshakeTimeoutMs} ms`, "TimeoutError");
    const cancel = handshakeTimeoutMs > 0 && clock.after(handshakeTimeoutMs, () => waiting.abort(late));
    const leave = () => waiting.abort(new DOMException("The client has left", "AbortError"));
    left.addEventListener("abort", leave);
    this.#pending.add(waiting);
    try {
      const tls = source?.tls ?? new URL(request.url).protocol === "https:";
      const info: AuthorizeInfo = { address: nameOf(remoteAddr), remoteAddr, tls, signal };
      const answer = await Promise.race([authorize(request, info), gaveUp.promise]);
      // Otherwise, the server would upgrade a client whose departure Deno has noticed but not yet reported.
      await messageTurn();
      if (left.aborted) return hasLeft();
      return answer instanceof Response
        ? { accepted: false, reason: "unauthorized", response: answer }
        : { accepted: true, identity: identityFrom(answer) };
    } catch (error) {
      if (left.aborted) return hasLeft();
      if (signal.aborted && error !== late) {
        return { accepted: false, reason: "shutdown", response: explainClosing() };
      }
      failures.note("authorize", 'Option "authorize"', error);
      return error === late
        ? refusal("timeout", 503, "The server timed out while authorizing this client")
        : refusal("failed", 500, "The server failed to authorize this client");
    } finally {
      if (cancel) cancel();
      // Deno also aborts `left` when the request has been answered.
      left.removeEventListener("abort", leave);
      this.#pending.delete(waiting);
    }
  }

  /** Rejects all clients that `authorize` has not answered yet. */
  close(): void {
    for (const waiting of this.#pending) waiting.abort(new DOMException("The server is closing", "AbortError"));
  }
}

function hasLeft(): Authorization {
  return { accepted: false, reason: "left", response: explainLeft() };
}

function refusal(reason: HandshakeRefusal, status: number, why: string): Authorization {
  return { accepted: false, reason, response: textResponse(status, why) };
}
