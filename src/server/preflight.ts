// Preflights: what a browser asks before it lets a page of the wide web reach into a private network.

import { allowsPage, refuseOrigin } from "./handshake.ts";
import type { ResolvedOptions } from "./options.ts";
import type { OwnListener } from "./own_listener.ts";

/** Whether a request is such a question; any other preflight is the fallback's. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.get("access-control-request-private-network") === "true";
}

/**
 * Answers a request for which {@linkcode isPreflight} holds. `listener`: what it came through, if that is the server's own.
 *
 * Spec: "Private Network Access", section 3.1. A handshake is a GET, and carries no headers of the page's own.
 */
export function answerPreflight(
  request: Request,
  options: Pick<ResolvedOptions, "allowsOrigin">,
  listener?: OwnListener,
): Response {
  const origin = request.headers.get("origin") ?? "";
  if (!allowsPage(origin, request, options, listener)) return refuseOrigin(origin);
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
