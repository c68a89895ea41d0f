// withoutTokens(), shortReason(): why an upstream is not connected, for the log and for clients.

import { connectionFailure } from "../../connection_failure.ts";

/** Apps cut longer texts. */
const MAX_CHARS = 120;

/** Removes the users and queries of URLs, and tokens of other forms. A runtime may name them in an error. */
export function withoutTokens(text: string): string {
  return text
    .replace(/(:\/\/)[^\s\/?#"'@]*@/g, "$1")
    .replace(/(:\/\/[^\s?#"']*)[?#][^\s"']*/g, "$1")
    .replace(/\b(token=|foxglove\.token\.|bearer )[^\s"',&)]+/gi, "$1…");
}

/** Returns the first line of a reason, without a token and without the address, which is not for all viewers. */
export function shortReason(reason: string): string {
  const [line = ""] = withoutTokens(reason).split(/[\r\n]/);
  const { reason: short } = connectionFailure(line);
  return short.length > MAX_CHARS ? `${short.slice(0, MAX_CHARS)}…` : short;
}
