// Endpoint: the parts of a server's URL that the checks of doctor use.

import { isLoopbackName } from "../../server/address.ts";

/** The address of a server. */
export interface Endpoint {
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
  /** Whether browsers treat the server as one of their own machine. */
  readonly isLoopback: boolean;
  /** The token for the header `Authorization`, if the user gave one. */
  readonly token: string | undefined;
  /** How long each step may take, in ms. */
  readonly timeoutMs: number;
  /** Aborts when the user stops the command. */
  readonly signal: AbortSignal;
}

/** Returns the endpoint of a WebSocket URL. */
export function endpointOf(
  url: string,
  limits: Pick<Endpoint, "token" | "timeoutMs" | "signal">,
): Endpoint {
  const { protocol, hostname: host, port, pathname, search } = new URL(url);
  const isSecure = protocol === "wss:";
  return {
    host,
    hostname: host.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
    path: pathname + search,
    isSecure,
    isLoopback: isLoopbackName(host),
    ...limits,
  };
}

/** Returns `host:port` for texts. */
export function labelOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
