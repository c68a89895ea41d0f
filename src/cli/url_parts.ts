// UrlParts: the parts of a server's URL for commands that open a connection themselves.

/** The parts of a WebSocket URL. */
export interface UrlParts {
  /** The name or address, with the brackets of IPv6. */
  readonly host: string;
  /** The same without brackets. */
  readonly hostname: string;
  /** The port, also if it is the default one of the scheme. */
  readonly port: number;
  /** The path and the query for an HTTP request. */
  readonly path: string;
  /** Whether it is a `wss:` URL. */
  readonly isSecure: boolean;
}

/** Returns the parts of a WebSocket URL. */
export function urlParts(url: string): UrlParts {
  const { protocol, hostname: host, port, pathname, search } = new URL(url);
  const isSecure = protocol === "wss:";
  return {
    host,
    hostname: host.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
    path: pathname + search,
    isSecure,
  };
}
