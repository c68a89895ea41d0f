// ownSessionOf(): the session of a server itself, by which a mirror finds out that an upstream is its own server.

import type { FoxgloveServer } from "../../server/server.ts";

/** Kept as long as the server, because its session stays that of an upstream after a mirror is closed. */
const OWN_SESSIONS = new WeakMap<FoxgloveServer, string>();

/** Returns the session that the server had before the first mirror took over that of an upstream. */
export function ownSessionOf(server: FoxgloveServer): string {
  const known = OWN_SESSIONS.get(server);
  if (known !== undefined) return known;
  const { sessionId } = server.stats();
  OWN_SESSIONS.set(server, sessionId);
  return sessionId;
}
