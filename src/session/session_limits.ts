// SessionLimits: the limits of one client, and the error texts for requests that exceed them.

/** The limits of a session. `LimitOptions` describes each of them. */
export interface SessionLimits {
  maxPendingRequests: number;
  maxQueuedRequests: number;
  maxRequestBytes: number;
  maxTotalRequestBytes: number;
  maxSubscriptions: number;
  maxClientChannels: number;
  maxParameters: number;
  maxNameLength: number;
  maxJsonDepth: number;
  maxJsonValues: number;
  maxMessageBytes: number;
}

/** Returns the reason text for a limit that was exceeded. `what`: the limited things, in the plural. */
export function tooMany<Name extends keyof SessionLimits>(
  what: string,
  option: Name,
  limits: Pick<SessionLimits, Name>,
): string {
  return `more ${what} than "${option}" allows (${limits[option]})`;
}

/** Returns the reason text if one of the names is too long. The text does not repeat the name. */
export function longName(
  names: Iterable<string | undefined>,
  limits: Pick<SessionLimits, "maxNameLength">,
): string | undefined {
  for (const name of names) {
    if (name !== undefined && name.length > limits.maxNameLength) {
      return tooMany("characters in a name", "maxNameLength", limits);
    }
  }
  return undefined;
}
