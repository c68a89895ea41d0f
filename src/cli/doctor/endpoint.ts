// Endpoint: the parts of a server's URL that the checks of doctor use.

import { isLoopbackName } from "../../server/address.ts";
import { type UrlParts, urlParts } from "../url_parts.ts";

/** The address of a server. */
export interface Endpoint extends UrlParts {
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
  const parts = urlParts(url);
  return { ...parts, isLoopback: isLoopbackName(parts.host), ...limits };
}

/** Returns `host:port` for texts. */
export function labelOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
