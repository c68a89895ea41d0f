// ClientInfo: what the server's owner is told of a client.

import type { Subprotocol } from "../protocol/capabilities.ts";
import type { Id } from "../protocol/ids.ts";
import type { Identity } from "./identity.ts";

/** Names a client as long as the server runs; never reused. */
export type ClientId = Id<"client">;

/** A connected client. */
export interface ClientInfo {
  /** Names it in `sendMessage(…, { to })`, `sendStatus(…, { to })` and `server.clients`. */
  readonly id: ClientId;
  /** `"127.0.0.1:51234"`; without the port where a proxy told it, and `"unknown"` where `handleRequest()` was not told. */
  readonly address: string;
  /** Where it connects from, if `handleRequest()` was told. From a trusted proxy the address is the client's, and the port is 0. */
  readonly remoteAddr: Deno.Addr | undefined;
  /** What was agreed on; `undefined` where the client asked for none, as debugging tools do. */
  readonly subprotocol: Subprotocol | undefined;
  /** What the client says of itself. */
  readonly userAgent: string | undefined;
  /** Who it is, as `authorize` said; `undefined` without that option. */
  readonly identity: Identity | undefined;
  /** When its connection was accepted. */
  readonly connectedAt: Date;
}
