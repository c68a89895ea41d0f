// An access token among the subprotocols of a handshake: the only place where a web page can put one, but for the address.

import { decodeBase64, encodeBase64, isBase64 } from "./schema.ts";

const PREFIX = "foxglove.token.";

/**
 * What a web page offers besides a subprotocol proper to hand in its token: a browser's WebSocket cannot set headers. No server ever
 * chooses it.
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
  // The base64url of RFC 4648, section 5, without padding: the rest of the alphabet may not stand in a subprotocol.
  const base64 = encodeBase64(new TextEncoder().encode(token));
  return PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The token that a subprotocol holds, if it is of that kind. */
export function readTokenSubprotocol(subprotocol: string): string | undefined {
  if (!subprotocol.startsWith(PREFIX)) return undefined;
  const base64 = subprotocol.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, "=");
  return isBase64(padded) ? new TextDecoder().decode(decodeBase64(padded)) : undefined;
}
