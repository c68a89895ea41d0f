// Addresses: their types, their text form, and the key under which limits count them.

/** A network address. Deno's `NetAddr` has this shape. */
export interface NetAddress {
  /** The IP-based protocol. */
  readonly transport: "tcp" | "udp";
  /** The IP address, or the host name to listen on. */
  readonly hostname: string;
  /** The port, or 0 if it is unknown. */
  readonly port: number;
}

/** The address of a Unix domain socket. */
export interface UnixAddress {
  /** The kind of the socket. */
  readonly transport: "unix" | "unixpacket";
  /** The path of the socket in the file system. */
  readonly path: string;
}

/** An address between a virtual machine and its host. */
export interface VsockAddress {
  /** The kind of the socket. */
  readonly transport: "vsock";
  /** The context id of the peer. */
  readonly cid: number;
  /** The port. */
  readonly port: number;
}

/** The address on which a server listens: a TCP port or a Unix socket. */
export interface ServerAddress {
  /** The kind of the socket. */
  readonly transport: "tcp" | "unix";
  /** The IP address. Empty for a Unix socket. */
  readonly hostname: string;
  /** The TCP port. 0 for a Unix socket. */
  readonly port: number;
  /** The absolute path of the Unix socket. Absent for a TCP port. */
  readonly path?: string;
}

/** The address of a peer. Every `Deno.Addr` has this shape. */
export type RemoteAddress = NetAddress | UnixAddress | VsockAddress;

/** What the runtime knows of a request. The second argument of a `Deno.serve` handler has this shape. */
export interface RequestInfo {
  /** The address of the peer that sent the request. */
  readonly remoteAddr?: RemoteAddress;
}

/**
 * Returns `"127.0.0.1:51234"`, `"[::1]:51234"`, `"192.0.2.7"` if the port is unknown (0), the path of a Unix socket, or
 * `"unknown"`.
 */
export function nameOf(address: RemoteAddress | undefined): string {
  if (!address) return "unknown";
  if ("hostname" in address) {
    return address.port === 0 ? address.hostname : `${bracketed(address.hostname)}:${address.port}`;
  }
  return "path" in address ? address.path : `vsock ${address.cid}:${address.port}`;
}

/**
 * Returns the URL for clients on the same machine. Wildcard addresses become `localhost`, because not every system can
 * connect to them. For a Unix socket, returns the form of npm's `ws`: `ws+unix:`, the path, a colon, and the path of
 * the request. Colons and other characters that have a meaning in URLs are percent-encoded. `ws` does not decode them.
 */
export function urlOf({ hostname, port, path }: Omit<ServerAddress, "transport">, scheme: "ws" | "wss"): string {
  if (path !== undefined) return `ws+unix:${encodeURI(path).replace(/[:?#]/g, encodeURIComponent)}:/`;
  const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : bracketed(hostname);
  return `${scheme}://${host}:${port}`;
}

/** Returns the text of the address of a listener for log lines: its URL, or the path of its Unix socket. */
export function labelOf(address: ServerAddress, scheme: "ws" | "wss"): string {
  return address.path ?? urlOf(address, scheme);
}

/** Whether a listener on `hostname` can be reached only from its own machine. */
export function isLoopbackHostname(hostname: string): boolean {
  const host = bracketed(hostname.replace(/^\[(.*)\]$/, "$1"));
  return isLoopbackName(URL.parse(`http://${host}/`)?.hostname ?? "");
}

/**
 * Whether the hostname of a URL, in canonical form, means the local machine. Browsers resolve these names without DNS.
 */
export function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Returns the key under which the limits per address count a peer. Returns `undefined` if the peer has no IP address,
 * or an unknown one.
 *
 * An IPv4 address counts as a whole, also inside an IPv6 address (`::ffff:192.0.2.7`): sockets for both protocols
 * report that form. A global IPv6 address (2000::/3) counts by its first 64 bits, because a single machine may use all
 * addresses of such a network. Any other IPv6 address counts as a whole, with its zone.
 */
export function addressKey(address: RemoteAddress | undefined): string | undefined {
  if (!address || !("hostname" in address)) return undefined;
  const [, text = "", zone = ""] = /^([^%]*)(.*)$/.exec(address.hostname) ?? [];
  const canonical = canonicalIpv6(text);
  if (canonical === undefined) return address.hostname;
  const groups = groupsOf(canonical);
  const [first = 0, , , , , , high = 0, low = 0] = groups;
  if (groups.slice(0, 6).join() === "0,0,0,0,0,65535") {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  }
  if (first >> 13 !== 1) return `${canonical}${zone}`;
  return `${groups.slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/**
 * Returns the canonical form of an IPv6 address, without brackets. Returns `undefined` if the text is not an IPv6
 * address.
 */
export function canonicalIpv6(text: string): string | undefined {
  return /^[\da-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
}

/** Returns the eight 16-bit groups of a canonical IPv6 address. */
function groupsOf(canonical: string): number[] {
  const [before = [], after = []] = canonical.split("::").map((part) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16))
  );
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** Returns a host name as URLs have it: with brackets around an IPv6 address. */
export function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
