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

/** Counts how often clients exceed the limits. */
export interface LimitCounter {
  limitHit(option: keyof SessionLimits): void;
}

/** Some of the limits, and the counter for clients that exceed them. */
export type CountedLimits<Name extends keyof SessionLimits> = Pick<SessionLimits, Name> & {
  readonly counter: LimitCounter;
};

/**
 * Counts a limit that was exceeded, and returns the reason text for the client. `what`: the limited things, in the
 * plural.
 */
export function tooMany<Name extends keyof SessionLimits>(
  what: string,
  option: Name,
  limits: CountedLimits<Name>,
): string {
  limits.counter.limitHit(option);
  return `more ${what} than "${option}" allows (${limits[option]})`;
}

/** Counts the hit and returns the reason text if one of the names is too long. The text does not repeat the name. */
export function longName(
  names: Iterable<string | undefined>,
  limits: CountedLimits<"maxNameLength">,
): string | undefined {
  for (const name of names) {
    if (isLongName(name, limits)) return tooMany("characters in a name", "maxNameLength", limits);
  }
  return undefined;
}

/** Whether a name is too long. */
export function isLongName(name: string | undefined, { maxNameLength }: Pick<SessionLimits, "maxNameLength">): boolean {
  return name !== undefined && name.length > maxNameLength;
}
