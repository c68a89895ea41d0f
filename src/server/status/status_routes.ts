// StatusRoutes: answers the requests for the status page, the statistics and the metrics, to those who may see them.

import { Access } from "../../session/access.ts";
import type { RequestInfo } from "../address.ts";
import { hostOf } from "../http/handshake.ts";
import type { Handshakes } from "../http/handshakes.ts";
import type { RequestSource } from "../http/http_listener.ts";
import { textResponse } from "../http/responses.ts";
import { routeOf, statusBaseFrom, type StatusPageOptions, type StatusRoute } from "./status_page_option.ts";
import type { StatusRequest, StatusSource } from "./status_source.ts";
import { type VisibilityOptions, type VisibilityRule, visibilityRule } from "./visibility.ts";

/** The options of a server on which these answers depend. `FoxgloveServerOptions` describes them. */
export interface StatusRoutesOptions extends VisibilityOptions {
  statusPage?: false | StatusPageOptions;
  allowedPaths?: readonly string[];
}

/** The parts of a server that these answers use. */
export interface StatusRoutesParts {
  options: StatusRoutesOptions;
  handshakes: Pick<Handshakes, "identify">;
  source: StatusSource;
}

/** Answers requests. Its other modules are loaded by the first request that needs them. */
export class StatusRoutes {
  readonly #parts: StatusRoutesParts;
  /** The path of the page without a slash at its end. */
  readonly #base: string | undefined;
  readonly #visibilityOf: VisibilityRule;

  constructor(parts: StatusRoutesParts) {
    this.#parts = parts;
    this.#base = statusBaseFrom(parts.options.statusPage);
    this.#visibilityOf = visibilityRule(parts.options);
  }

  /**
   * Answers a request that is not a handshake. Returns `undefined` if it asks for anything else, or if its sender must
   * not learn that there is a page.
   */
  answer(request: Request, info?: RequestInfo, source?: RequestSource): Response | Promise<Response> | undefined {
    if (this.#base === undefined) return undefined;
    const { pathname } = new URL(request.url);
    const route = routeOf(pathname, this.#base);
    if (route === undefined) return undefined;
    const visibility = this.#visibilityOf(request, source);
    if (visibility === "hidden") return undefined;
    if (visibility === "forbidden") return explainHost(request);
    if (request.method !== "GET" && request.method !== "HEAD") return explainMethod();
    const answer = visibility === "open"
      ? this.#respond(route, request, source, new Access())
      : this.#respondIfIdentified(route, request, info, source);
    return request.method === "GET" ? answer : answer.then(withoutBody);
  }

  /** Returns the URL of the page for a browser of this machine; `undefined` if it may not see the page. */
  urlAt({ url, isLoopback }: { readonly url: string | undefined; readonly isLoopback: boolean }): string | undefined {
    if (this.#base === undefined || !url || !/^wss?:/.test(url)) return undefined;
    const pageUrl = `${url.replace("ws", "http")}${this.#base}/`;
    const source = { isLoopback, tls: url.startsWith("wss:"), isMounted: false, upgrade: () => undefined };
    const visibility = this.#visibilityOf(new Request(pageUrl), source);
    return visibility === "hidden" || visibility === "forbidden" ? undefined : pageUrl;
  }

  async #respondIfIdentified(
    route: StatusRoute,
    request: Request,
    info: RequestInfo | undefined,
    source: RequestSource | undefined,
  ): Promise<Response> {
    const identity = await this.#parts.handshakes.identify(request, info, source);
    if (identity instanceof Response) return identity;
    return await this.#respond(route, request, source, new Access(identity.rights));
  }

  async #respond(
    route: StatusRoute,
    request: Request,
    source: RequestSource | undefined,
    access: Access,
  ): Promise<Response> {
    const statusRequest = this.#requestFor(request, source, access);
    const { source: figures } = this.#parts;
    switch (route) {
      case "redirect":
        return redirect(request);
      case "page":
        return (await import("./page_response.ts")).pageResponse(statusRequest);
      case "stats":
        return (await import("./stats_response.ts")).statsResponse(figures, statusRequest);
      case "metrics":
        return await (await import("./metrics_response.ts")).metricsResponse(figures, statusRequest);
    }
  }

  #requestFor(request: Request, source: RequestSource | undefined, access: Access): StatusRequest {
    const { allowedPaths: [path] = [] } = this.#parts.options;
    const base = this.#base ?? "";
    const protocol = source ? (source.tls ? "https:" : "http:") : new URL(request.url).protocol;
    return {
      accept: request.headers.get("accept"),
      access,
      pageUrl: new URL(`${protocol}//${hostOf(request)}${base}/`),
      // Relative, because a proxy may serve the page below a path that the server does not know. Without
      // `allowedPaths`, clients can connect at every path, so also at that of the page.
      socketPath: path === undefined ? "./" : "../".repeat(base.split("/").length - 1) + `.${path}`,
    };
  }
}

/** Adds the slash to the address of the page, which needs it for its relative addresses. */
function redirect(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  // Relative, because a proxy may have removed the beginning of the path.
  const location = `./${pathname.slice(pathname.lastIndexOf("/") + 1)}/${search}`;
  return new Response(null, { status: 308, headers: { location, "cache-control": "no-store" } });
}

async function withoutBody(response: Response): Promise<Response> {
  // The response of `authorize` may have a stream.
  await response.body?.cancel();
  return new Response(null, response);
}

function explainMethod(): Response {
  return textResponse(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
}

/** Explains why a page at this host is not shown: see `visibilityRule()`. */
function explainHost(request: Request): Response {
  const host = JSON.stringify(hostOf(request));
  return textResponse(403, `The status page is not available at ${host}: the option "allowedOrigins" does not list it`);
}
