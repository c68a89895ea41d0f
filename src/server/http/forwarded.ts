// originOf(): the address of a client behind proxies.

import { canonicalIpv6, type RemoteAddress } from "../address.ts";
import type { RequestTarget } from "./request_target.ts";

/** An IPv4 address. Some proxies add a port. */
const IPV4 = /^(\d+(?:\.\d+){3})(?::\d+)?$/;
/** An IPv6 address, with or without brackets. A port may follow the brackets. */
const IPV6 = /^([\da-f:.]+)$|^\[([\da-f:.]+)\](?::\d+)?$/i;

/**
 * Returns the address of a client: the peer's own, or the one that the outermost trusted proxy saw.
 *
 * Each proxy appends its peer's address to `X-Forwarded-For`. Only the last `trustedProxies` entries come from trusted
 * proxies. The client may have written the entries before them, so they are ignored.
 */
export function originOf(
  request: Pick<RequestTarget, "headers">,
  peer: RemoteAddress | undefined,
  trustedProxies: number,
): RemoteAddress | undefined {
  if (trustedProxies === 0) return peer;
  const entries = request.headers.get("x-forwarded-for")?.split(",") ?? [];
  const hostname = addressIn(entries.at(-trustedProxies)?.trim() ?? "");
  // The port is unknown, and 0 is not a real port.
  return hostname === undefined ? peer : { transport: "tcp", hostname, port: 0 };
}

/** Returns the canonical form of an address. A proxy that does not know the address may send `unknown`. */
function addressIn(entry: string): string | undefined {
  const [, ipv4] = IPV4.exec(entry) ?? [];
  if (ipv4 !== undefined) return URL.parse(`http://${ipv4}/`)?.hostname;
  const ipv6 = IPV6.exec(entry)?.slice(1).find((address) => address !== undefined);
  return canonicalIpv6(ipv6 ?? "");
}
