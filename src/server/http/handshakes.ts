// Handshakes: accepts or rejects the WebSocket handshakes of clients.

import type { Clock } from "../../clock.ts";
import { nameOf, type RemoteAddress, type RequestInfo } from "../address.ts";
import type { Peer } from "../client_info.ts";
import type { Connections } from "../clients/connections.ts";
import type { FailureLog } from "../failure_log.ts";
import type { Identity } from "../identity.ts";
import type { Logger } from "../../logger.ts";
import type { HandshakeRefusal } from "../stats/server_stats.ts";
import type { StatsCollector } from "../stats/stats_collector.ts";
import { type Authorize, Authorizer, type RejectedAuthorization } from "./authorizer.ts";
import { originOf } from "./forwarded.ts";
import { examineHandshake, type HandshakeOptions, isUpgrade } from "./handshake.ts";
import type { Readiness } from "./health.ts";
import type { RequestSource } from "./http_listener.ts";
import { upgradeNatively } from "./native_upgrade.ts";
import { RefusalLog } from "./refusal_log.ts";
import { type HandshakeRequest, type RequestTarget, targetFault } from "./request_target.ts";
import { explainClosing, explainFull, explainLeft, textResponse } from "./responses.ts";

/** The options of a server that its handshakes depend on. `FoxgloveServerOptions` describes them. */
export interface HandshakesOptions extends HandshakeOptions {
  logger: Logger;
  authorize?: Authorize;
  trustedProxies: number;
  handshakeTimeoutMs: number;
  idleTimeoutMs: number;
}

/** The parts of a server that its handshakes use. */
export interface HandshakesParts {
  options: HandshakesOptions;
  failures: FailureLog;
  connections: Connections;
  stats: StatsCollector;
  clock: Clock;
}

/**
 * Leads each handshake of one server from its request to an accepted client, or to a response that explains why not.
 */
export class Handshakes {
  readonly #options: HandshakesOptions;
  readonly #connections: Connections;
  readonly #stats: StatsCollector;
  readonly #refusals: RefusalLog;
  readonly #authorizer: Authorizer | undefined;

  constructor({ options, failures, connections, stats, clock }: HandshakesParts) {
    const { authorize, handshakeTimeoutMs, logger } = options;
    this.#options = options;
    this.#connections = connections;
    this.#stats = stats;
    this.#refusals = new RefusalLog(logger, clock);
    if (authorize) this.#authorizer = new Authorizer({ authorize, handshakeTimeoutMs, failures, clock });
  }

  /** Whether the server would accept another client. */
  get readiness(): Readiness {
    if (this.#connections.isClosed) return "closing";
    return this.#connections.slots.isFull ? "full" : "ready";
  }

  /** Rejects a request of any kind if its host or URL is not valid. Returns `undefined` if both are valid. */
  refuseTarget(request: RequestTarget, info?: RequestInfo): Response | undefined {
    const fault = targetFault(request);
    if (fault === undefined) return undefined;
    const remoteAddr = originOf(request, info?.remoteAddr, this.#options.trustedProxies);
    this.#refusals.note(nameOf(remoteAddr), fault);
    if (isUpgrade(request)) this.#stats.handshakeRefused("malformed");
    return this.#logged(
      textResponse(400, "The request must have a valid URL, and a Host of the form host[:port]"),
      remoteAddr,
    );
  }

  /**
   * Accepts or rejects a WebSocket handshake. `source`: the server's own listener, if the request came
   * through it.
   */
  answer(request: HandshakeRequest, info?: RequestInfo, source?: RequestSource): Response | Promise<Response> {
    if (this.#connections.isClosed) return this.#refuse("shutdown", explainClosing());
    const remoteAddr = originOf(request, info?.remoteAddr, this.#options.trustedProxies);
    const handshake = examineHandshake(request, this.#options, source);
    if (!handshake.accepted) {
      if (handshake.warning !== undefined) this.#refusals.note(nameOf(remoteAddr), handshake.warning);
      return this.#refuse(handshake.reason, this.#logged(handshake.response, remoteAddr));
    }
    // Read now, because the request can no longer be read after the upgrade.
    const peer: Peer = {
      subprotocol: handshake.subprotocol,
      remoteAddr,
      userAgent: request.headers.get("user-agent") ?? undefined,
    };
    const authorizer = this.#authorizer;
    return authorizer ? this.#identify(authorizer, request, peer, source) : this.#upgrade(request, peer, source);
  }

  /**
   * Calls `authorize` for a request that is not a handshake. Returns the identity of its sender, or the response that
   * rejects it. Every sender has an empty identity without this option.
   */
  async identify(
    request: Request,
    info: RequestInfo | undefined,
    source: RequestSource | undefined,
  ): Promise<Identity | Response> {
    if (!this.#authorizer) return {};
    if (this.#connections.isClosed) return explainClosing();
    const remoteAddr = originOf(request, info?.remoteAddr, this.#options.trustedProxies);
    const answer = await this.#authorizer.identify(request, remoteAddr, source);
    return answer.accepted ? answer.identity : this.#unidentified(answer, remoteAddr);
  }

  /** Rejects all requests that wait for `authorize`. */
  close(): void {
    this.#authorizer?.close();
  }

  /** Calls `authorize`, and then accepts or rejects the handshake. */
  async #identify(
    authorizer: Authorizer,
    request: HandshakeRequest,
    peer: Peer,
    source: RequestSource | undefined,
  ): Promise<Response> {
    const { remoteAddr } = peer;
    const full = this.#connections.refusalIfFull(remoteAddr);
    if (full !== undefined) return this.#logged(explainFull(full), remoteAddr);
    const freeSlot = this.#connections.slots.reserve(remoteAddr);
    const answer = await authorizer.identify(request.toRequest(), remoteAddr, source);
    freeSlot();
    if (!answer.accepted) return this.#refuse(answer.reason, this.#unidentified(answer, remoteAddr));
    if (this.#connections.isClosed) return this.#refuse("shutdown", explainClosing());
    return this.#upgrade(request, { ...peer, identity: answer.identity }, source);
  }

  /** Logs that `authorize` has not identified a client. */
  #unidentified({ reason, response }: RejectedAuthorization, remoteAddr: RemoteAddress | undefined): Response {
    if (reason === "left") return this.#logged(response, remoteAddr);
    this.#refusals.note(nameOf(remoteAddr), `"authorize" answered with ${response.status}`);
    return response;
  }

  #upgrade(request: HandshakeRequest, peer: Peer, source: RequestSource | undefined): Response {
    const full = this.#connections.refusalIfFull(peer.remoteAddr);
    if (full !== undefined) return this.#logged(explainFull(full), peer.remoteAddr);
    const { subprotocol } = peer;
    const upgrade = source
      ? source.upgrade(request, subprotocol)
      : upgradeNatively(request.toRequest(), subprotocol, this.#options.idleTimeoutMs);
    if (!upgrade) return this.#refuse("left", this.#logged(explainLeft(), peer.remoteAddr));
    this.#connections.accept(upgrade.transport, peer, upgrade.onClosed);
    return upgrade.response;
  }

  /** Counts a rejected handshake. `Connections` counts those that find the server full. */
  #refuse(reason: HandshakeRefusal, response: Response): Response {
    this.#stats.handshakeRefused(reason);
    return response;
  }

  /** Logs a rejected request. */
  #logged(response: Response, remoteAddr: RemoteAddress | undefined): Response {
    this.#refusals.noteStatus(nameOf(remoteAddr), response.status);
    return response;
  }
}
