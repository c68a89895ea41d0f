// tokenSubprotocol(): an access token in the list of subprotocols. Web pages have no other place for a token, except
// the URL.

import { decodeBase64, encodeBase64, isBase64 } from "./base64.ts";

const PREFIX = "foxglove.token.";

/**
 * Returns a subprotocol that carries an access token. Web pages offer it in addition to real subprotocols
 * ({@linkcode SUBPROTOCOLS}), because a browser's `WebSocket` cannot set headers. The server reads the token but never
 * selects this subprotocol.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { SUBPROTOCOLS, tokenSubprotocol } from "@x/foxglove-ws/protocol";
 *
 * const offered = [...SUBPROTOCOLS, tokenSubprotocol("open sesame")];
 * // new WebSocket("wss://robot.example:8765", offered);
 * assertEquals(offered.at(-1), "foxglove.token.b3BlbiBzZXNhbWU");
 * ```
 */
export function tokenSubprotocol(token: string): string {
  // base64url without padding (RFC 4648, section 5), because "/" and "=" are not allowed in a subprotocol name.
  const base64 = encodeBase64(new TextEncoder().encode(token));
  return PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Returns the token in a subprotocol, or `undefined` if the subprotocol does not carry one. */
export function readTokenSubprotocol(subprotocol: string): string | undefined {
  if (!subprotocol.startsWith(PREFIX)) return undefined;
  const base64 = subprotocol.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, "=");
  return isBase64(padded) ? new TextDecoder().decode(decodeBase64(padded)) : undefined;
}
