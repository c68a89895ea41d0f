// parseServerUrl(): the server that a user names on the command line.

import { usageError } from "./failure.ts";

/** The server of every command, unless the user names another one. */
export const DEFAULT_URL = "ws://localhost:8765";
const DEFAULT_PORT = 8765;

/** The schemes of servers, and the scheme of the WebSocket for each. */
const SCHEMES: Readonly<Record<string, "ws:" | "wss:">> = {
  "ws:": "ws:",
  "wss:": "wss:",
  "http:": "ws:",
  "https:": "wss:",
};

/**
 * Returns the URL of a WebSocket for `host`, `host:port`, a URL with or without a scheme, or a link that opens
 * Foxglove or Lichtblick with a server. Without a scheme and a port, the port is 8765.
 *
 * @throws {Failure} If the text is none of these.
 */
export function parseServerUrl(text: string): string {
  const trimmed = text.trim();
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed);
  // URL would take the first part of a path for the host.
  const url = trimmed.startsWith("/") ? null : URL.parse(hasScheme ? trimmed : `ws://${withBrackets(trimmed)}`);
  const linked = url?.searchParams.get("ds.url");
  if (linked) return parseServerUrl(linked);
  const scheme = url && SCHEMES[url.protocol];
  if (!url || !scheme || url.hostname === "") {
    throw usageError(`"${text}" is not the address of a server: use host:port or ws://host:port`);
  }
  url.protocol = scheme;
  url.hash = "";
  // URL removes the default port of a scheme, so the text tells whether there was one.
  if (!hasScheme && url.port === "" && !/^[^/?#]*:80(?:[/?#]|$)/.test(trimmed)) url.port = String(DEFAULT_PORT);
  return url.href;
}

/** Matches a URL, a host with a port, `localhost`, an IP address, and a name that ends with `.local`. */
const ADDRESS =
  /^(?:(?:wss?|https?):\/\/.+|(?:localhost|\[[\da-f:]+\]|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)*\.local)(?::\d+)?|[\w-]+(?:\.[\w-]+)*:\d{2,5})$/i;

/** Whether a text is probably the address of a server, and not the name of something on it. */
export function looksLikeAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** Adds brackets to an IPv6 address that has none. */
function withBrackets(text: string): string {
  const host = /^[^/?#]*/.exec(text)![0];
  const isBareIpv6 = (host.match(/:/g)?.length ?? 0) > 1 && !host.startsWith("[");
  return isBareIpv6 ? `[${host}]${text.slice(host.length)}` : text;
}
