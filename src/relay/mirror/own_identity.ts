// ownIdentityOf(): by what a mirror finds out that an upstream is its own server.

import type { FoxgloveServer } from "../../server/server.ts";

/** What identifies a server while it runs. */
export interface OwnIdentity {
  /** Its id in the marker of relays. */
  readonly relayId: string;
  /** The session that the server had before the first mirror took over that of an upstream. */
  readonly sessionId: string;
}

/** Kept as long as the server, because its session stays that of an upstream after a mirror is closed. */
const IDENTITIES = new WeakMap<FoxgloveServer, OwnIdentity>();

/** Returns the identity of a server, which is the same for all of its mirrors. */
export function ownIdentityOf(server: FoxgloveServer): OwnIdentity {
  const known = IDENTITIES.get(server);
  if (known) return known;
  const { sessionId } = server.stats();
  const identity = { relayId: crypto.randomUUID().replaceAll("-", "").slice(0, 16), sessionId };
  IDENTITIES.set(server, identity);
  return identity;
}
