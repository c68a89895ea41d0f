// SessionLimits: how much of what one client may have, and how it is told that it has asked for more.

/** What a session is allowed; `LimitOptions` says what each is for. */
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

/** Why a client is refused; `what` it would have more of. */
export function tooMany<Name extends keyof SessionLimits>(
  what: string,
  option: Name,
  limits: Pick<SessionLimits, Name>,
): string {
  return `more ${what} than "${option}" allows (${limits[option]})`;
}

/** Why these names cannot be taken, if one of them is too long. The text does not repeat it. */
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
