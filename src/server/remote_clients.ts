// RemoteClients: accepts the clients of a server in other threads. The server itself keeps their sessions.

import type { Clock } from "../clock.ts";
import type { FanOut } from "./delivery/fan_out.ts";
import type { OpenListener } from "./http/http_listener.ts";
import type { ResolvedOptions } from "./options.ts";

/** The key of the option with which `./workers` accepts the clients. Not part of the public API. */
export const REMOTE_CLIENTS: unique symbol = Symbol("remote clients");

/** The methods of a server that accept clients which the program has received. */
export type MountMethod = "handleRequest" | "handleUpgrade" | "acceptSocket";

/** The listeners and the delivery of a server whose clients are in other threads. */
export interface RemoteClients {
  /** Listens on the address of the server. The transports of its clients have outboxes of their own. */
  readonly open: OpenListener;
  readonly fanOut: FanOut;
  /** The names of the options that other servers do not have: they are considered if one is misspelled. */
  readonly ownNames: Readonly<Record<string, true>>;
  /** Throws an error that explains why the server cannot accept a client itself. */
  refuse(method: MountMethod): never;
}

/** The option, which gets the checked options of the server. */
export interface RemoteClientsOption {
  [REMOTE_CLIENTS]?: (options: ResolvedOptions & { clock: Clock }) => RemoteClients;
}
