// transportOptionsNamed(): the options of a server that select its transport, for tests and their programs.

import type { RemoteClientsOption } from "../../src/server/remote_clients.ts";
import { workerClients } from "../../src/workers/worker_clients.ts";
import { type Transport, transportNamed } from "./transports.ts";

/** Selects two workers, which use the transport `"direct"`. */
export const WORKERS = "workers";

/** The options of `FoxgloveServer` that select a transport. */
export type TransportOptions = { readonly transport: Transport } & RemoteClientsOption;

/** Returns the options for `"native"`, `"direct"` or `"workers"`. The default is `"native"`. */
export function transportOptionsNamed(name: string | undefined): TransportOptions {
  if (name !== WORKERS) return { transport: transportNamed(name) };
  return { transport: "direct", ...workerClients({ workers: 2, ringBytes: 4 * 1024 * 1024 }) };
}
