// negotiateExtensions(): decides whether the messages of a connection are compressed.

import { type ExtensionOffer, type ExtensionParameter, parseExtensions } from "./extension_header.ts";

/**
 * The server's part of the agreement (RFC 7692, section 7.1): each message is compressed independently, in both
 * directions. So the server can compress a message once for all clients, and keeps no window of 32 KiB for each client.
 */
const ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** The window of the server, as a power of 2. Also the largest one that the extension has. */
const SERVER_WINDOW_BITS = "15";

/** The window sizes of RFC 7692, section 7.1.2. Leading zeros are invalid. */
const WINDOW_BITS: readonly string[] = ["8", "9", "10", "11", "12", "13", "14", SERVER_WINDOW_BITS];

/**
 * Returns the header `Sec-WebSocket-Extensions` of the response, or `undefined` if the messages are not compressed
 * because no offer is acceptable.
 *
 * `header` is that of the request: the values of several headers are joined by commas, and `undefined` or `null` means
 * that there is none. The first acceptable offer of `permessage-deflate` is accepted. An offer is declined if it
 * limits the server's window (`server_max_window_bits` below 15), or has an unknown, repeated or invalid parameter.
 * `client_max_window_bits` has no effect, because the server can decompress every window.
 *
 * A header with wrong syntax counts as absent. Never throws, and takes linear time.
 */
export function negotiateExtensions(header: string | undefined | null): string | undefined {
  const accepted = parseExtensions(header ?? "")?.find(isAcceptable);
  if (!accepted) return undefined;
  // RFC 7692, section 7.1.2.1: an offer with this parameter is accepted by repeating it.
  const limitsWindow = accepted.parameters.some(({ name }) => name === "server_max_window_bits");
  return limitsWindow ? `${ANSWER}; server_max_window_bits=${SERVER_WINDOW_BITS}` : ANSWER;
}

function isAcceptable({ name, parameters }: ExtensionOffer): boolean {
  if (name !== "permessage-deflate") return false;
  const names = new Set(parameters.map(({ name }) => name));
  return names.size === parameters.length && parameters.every(isSupported);
}

function isSupported({ name, value }: ExtensionParameter): boolean {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === undefined;
    case "server_max_window_bits":
      return value === SERVER_WINDOW_BITS;
    case "client_max_window_bits":
      return value === undefined || WINDOW_BITS.includes(value);
    default:
      return false;
  }
}
