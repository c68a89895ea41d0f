// Preflights: answers the request that browsers send before a page from the Internet may access a private network.

import { allowsPage, type OriginOptions, refuseOrigin } from "./handshake.ts";
import type { RequestSource } from "./http_listener.ts";

/** Whether a request is a preflight for private network access. Any other preflight goes to the `fallback`. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.get("access-control-request-private-network") === "true";
}

/**
 * Answers a request for which {@linkcode isPreflight} returns `true`. `source`: the server's own listener through
 * which it came, if any.
 *
 * Spec: "Private Network Access", section 3.1. Only GET is allowed, and no headers: a handshake is a GET, and pages
 * cannot add headers.
 */
export function answerPreflight(
  request: Request,
  options: OriginOptions,
  source?: RequestSource,
): Response {
  const origin = request.headers.get("origin") ?? "";
  if (!allowsPage(origin, request, options, source)) return refuseOrigin(origin);
  return new Response(undefined, {
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET",
      "access-control-allow-private-network": "true",
      vary: "Origin",
    },
  });
}
