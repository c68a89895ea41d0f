// DirectRequests: leads each request of a direct listener to the program, and its response to the client.

import type { RequestInfo } from "../address.ts";
import { isUpgrade } from "../http/handshake.ts";
import { type HandshakeRequest, type RequestTarget, targetFault } from "../http/request_target.ts";
import type { DirectConnection } from "./direct_connection.ts";
import { type DirectUpgrade, PendingUpgrade } from "./direct_upgrade.ts";
import type { IncomingMessage, RawSocket, ServerResponse } from "./node_http.ts";
import { nextTurn, type NodePlatform } from "./node_platform.ts";
import { announcesBody, faultStatus, isLast, LazyRequest, saysClose, upgradeFaultStatus } from "./node_request.ts";
import { flushed, responseFault, sendResponse } from "./node_response.ts";

/** The functions that answer the requests of a direct listener. */
export interface DirectHandlers {
  /**
   * Answers a request that cannot become a WebSocket. It may nevertheless have the header `Upgrade`. Its signal aborts
   * if the client leaves before the response is complete.
   */
  onRequest(request: Request, info: RequestInfo): Response | Promise<Response>;
  /**
   * Answers a request for a WebSocket. Either calls `upgrade.take()`, whose result must be used in the same turn, and
   * returns `undefined`, or returns a response that explains why not. The signal of the request aborts if the client
   * leaves before.
   */
  onUpgrade(
    request: HandshakeRequest,
    info: RequestInfo,
    upgrade: DirectUpgrade,
  ): Response | undefined | Promise<Response | undefined>;
  /** Answers a request of any kind for which `targetFault()` returns a reason. It cannot have a `Request`. */
  onInvalidTarget(target: RequestTarget, info: RequestInfo): Response | Promise<Response>;
  /**
   * Answers a request whose handler failed, or whose response cannot be sent. Also called if a body fails while it is
   * sent; then the connection is destroyed, and the answer is ignored.
   */
  onError(error: unknown): Response;
}

/** The parts of a listener that its requests use. */
export interface DirectRequestsParts {
  /** Node's modules. */
  platform: NodePlatform;
  /** The functions of the program. */
  handlers: DirectHandlers;
  /** The scheme of all URLs. */
  scheme: "http" | "https";
  /** Returns the host of the URL of a request without the header `Host`. */
  ownHost(): string;
  /** Counts a request. The returned function ends it. */
  addUser(): () => void;
}

/** One request and what is needed to answer it. */
interface Exchange {
  message: IncomingMessage;
  connection: DirectConnection;
  /** The request for the program, and what aborts its signal. */
  request: LazyRequest;
  /** The status of a request that the program does not see. */
  status: number | undefined;
  /** Asks the program, which may return anything. */
  ask(request: LazyRequest, info: RequestInfo): unknown;
  /** Returns where to send the response, or `undefined` if the connection was taken or is closed. */
  target(): ServerResponse | undefined;
}

/** Answers requests. Its methods must be called within the events of `node:http`. */
export class DirectRequests {
  readonly #parts: DirectRequestsParts;
  readonly #nextTurn: () => Promise<void>;

  constructor(parts: DirectRequestsParts) {
    this.#parts = parts;
    this.#nextTurn = () => nextTurn(parts.platform);
  }

  /** Answers a request that `node:http` does not treat as an upgrade. */
  answer(message: IncomingMessage, target: ServerResponse, connection: DirectConnection): void {
    const { handlers } = this.#parts;
    const exchange: Exchange = {
      message,
      connection,
      request: this.#requestOf(message),
      status: faultStatus(message),
      ask: (request, info) => handlers.onRequest(request.toRequest(), info),
      target: () => target,
    };
    target.on("close", () => {
      if (!target.writableFinished) exchange.request.abort();
    });
    this.#start(exchange);
  }

  /**
   * Answers a request that `node:http` treats as an upgrade. Unless it asks for a WebSocket, it is a request like any
   * other, but the connection is closed after its response.
   *
   * @param head The bytes after the request.
   */
  upgrade(
    message: IncomingMessage,
    socket: RawSocket,
    head: Uint8Array<ArrayBuffer>,
    connection: DirectConnection,
  ): void {
    const { platform, handlers } = this.#parts;
    const upgrade = new PendingUpgrade(platform.crypto, message, socket, head, () => {
      connection.upgrade();
      // A WebSocket does not keep its request in memory.
      socket.off("close", leave);
    });
    let target: ServerResponse | undefined;
    const exchange: Exchange = {
      message,
      connection,
      request: this.#requestOf(message),
      status: upgradeFaultStatus(message),
      ask: (request, info) =>
        isUpgrade(request) ? handlers.onUpgrade(request, info, upgrade) : handlers.onRequest(request.toRequest(), info),
      target() {
        if (upgrade.isTaken || socket.destroyed) return undefined;
        upgrade.refuse();
        connection.cut();
        target = new platform.http.ServerResponse(message);
        target.assignSocket(socket);
        return target;
      },
    };
    const leave = () => {
      if (!target?.writableFinished) exchange.request.abort();
    };
    socket.on("close", leave);
    this.#start(exchange);
  }

  #requestOf(message: IncomingMessage): LazyRequest {
    const { scheme, ownHost } = this.#parts;
    return new LazyRequest(message, scheme, ownHost());
  }

  #start(exchange: Exchange): void {
    exchange.connection.run(exchange.message, async () => {
      const release = this.#parts.addUser();
      const answer = await this.#ask(exchange);
      const target = exchange.target();
      if (target) await this.#send(exchange, target, answer);
      else discard(answer);
      release();
    }, this.#nextTurn);
  }

  /** Returns the answer to a request. Never rejects. */
  async #ask(exchange: Exchange): Promise<unknown> {
    const { connection, request, status } = exchange;
    const { handlers } = this.#parts;
    if (status !== undefined) return new Response(null, { status, headers: { connection: "close" } });
    try {
      const { remoteAddr } = connection;
      const info = remoteAddr ? { remoteAddr } : {};
      if (targetFault(request) !== undefined) return await handlers.onInvalidTarget(request, info);
      return await exchange.ask(request, info);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Sends what a handler returned. Never rejects. */
  async #send({ message, connection }: Exchange, target: ServerResponse, answer: unknown): Promise<void> {
    const fault = responseFault(answer);
    const response = fault ? this.#fail(fault) : answer as Response;
    // The rest of a body that the program did not read would be taken for the next request.
    const hasRest = announcesBody(message.rawHeaders) && !message.complete;
    if (hasRest || isLast(message) || saysClose(response.headers.get("connection"))) connection.cut();
    if (connection.isLastResponse) target.shouldKeepAlive = false;
    try {
      await sendResponse(target, response, message.method, this.#nextTurn);
    } catch (error) {
      this.#fail(error);
    }
    connection.flush();
    await flushed(target);
  }

  /** Reports an error of a handler or a response. Never throws. */
  #fail(error: unknown): Response {
    try {
      const response = this.#parts.handlers.onError(error);
      if (!responseFault(response)) return response;
    } catch {
      // Its log has failed as well.
    }
    return new Response(null, { status: 500 });
  }
}

/** Frees the source of a body that is not sent. */
function discard(answer: unknown): void {
  if (answer instanceof Response && !responseFault(answer)) answer.body?.cancel().catch(() => {});
}
