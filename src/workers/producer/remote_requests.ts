// RemoteRequests: lets the server answer the HTTP requests that a worker has received.

import type { RequestHandlers, RequestSource, Upgrade } from "../../server/http/http_listener.ts";
import type { HandshakeRequest } from "../../server/http/request_target.ts";
import { explainLeft } from "../../server/http/responses.ts";
import { RawHeaders } from "../../server/direct/node_request.ts";
import { responseFault } from "../../server/direct/node_response.ts";
import type { ClientTransport } from "../../server/clients/client_transport.ts";
import type { PlainRequest, PlainResponse } from "../messages.ts";

/** How requests reach the server. */
export interface RemoteRequestsOptions {
  handlers: RequestHandlers;
  isLoopback: boolean;
  tls: boolean;
}

/** The answers to one request. Exactly one of them is used. */
export interface RequestAnswers {
  respond(response: PlainResponse): void;
  /** Accepts a handshake, and returns its connection. */
  accept(subprotocol: string | undefined): ClientTransport;
}

/** Answers requests. */
export class RemoteRequests {
  readonly #options: RemoteRequestsOptions;
  /** The requests that are not answered yet, by their number. */
  readonly #open = new Map<number, AbortController>();

  constructor(options: RemoteRequestsOptions) {
    this.#options = options;
  }

  /** Answers a request. Never rejects. */
  async answer(number: number, content: PlainRequest, answers: RequestAnswers): Promise<void> {
    const { isLoopback, tls } = this.#options;
    const abort = new AbortController();
    this.#open.set(number, abort);
    let isAccepted = false;
    const source: RequestSource = {
      isLoopback,
      tls,
      isMounted: false,
      upgrade: (_request, subprotocol): Upgrade | undefined => {
        if (content.kind !== "handshake" || abort.signal.aborted) return undefined;
        isAccepted = true;
        return { transport: answers.accept(subprotocol), response: new Response() };
      },
    };
    const response = await this.#responseTo(content, source, abort.signal);
    if (!isAccepted) answers.respond(await this.#plain(response, abort.signal));
    this.#open.delete(number);
  }

  /** Aborts the signal of a request, because its client has left. */
  left(number: number): void {
    this.#open.get(number)?.abort(new DOMException("The client has left", "AbortError"));
  }

  /** Aborts all signals, because the worker has ended. */
  close(): void {
    for (const number of this.#open.keys()) this.left(number);
  }

  /** Returns a response as data. The body is cancelled if the client leaves before its end. */
  async #plain(response: Response, signal: AbortSignal): Promise<PlainResponse> {
    try {
      const fault = responseFault(response);
      // The worker would fail, because it could not create the response again.
      if (fault) throw fault;
      const body = response.body?.pipeThrough(new TransformStream(), { signal });
      return await plain(new Response(body, response));
    } catch (error) {
      return await plain(signal.aborted ? explainLeft() : this.#options.handlers.onError(error));
    }
  }

  async #responseTo(
    { kind, method, url, headers: raw, remoteAddr }: PlainRequest,
    source: RequestSource,
    signal: AbortSignal,
  ): Promise<Response> {
    const { handlers } = this.#options;
    const info = remoteAddr ? { remoteAddr } : {};
    const headers = new RawHeaders(raw);
    let request: Request | undefined;
    const toRequest = () => request ??= new Request(url, { method, headers: pairs(raw), signal });
    try {
      switch (kind) {
        case "invalid":
          return await handlers.onInvalidTarget({ url, headers }, info);
        case "plain":
          return await handlers.handler(toRequest(), info, source);
        case "handshake": {
          const handshake: HandshakeRequest = { method, url, headers, toRequest };
          return await handlers.handshakeHandler(handshake, info, source);
        }
      }
    } catch (error) {
      return handlers.onError(error);
    }
  }
}

async function plain(response: Response): Promise<PlainResponse> {
  const { status, statusText, headers, body } = response;
  return { status, statusText, headers: [...headers], body: body && await response.arrayBuffer() };
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => index % 2 === 0 ? [[name, raw[index + 1] ?? ""]] : []);
}
