// Questions: asks the producer about each HTTP request, and carries out its answer.

import type { RequestInfo } from "../../server/address.ts";
import type { RequestHandlers, RequestSource, Upgrade } from "../../server/http/http_listener.ts";
import type { HandshakeRequest, RequestTarget } from "../../server/http/request_target.ts";
import { explainFailure, explainLeft } from "../../server/http/responses.ts";
import type { PlainRequest, PlainResponse } from "../messages.ts";
import type { Notices } from "./notices.ts";

/** The headers of a request whose target is not valid that the producer reads. */
const TARGET_HEADERS = ["host", "upgrade", "x-forwarded-for"];

/** A request that the producer has not answered yet. */
interface Question {
  answer(response: Response): void;
  /** Accepts a handshake. Returns `undefined` if the client has left. */
  upgrade(subprotocol: string | undefined): Upgrade | undefined;
}

/** The handlers of a worker's listener. */
export class Questions {
  readonly handlers: RequestHandlers = {
    handler: (request, info, source) => this.#ask("plain", request, info, source, request),
    handshakeHandler: (request, info, source) => this.#ask("handshake", request, info, source, request.toRequest()),
    onInvalidTarget: (target, info) => this.#ask("invalid", target, info),
    onError: () => explainFailure(),
  };
  readonly #notices: Notices;
  readonly #open = new Map<number, Question>();
  #last = 0;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Sends a response. */
  respond(number: number, { body, ...init }: PlainResponse): void {
    this.#take(number)?.answer(new Response(body, init));
  }

  /** Accepts a handshake. Returns `undefined` if the client has left. */
  accept(number: number, subprotocol: string | undefined): Upgrade | undefined {
    const question = this.#take(number);
    const upgrade = question?.upgrade(subprotocol);
    question?.answer(explainLeft());
    return upgrade;
  }

  #take(number: number): Question | undefined {
    const question = this.#open.get(number);
    this.#open.delete(number);
    return question;
  }

  #ask(
    kind: PlainRequest["kind"],
    target: RequestTarget & { method?: string },
    { remoteAddr }: RequestInfo,
    source?: RequestSource,
    request?: Request,
  ): Promise<Response> {
    const number = this.#last += 1;
    const headers = request ? [...request.headers].flat() : TARGET_HEADERS.flatMap((name) => {
      const value = target.headers.get(name);
      return value === null ? [] : [name, value];
    });
    const { method = "GET", url } = target;
    this.#notices.add({ type: "request", request: number, content: { kind, method, url, headers, remoteAddr } });
    request?.signal.addEventListener("abort", () => {
      if (this.#open.has(number)) this.#notices.add({ type: "left", request: number });
    });
    return new Promise((answer) => {
      const upgrade = (subprotocol: string | undefined) =>
        kind === "handshake" ? source?.upgrade(target as HandshakeRequest, subprotocol) : undefined;
      this.#open.set(number, { answer, upgrade });
    });
  }
}
