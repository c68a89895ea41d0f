// Upstreams of the command relay: reads its operands, and checks their addresses and names.

import type { RelayOptions, RelayUpstream } from "../relay/mod.ts";
import { bracketed, isLoopbackHostname } from "../server/address.ts";
import { countText } from "../quantities.ts";
import { ANY_ADDRESS, type ListenAddress } from "./announcement.ts";
import { type TokenUse, tokenUse } from "./connection_problem.ts";
import { Failure, usageError } from "./failure.ts";
import { ownAddresses } from "./own_addresses.ts";
import { parseServerUrl } from "./server_url.ts";
import { urlParts } from "./url_parts.ts";

export const UPSTREAM_TOKEN_VARIABLE = "FOXGLOVE_WS_UPSTREAM_TOKEN";

/** The addresses of `localhost`. */
const LOCALHOST_ADDRESSES: readonly string[] = ["127.0.0.1", "[::1]"];

/** Reads `ws://robot` and `robot1=ws://robot`. */
export function upstreamOf(operand: string, token: string | undefined): RelayUpstream {
  const [, name, address = operand] = /^([^=:?#]*)=(.*)$/s.exec(operand) ?? [];
  if (name !== undefined && !/^[\w.-]+$/.test(name)) {
    throw usageError(`"${name}" is not a name: use letters, digits, ".", "_" and "-" before "="`);
  }
  return {
    url: parseServerUrl(address),
    ...(name !== undefined && { name, prefix: `/${name}` }),
    ...(token !== undefined && { token }),
  };
}

/** Returns the name that the relay gives to an upstream. */
export function nameOf({ name, url }: RelayUpstream): string {
  return name ?? new URL(url).host;
}

/** Returns how the relay uses a token for an upstream. */
export function tokenUseOf({ url, token }: RelayUpstream): TokenUse {
  return tokenUse(url, token, `--upstream-token, ${UPSTREAM_TOKEN_VARIABLE}, or ?token=… in its address`);
}

/** @throws {Failure} If `--time-from` names no upstream. */
export function checkTimeFrom({ timeFrom }: RelayOptions, upstreams: readonly RelayUpstream[]): void {
  const names = upstreams.map(nameOf);
  if (timeFrom === undefined || names.includes(timeFrom)) return;
  throw new Failure(`--time-from is "${timeFrom}", which is not one of the servers: ${names.join(", ")}`);
}

/** @throws {Failure} If an upstream is the relay itself, whose messages would go round in circles. */
export function requireOthers({ hostname, port }: ListenAddress, upstreams: readonly RelayUpstream[]): void {
  for (const { url } of upstreams) {
    const upstream = urlParts(String(url));
    if (port === 0 || upstream.port !== port || !isOwnHost(upstream.host, hostname)) continue;
    throw usageError(
      `"${upstream.host}:${port}" is the address of this relay itself: use another --port, or correct the robot's address`,
    );
  }
}

/** Whether a listener on `own` can be reached as `host`, which is that of a URL. */
function isOwnHost(host: string, own: string): boolean {
  if (ANY_ADDRESS.includes(own)) {
    return isLoopbackHostname(host) || ANY_ADDRESS.includes(host) || ownAddresses().includes(host);
  }
  const ownHost = URL.parse(`http://${bracketed(own.replace(/^\[(.*)\]$/, "$1"))}/`)?.hostname;
  if (host === ownHost) return true;
  // Other addresses of the loopback belong to other sockets.
  return host === "localhost" && LOCALHOST_ADDRESSES.includes(ownHost ?? "") ||
    ownHost === "localhost" && LOCALHOST_ADDRESSES.includes(host);
}

/**
 * Returns what to do if several upstreams have no name; otherwise `undefined`. `operands`: what the user has typed for
 * each of them.
 */
export function unnamedNote(operands: readonly string[], upstreams: readonly RelayUpstream[]): string | undefined {
  const taken = new Set(upstreams.map(nameOf));
  let number = 0;
  const named = upstreams.flatMap(({ name, url }, index) => {
    if (name !== undefined) return [];
    do number += 1; while (taken.has(`robot${number}`));
    return [`robot${number}=${withoutSecrets(operands[index] ?? "", new URL(url))}`];
  });
  if (named.length < 2) return undefined;
  return `${countText(named.length, "robot")} have no name, and equal topics are relayed only once: ` +
    `use names such as ${named.join(" ")}`;
}

/** Returns an address as it was typed, without its query, which may contain a token. */
function withoutSecrets(operand: string, { protocol, username, password, host, pathname }: URL): string {
  // A link to an app has the address in its query.
  const isTyped = username === "" && password === "" && !operand.includes("ds.url=");
  return isTyped ? operand.trim().split(/[?#]/)[0]! : `${protocol}//${host}${pathname}`;
}
