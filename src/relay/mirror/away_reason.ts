// withoutTokens(), shortReason(): why an upstream is not connected, for the log and for clients.

import { connectionFailure } from "../../connection_failure.ts";

/** Apps cut longer texts. */
const MAX_CHARS = 120;
/** How many characters are searched for addresses, because that takes quadratic time. */
const MAX_SEARCHED = 500;

/** Addresses of robots and relays, as runtimes write them into errors. */
const ADDRESSES = [
  / - Local \([^)]*\)/g,
  // URLs.
  /\b[a-z][a-z+.-]*:\/\/[^\s"',;)]+/gi,
  // IPv6, with brackets and a port or without them.
  /\[[\da-f:.]*:[\da-f:.]*(%\w+)?\](:\d+)?/gi,
  /(?<![\w:])(?=[\da-f:]*::|([\da-f]{1,4}:){7})[\da-f]{0,4}(:[\da-f]{0,4}){2,7}(%\w+)?(?![\w:])/gi,
  // IPv4, and names of hosts with a port. Times such as 12:30 have no letter.
  /\b\d{1,3}(\.\d{1,3}){3}\b(:\d+\b)?/g,
  /\b(?=[\d.-]*[a-z])[a-z\d]([\w.-]*\w)?:\d{2,5}\b/gi,
  /(?<=\b(ENOTFOUND|EAI_AGAIN) )\S+/g,
];

/** Removes the users and queries of URLs, and tokens of other forms. A runtime may name them in an error. */
export function withoutTokens(text: string): string {
  return text
    .replace(/(:\/\/)[^\s\/?#"']*@/g, "$1")
    .replace(/(:\/\/[^\s?#"']*)[?#][^\s"']*/g, "$1")
    .replace(/(token=|foxglove\.token\.|\bbearer )[^\s"',&)]+/gi, "$1…");
}

/** Returns the first line of a reason, without a token and without the address, which is not for all viewers. */
export function shortReason(reason: string): string {
  const [line = ""] = withoutTokens(reason).split(/[\r\n]/);
  const { reason: short } = connectionFailure(line);
  const text = withoutAddresses(short.slice(0, MAX_SEARCHED));
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

function withoutAddresses(text: string): string {
  return ADDRESSES.reduce((rest, address) => rest.replace(address, "…"), text).replace(/(\s+…+)+$/, "");
}
