// ServerAddress: the address of the server that a client connects to.

import { type Subprotocol, SUBPROTOCOLS } from "../protocol/capabilities.ts";

/** A server's address. */
export interface ServerAddress {
  /** The URL for the WebSocket; empty for a socket that exists already. */
  readonly url: string;
  /** The URL for error messages: without query and user, because they may contain a token. */
  readonly label: string;
  /** The subprotocols that the client offers. Empty for a socket that exists already. */
  readonly offers: readonly Subprotocol[];
  /** The subprotocol of the connection, if it does not depend on the server's answer. */
  readonly subprotocol?: Subprotocol | undefined;
}

/**
 * Parses an address. `http:` is read as `ws:`, and `https:` as `wss:`.
 *
 * @throws {TypeError} When it is not a WebSocket URL.
 */
export function parseServerAddress(url: string | URL): ServerAddress {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (parsed) parsed.protocol = { "http:": "ws:", "https:": "wss:" }[parsed.protocol] ?? parsed.protocol;
  if (parsed?.protocol !== "ws:" && parsed?.protocol !== "wss:") {
    throw new TypeError(`Cannot connect to "${url}": not a URL that begins with ws:// or wss://`);
  }
  // WebSocket URLs must not have a fragment (RFC 6455, section 3).
  parsed.hash = "";
  return { url: parsed.href, label: `${parsed.protocol}//${parsed.host}${parsed.pathname}`, offers: SUBPROTOCOLS };
}
