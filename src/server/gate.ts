// Gate: asks the option `authorize` who a client is, and does not wait for ever.

import { nameOf } from "./address.ts";
import type { Clock } from "../clock.ts";
import type { FailureLog } from "./failure_log.ts";
import { explainClosing, textResponse } from "./handshake.ts";
import { type Identity, identityFrom } from "./identity.ts";
import type { MaybePromise } from "./listener.ts";
import type { ResolvedOptions } from "./options.ts";
import type { OwnListener } from "./own_listener.ts";

/** What `authorize` is told besides the request. */
export interface AuthorizeInfo {
  /** `"127.0.0.1:51234"`, or `"unknown"` where `handleRequest()` was not told. Behind a proxy it is the proxy's, unless `trustedProxies` says so. */
  readonly address: string;
  /** Where the client connects from, if `handleRequest()` was told. */
  readonly remoteAddr: Deno.Addr | undefined;
  /**
   * Whether the request came over TLS. Behind a proxy that ends TLS it did not. For a mounted server it is the scheme of the request's URL,
   * which a client can choose (`GET https://robot/ HTTP/1.1`).
   */
  readonly tls: boolean;
  /** Aborts when the answer is no longer needed: the client has left, the time is up, or the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Says who a client is and so lets it in, or refuses it with a response, such as one of status 401. What it throws keeps the client out
 * as well: it is shown a bare 500, and the log the error.
 */
export type Authorize = (request: Request, info: AuthorizeInfo) => MaybePromise<Identity | Response>;

/** Options of {@linkcode Gate}. */
export interface GateOptions extends Pick<ResolvedOptions, "handshakeTimeoutMs"> {
  authorize: Authorize;
  failures: FailureLog;
  clock: Clock;
}

/** Everybody passes here who wants to connect. */
export class Gate {
  readonly #options: GateOptions;
  /** Of those that are being asked about. */
  readonly #waiting = new Set<AbortController>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Who the client is, or how it is refused; `undefined` if it has left. Never rejects. `listener`: what the request came through, if that
   * is the server's own.
   */
  async admit(
    request: Request,
    remoteAddr: Deno.Addr | undefined,
    listener?: OwnListener,
  ): Promise<Identity | Response | undefined> {
    // Deno reports the departure of clients only to those that listen from the start. Upgrading the connection of a client that has left
    // would keep its descriptor open.
    const { signal: left } = request;
    if (left.aborted) return undefined;
    const { authorize, clock, failures, handshakeTimeoutMs } = this.#options;
    const waiting = new AbortController();
    const { signal } = waiting;
    const gaveUp = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => gaveUp.reject(signal.reason));
    const late = new DOMException(`no answer within ${handshakeTimeoutMs} ms`, "TimeoutError");
    const cancel = handshakeTimeoutMs > 0 && clock.after(handshakeTimeoutMs, () => waiting.abort(late));
    const leave = () => waiting.abort(new DOMException("The client has left", "AbortError"));
    left.addEventListener("abort", leave);
    this.#waiting.add(waiting);
    try {
      const tls = listener?.tls ?? new URL(request.url).protocol === "https:";
      const info: AuthorizeInfo = { address: nameOf(remoteAddr), remoteAddr, tls, signal };
      const answer = await Promise.race([authorize(request, info), gaveUp.promise]);
      await messageTurn();
      if (left.aborted) return undefined;
      return answer instanceof Response ? answer : identityFrom(answer);
    } catch (error) {
      if (left.aborted) return undefined;
      if (signal.aborted && error !== late) return explainClosing();
      failures.note("authorize", 'Option "authorize"', error);
      return error === late
        ? textResponse(503, "The server took too long to say whether this client may connect")
        : textResponse(500, "The server failed to say whether this client may connect");
    } finally {
      if (cancel) cancel();
      // Deno also aborts it when the request has been answered.
      left.removeEventListener("abort", leave);
      this.#waiting.delete(waiting);
    }
  }

  /** Refuses those that wait. */
  close(): void {
    for (const waiting of this.#waiting) waiting.abort(new DOMException("The server closes", "AbortError"));
  }
}

/**
 * Resolves when the event loop has delivered what it already knows. Without this, a client whose departure Deno has noticed but not yet
 * reported would be upgraded. Messages are delivered in order with such reports, timers before them.
 */
async function messageTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
  port1.close();
  port2.close();
}
