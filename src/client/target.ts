// Target: where a client connects to.

/** A server's address. */
export interface Target {
  /** As it is given to the WebSocket. */
  readonly url: string;
  /** As it stands in messages: without query and user, where a token may stand. */
  readonly label: string;
}

/**
 * Reads an address; `http:` stands for `ws:`, and `https:` for `wss:`.
 *
 * @throws {TypeError} When it is none for a WebSocket.
 */
export function toTarget(url: string | URL): Target {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (parsed) parsed.protocol = { "http:": "ws:", "https:": "wss:" }[parsed.protocol] ?? parsed.protocol;
  if (parsed?.protocol !== "ws:" && parsed?.protocol !== "wss:") {
    throw new TypeError(`Cannot connect to "${url}": it is no URL that begins with ws:// or wss://`);
  }
  // A WebSocket's URL has none.
  parsed.hash = "";
  return { url: parsed.href, label: `${parsed.protocol}//${parsed.host}${parsed.pathname}` };
}
