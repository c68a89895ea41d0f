// Preflights: what a browser asks before it lets a page of the wide web reach into a private network.

import { refuseOrigin } from "./handshake.ts";
import type { ResolvedOptions } from "./options.ts";

/** Whether a request is such a question; any other preflight is the fallback's. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.get("access-control-request-private-network") === "true";
}

/**
 * Answers a request for which {@linkcode isPreflight} holds.
 *
 * Spec: "Private Network Access", section 3.1. A handshake is a GET, and carries no headers of the page's own.
 */
export function answerPreflight(
  { headers }: Request,
  { allowsOrigin }: Pick<ResolvedOptions, "allowsOrigin">,
): Response {
  const origin = headers.get("origin") ?? "";
  if (!allowsOrigin(origin, headers.get("host"))) return refuseOrigin(origin);
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
