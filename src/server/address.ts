// Addresses as people read and type them.

/** `"127.0.0.1:51234"`, `"[::1]:51234"`, `"192.0.2.7"` where the port is not known, the path of a Unix socket, or `"unknown"`. */
export function nameOf(address: Deno.Addr | undefined): string {
  if (!address) return "unknown";
  if ("hostname" in address) {
    return address.port === 0 ? address.hostname : `${bracketed(address.hostname)}:${address.port}`;
  }
  return "path" in address ? address.path : `vsock ${address.cid}:${address.port}`;
}

/** What a client on the same machine connects to. An address that means "all of mine" cannot be connected to everywhere. */
export function urlOf({ hostname, port }: Deno.NetAddr, scheme: "ws" | "wss"): string {
  const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : bracketed(hostname);
  return `${scheme}://${host}:${port}`;
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
