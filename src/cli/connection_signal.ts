// connectionSignal(): a signal for work that ends with the connection.

import type { FoxgloveClient } from "../client/mod.ts";

/** Returns a signal that aborts like `signal`, or with the error of the connection when that is lost. */
export function connectionSignal(client: FoxgloveClient, signal: AbortSignal): AbortSignal {
  const lost = new AbortController();
  void client.closed.then(() => lost.abort(client.state.type === "closed" ? client.state.error : undefined));
  return AbortSignal.any([signal, lost.signal]);
}
