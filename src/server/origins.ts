// Origins: which web pages may connect. A browser lets every page open a WebSocket to any address, and says only whose page it is.

import { isLoopbackName } from "./address.ts";

/** What `allowedOrigins` is when it is not given. */
const DEFAULT_ORIGINS: readonly string[] = ["loopback", "same-host", "file://", "https://app.foxglove.dev"];

const CANNOT = "Cannot create a server:";

/**
 * Whether a page of `origin` may connect to a server that it addressed as `host`, the request's header. `isLoopback`: only loopback
 * addresses lead to the server.
 */
export type OriginRule = (origin: string, host: string | null, isLoopback: boolean) => boolean;

/**
 * The rule that `allowedOrigins` stands for.
 *
 * @throws {TypeError} When it is no list, or one of its entries is no origin.
 */
export function originRule(allowed: readonly string[] = DEFAULT_ORIGINS): OriginRule {
  if (!Array.isArray(allowed)) throw new TypeError('Cannot create a server: "allowedOrigins" is no list');
  const rules = allowed.map(ruleOf);
  return (origin, host, isLoopback) => rules.some((rule) => rule(origin, host, isLoopback));
}

function ruleOf(entry: unknown): OriginRule {
  switch (entry) {
    case "*":
      return () => true;
    case "loopback":
      return (origin) => isLoopbackName(hostnameOf(origin));
    case "same-host":
      return isSameHost;
  }
  if (typeof entry !== "string") throw new TypeError(`${CANNOT} "allowedOrigins" holds ${typeof entry}`);
  const suffix = /^(https?:\/\/)\*(\.[^*]+)$/.exec(entry);
  checkOrigin(suffix ? `${suffix[1]}x${suffix[2]}` : entry, entry);
  if (!suffix) return (origin) => origin === entry;
  const [, scheme = "", domain = ""] = suffix;
  return (origin) => origin.startsWith(scheme) && origin.slice(scheme.length + 1).endsWith(domain);
}

/** A browser sends origins in one form only: another one would never be met, and nobody would be told why. */
function checkOrigin(origin: string, entry: string): void {
  if (origin === "null" || /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#*\s]*$/.test(origin)) return;
  const canonical = URL.canParse(origin) ? new URL(origin).origin : "null";
  if (canonical === origin && !origin.includes("*")) return;
  const hint = canonical === "null" || origin !== entry ? "" : `, it would be "${canonical}"`;
  throw new TypeError(`${CANNOT} "${entry}" in "allowedOrigins" is no origin${hint}`);
}

/** Names that nobody can own on the Internet: those of one word, and those of domains that are set apart for local networks. */
const LOCAL_NAME = /^[^.]+$|\.(local|lan|internal|home\.arpa)$/;

/**
 * Whether the page comes from the machine that it connects to, by its IP address or a local name. Any other name does not count: who
 * owns one can have it point first to his own server and then, for the page that came from there, to this one (DNS rebinding).
 *
 * Where only loopback addresses lead to the server, local names do not count either. Machines of the local network can make such a name
 * point to 127.0.0.1, and pages of this machine itself have no need of one.
 */
function isSameHost(origin: string, host: string | null, isLoopback: boolean): boolean {
  const hostname = hostnameOf(origin);
  if (hostname !== hostnameOf(`http://${host}`)) return false;
  return isAddress(hostname) || isLoopbackName(hostname) || (!isLoopback && LOCAL_NAME.test(hostname));
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

/** That of a web page's URL in its canonical form, `""` for anything else. */
function hostnameOf(url: string): string {
  return /^https?:/.test(url) && URL.canParse(url) ? new URL(url).hostname : "";
}
