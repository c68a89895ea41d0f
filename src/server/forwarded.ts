// Forwarded: whom a request comes from where proxies stand before the server.

import { canonicalIpv6 } from "./address.ts";

/** An IPv4 address, and a port that some proxies add. */
const IPV4 = /^(\d+(?:\.\d+){3})(?::\d+)?$/;
/** An IPv6 address, in brackets or not, and a port behind brackets. */
const IPV6 = /^([\da-f:.]+)$|^\[([\da-f:.]+)\](?::\d+)?$/i;

/**
 * Where a request comes from: its peer, or whom the outermost of so many trusted proxies saw.
 *
 * Each proxy appends the address that it saw to `X-Forwarded-For`. What stands before their entries the client itself has sent.
 */
export function originOf(
  request: Request,
  peer: Deno.Addr | undefined,
  trustedProxies: number,
): Deno.Addr | undefined {
  if (trustedProxies === 0) return peer;
  const entries = request.headers.get("x-forwarded-for")?.split(",") ?? [];
  const hostname = addressIn(entries.at(-trustedProxies)?.trim() ?? "");
  // The port is none that anybody could answer to.
  return hostname === undefined ? peer : { transport: "tcp", hostname, port: 0 };
}

/** The address in the form in which it is always written; a proxy that does not know it may send `unknown`. */
function addressIn(entry: string): string | undefined {
  const [, ipv4] = IPV4.exec(entry) ?? [];
  if (ipv4 !== undefined) return URL.parse(`http://${ipv4}/`)?.hostname;
  const ipv6 = IPV6.exec(entry)?.slice(1).find((address) => address !== undefined);
  return canonicalIpv6(ipv6 ?? "");
}
