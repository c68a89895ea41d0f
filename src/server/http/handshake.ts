// The WebSocket handshake: which requests are accepted, and with which subprotocol.

import { type Subprotocol, SUBPROTOCOLS } from "../../protocol/capabilities.ts";
import type { OriginRule } from "./origins.ts";
import type { HandshakeRefusal } from "../stats/server_stats.ts";
import { textResponse } from "./responses.ts";
import type { RequestSource } from "./http_listener.ts";
import type { HandshakeRequest, RequestTarget } from "./request_target.ts";

/** The option on which the check of an origin depends. */
export interface OriginOptions {
  allowsOrigin: OriginRule;
}

/** The options on which a handshake depends. `FoxgloveServerOptions` describes them. */
export interface HandshakeOptions extends OriginOptions {
  requireSubprotocol: boolean;
  allowedPaths?: readonly string[];
}

/** The result of a handshake. */
export type Handshake =
  | { accepted: true; subprotocol: Subprotocol | undefined }
  /** `warning`: a text for the log, because only the owner of the server can fix the cause. */
  | { accepted: false; reason: HandshakeRefusal; response: Response; warning?: string };

/** Whether a request asks for a WebSocket. */
export function isUpgrade(request: Pick<RequestTarget, "headers">): boolean {
  return hasToken(request.headers.get("upgrade"), "websocket");
}

/**
 * Checks a request for which {@linkcode isUpgrade} returned true. `source`: the server's own listener, if the request
 * came through it.
 */
export function examineHandshake(
  request: HandshakeRequest,
  options: HandshakeOptions,
  source?: RequestSource,
): Handshake {
  const { headers } = request;
  if (options.allowedPaths) {
    const { pathname } = new URL(request.url);
    if (!options.allowedPaths.includes(pathname)) return refuse("path", 404, `There is no WebSocket at "${pathname}"`);
  }
  const origin = headers.get("origin");
  if (origin !== null && !allowsPage(origin, request, options, source)) {
    return { accepted: false, reason: "origin", response: refuseOrigin(origin), warning: unlisted(origin) };
  }
  // Deno would accept any version, and would answer a missing key with status 500.
  if (request.method !== "GET" || !hasToken(headers.get("connection"), "upgrade")) {
    return refuse("malformed", 400, "A WebSocket handshake must be a GET request with the header Connection: Upgrade");
  }
  // Deno (2.9) does not upgrade a connection whose first Upgrade line is "h2c". The attempt ends the process, and no
  // handler can catch the error.
  if (hasToken(headers.get("upgrade"), "h2c")) {
    return refuse("malformed", 400, "A WebSocket handshake must not offer h2c");
  }
  if (headers.get("sec-websocket-version") !== "13") {
    const headers = { "sec-websocket-version": "13" };
    return refuse("malformed", 426, "Only version 13 of the WebSocket protocol is supported", headers);
  }
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    return refuse("malformed", 400, "The header Sec-WebSocket-Key must be 16 bytes in base64");
  }
  const offered = tokens(headers.get("sec-websocket-protocol"));
  const subprotocol = SUBPROTOCOLS.find((each) => offered.includes(each));
  if (!subprotocol && (offered.length > 0 || options.requireSubprotocol)) {
    return refuse("subprotocol", 400, `A client must offer one of the subprotocols ${SUBPROTOCOLS.join(", ")}`);
  }
  return { accepted: true, subprotocol };
}

/** Whether a page from `origin`, whose browser sent the request, may connect. */
export function allowsPage(
  origin: string,
  request: RequestTarget,
  { allowsOrigin }: OriginOptions,
  source?: RequestSource,
): boolean {
  return allowsOrigin(origin, hostOf(request), source?.isLoopback ?? false);
}

/** Returns the host to which a request was sent, with its port. HTTP/2 has no Host header. */
export function hostOf({ headers, url }: RequestTarget): string {
  return headers.get("host") ?? new URL(url).host;
}

/** Rejects a page that may not connect. */
export function refuseOrigin(origin: string): Response {
  return textResponse(403, unlisted(origin));
}

/** Returns the entries of a header that is a list. Several headers with the same name arrive joined with commas. */
export function tokens(header: string | null): string[] {
  return header?.split(",").map(trimmed).filter((token) => token !== "") ?? [];
}

/**
 * Removes the whitespace that HTTP allows around an entry. `trim()` would also remove other whitespace, and Deno would
 * see other entries.
 */
function trimmed(token: string): string {
  const isSpace = (at: number) => token[at] === " " || token[at] === "\t";
  let [start, end] = [0, token.length];
  while (start < end && isSpace(start)) start += 1;
  while (end > start && isSpace(end - 1)) end -= 1;
  return token.slice(start, end);
}

/** Whether a header that is a list contains an entry, in any letter case. `token` must be in lower case. */
function hasToken(header: string | null, token: string): boolean {
  return tokens(header).some((each) => each.toLowerCase() === token);
}

function unlisted(origin: string): string {
  return `Pages of origin ${
    JSON.stringify(origin)
  } may not connect: the server's option "allowedOrigins" does not list it`;
}

function refuse(
  reason: HandshakeRefusal,
  status: number,
  why: string,
  headers?: Record<string, string>,
): Handshake {
  return { accepted: false, reason, response: textResponse(status, why, headers) };
}
