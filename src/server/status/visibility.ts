// visibilityRule(): which requests may see the status page, the metrics and the statistics.

import { isLoopbackName } from "../address.ts";
import { hostOf } from "../http/handshake.ts";
import type { RequestSource } from "../http/http_listener.ts";
import { hostnameOf, isSafeHost, type OriginRule } from "../http/origins.ts";

/** The options on which the rule depends. `FoxgloveServerOptions` describes them. */
export interface VisibilityOptions {
  statusPage?: unknown;
  authorize?: unknown;
  fallback?: unknown;
  path?: string | undefined;
  trustedProxies: number;
  allowsOrigin: OriginRule;
}

/**
 * What a request for the page may see.
 *
 * - `open`: everything.
 * - `guarded`: what `authorize` allows.
 * - `forbidden`: nothing. The response explains why.
 * - `hidden`: nothing. The request gets the same response as without the page.
 */
export type Visibility = "open" | "guarded" | "forbidden" | "hidden";

/**
 * Decides about a request. `source`: the listener or the server of the program through which it came; `undefined` if
 * the program called `handleRequest()`.
 */
export type VisibilityRule = (request: Request, source: RequestSource | undefined) => Visibility;

/** Headers that proxies add. Without `trustedProxies`, a request with one of them was not sent by this machine. */
const PROXY_HEADER = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** Returns the rule for a server with these options. */
export function visibilityRule(options: VisibilityOptions): VisibilityRule {
  const { statusPage, authorize, fallback, path, trustedProxies, allowsOrigin } = options;
  const guarded = authorize === undefined ? "open" : "guarded";
  const canBeOpened = (request: Request, isLoopback: boolean) => isPageHost(hostOf(request), isLoopback, allowsOrigin);
  if (statusPage === false) return () => "hidden";
  if (statusPage !== undefined) {
    return (request, source) => canBeOpened(request, source?.isLoopback ?? false) ? guarded : "forbidden";
  }
  if (fallback !== undefined) return () => "hidden";
  if (authorize !== undefined) {
    return (request, source) => isOwn(source) && canBeOpened(request, source.isLoopback) ? "guarded" : "hidden";
  }
  if (trustedProxies > 0 || path !== undefined) return () => "hidden";
  return (request, source) => isOwn(source) && source.isLoopback && isLocal(request) ? "open" : "hidden";
}

/** Whether the server's own listener received the request. The paths of a server of the program are its own. */
function isOwn(source: RequestSource | undefined): source is RequestSource {
  return source !== undefined && !source.isMounted;
}

/** Whether a program or a browser of this machine sent the request, as far as its headers tell. */
function isLocal(request: Request): boolean {
  if (!isLoopbackName(hostnameOf(`http://${hostOf(request)}`))) return false;
  return ![...request.headers.keys()].some((name) => PROXY_HEADER.test(name));
}

/**
 * Whether a page at this host is not one of another owner (DNS rebinding): the host is an IP address, a local name, or
 * a name that the program lists.
 */
function isPageHost(host: string, isLoopback: boolean, allowsOrigin: OriginRule): boolean {
  if (isSafeHost(hostnameOf(`http://${host}`), isLoopback)) return true;
  return ["http", "https"].some((scheme) => allowsOrigin(`${scheme}://${host.toLowerCase()}`, host, isLoopback));
}
