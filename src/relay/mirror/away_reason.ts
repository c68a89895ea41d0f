// withoutTokens(), shortReason(): why an upstream is not connected, for the log and for clients.

/** Apps cut longer texts. */
const MAX_CHARS = 120;

/** How errors of clients and runtimes begin, up to the reason. The address of a robot is not for all viewers. */
const BEGINNINGS = [
  /^Cannot connect to \S+?(?:, offering [^:]*)?: /,
  /^The connection to \S+ was closed: /,
  /^NetworkError: /,
  /^failed to connect to WebSocket: /,
];

/** Removes the users and queries of URLs, and tokens of other forms. A runtime may name them in an error. */
export function withoutTokens(text: string): string {
  return text
    .replace(/(:\/\/)[^\s\/?#"'@]*@/g, "$1")
    .replace(/(:\/\/[^\s?#"']*)[?#][^\s"']*/g, "$1")
    .replace(/\b(token=|foxglove\.token\.|bearer )[^\s"',&)]+/gi, "$1…");
}

/** Returns the first line of a reason, without a token and without the address. */
export function shortReason(reason: string): string {
  const [line = ""] = withoutTokens(reason).split(/[\r\n]/);
  const short = BEGINNINGS.reduce((text, beginning) => text.replace(beginning, ""), line);
  return short.length > MAX_CHARS ? `${short.slice(0, MAX_CHARS)}…` : short;
}
