// Origins: which web pages may connect. Browsers let every page open a WebSocket to any address, and only send the
// page's origin.

import { kindOf } from "../../protocol/bytes.ts";
import { isLoopbackName } from "../address.ts";

/** The default of `allowedOrigins`. */
const DEFAULT_ORIGINS: readonly string[] = ["loopback", "same-host", "file://", "https://app.foxglove.dev"];

const CANNOT = "Cannot create a server:";

/**
 * Whether a page of `origin` may connect. `host`: the request's `Host` header. `isLoopback`: clients reach the server
 * only through a loopback address, without a proxy.
 */
export type OriginRule = (origin: string, host: string | null, isLoopback: boolean) => boolean;

/**
 * Turns `allowedOrigins` into a rule.
 *
 * @throws {TypeError} When it is not a list, or one of its entries is not an origin.
 */
export function originRule(allowed: readonly string[] = DEFAULT_ORIGINS): OriginRule {
  if (!Array.isArray(allowed)) throw new TypeError(`${CANNOT} "allowedOrigins" is ${kindOf(allowed)}, not an array`);
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
  if (typeof entry !== "string") {
    throw new TypeError(`${CANNOT} an entry of "allowedOrigins" is ${kindOf(entry)}, not text`);
  }
  const suffix = /^(https?:\/\/)\*(\.[^*]+)$/.exec(entry);
  checkOrigin(suffix ? `${suffix[1]}x${suffix[2]}` : entry, entry);
  if (!suffix) return (origin) => origin === entry;
  const [, scheme = "", domain = ""] = suffix;
  return (origin) => origin.startsWith(scheme) && origin.slice(scheme.length + 1).endsWith(domain);
}

/**
 * Throws unless the entry is an origin as browsers send it, in canonical form. Any other entry would never match,
 * without a hint.
 */
function checkOrigin(origin: string, entry: string): void {
  if (origin === "null" || /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#*\s]*$/.test(origin)) return;
  const canonical = URL.canParse(origin) ? new URL(origin).origin : "null";
  if (canonical === origin && !origin.includes("*")) return;
  const hint = canonical === "null" || origin !== entry ? "" : `; use "${canonical}"`;
  throw new TypeError(`${CANNOT} "${entry}" in "allowedOrigins" is not an origin${hint}`);
}

/** Names that cannot be registered on the Internet: single words, and names in domains reserved for local networks. */
const LOCAL_NAME = /^[^.]+$|\.(local|lan|internal|home\.arpa)$/;

/**
 * Whether the page comes from the host that it connects to, and the host is an IP address or a local name. Other names
 * are not allowed, because their owner can first serve a page under the name, and then let the name point to this
 * server (DNS rebinding).
 *
 * If clients reach the server only through a loopback address, local names are not allowed either. A machine of the
 * local network can let such a name point to 127.0.0.1, and pages of this machine do not need one.
 */
function isSameHost(origin: string, host: string | null, isLoopback: boolean): boolean {
  const hostname = hostnameOf(origin);
  return hostname === hostnameOf(`http://${host}`) && isSafeHost(hostname, isLoopback);
}

/** Whether a host name, in canonical form, protects against DNS rebinding: see {@linkcode isSameHost}. */
export function isSafeHost(hostname: string, isLoopback: boolean): boolean {
  return isAddress(hostname) || isLoopbackName(hostname) || (!isLoopback && LOCAL_NAME.test(hostname));
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The canonical host name of an http or https URL. `""` for anything else. */
export function hostnameOf(url: string): string {
  return /^https?:/.test(url) && URL.canParse(url) ? new URL(url).hostname : "";
}
