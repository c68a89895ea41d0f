// ClientInfo: what the program can learn about a client. Peer: what the program knows about the peer of a socket.

import type { Subprotocol } from "../protocol/capabilities.ts";
import type { RemoteAddress } from "./address.ts";
import type { Identity } from "./identity.ts";

/** Identifies a client while the server runs. Ids are never reused. */
export type ClientId = number & { readonly kind: "client" };

/** A connected client. */
export interface ClientInfo {
  /** The id for `sendMessage(…, { to })`, `sendStatus(…, { to })` and `server.clients`. */
  readonly id: ClientId;
  /**
   * `"127.0.0.1:51234"`; without a port if a proxy reported the address; the path of the server's Unix socket if the
   * client connected to it; `"unknown"` if `handleRequest()` got no address.
   */
  readonly address: string;
  /**
   * The remote address, unless `handleRequest()` got none. If a trusted proxy reported it, it is the client's address
   * with port 0.
   */
  readonly remoteAddr: RemoteAddress | undefined;
  /**
   * The negotiated subprotocol: the newest one that the client offered. `undefined` if the client offered none, as some
   * debugging tools do.
   */
  readonly subprotocol: Subprotocol | undefined;
  /** The `User-Agent` header of the client. */
  readonly userAgent: string | undefined;
  /** The identity that `authorize` returned; `undefined` without that option. */
  readonly identity: Identity | undefined;
  /** When the server accepted the connection. */
  readonly connectedAt: Date;
  /**
   * How long the last ping and its answer took, in ms. While much is queued for the client, that is longer than the
   * round trip of the network. `undefined` before the first answer, and with the transport `"native"`, which cannot
   * measure it. The value changes while the client is connected.
   */
  readonly roundTripMs: number | undefined;
}

/** The peer of a socket, for `FoxgloveServer.acceptSocket()`. */
export interface Peer {
  /**
   * The subprotocol that was chosen in the handshake. Default: the `protocol` of the socket, which Deno's sockets lack
   * until they are open.
   */
  readonly subprotocol?: Subprotocol | undefined;
  /** The remote address of the client. Limits for each address need it. Default: unknown. */
  readonly remoteAddr?: RemoteAddress | undefined;
  /** The `User-Agent` header of the handshake. Default: unknown. */
  readonly userAgent?: string | undefined;
  /** The identity of the client. Required if the server has the option `authorize`, which is not called. */
  readonly identity?: Identity | undefined;
}
