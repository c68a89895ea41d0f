// ClientTransport: the connection to one client, whatever implements the WebSocket protocol.

import type { ClientOutbox, OutboxEvents, Transport } from "../delivery/outbox.ts";
import type { DisconnectionReason } from "../stats/server_stats.ts";

/** How a connection ended without the server. */
export type SocketEnd = Extract<DisconnectionReason, "client" | "error" | "idle">;

/** The callbacks of a {@linkcode ClientTransport}. */
export interface TransportEvents {
  opened(): void;
  received(data: string | ArrayBuffer | Uint8Array): void;
  /**
   * A message was larger than `maxMessageBytes`, and the transport has not read it. Unless the callee closes the
   * connection itself and returns `"closes"`, the transport closes it when this returns.
   */
  oversized(): unknown;
  /** A round trip was measured, in ms. */
  roundTrip(ms: number): void;
  /** May be called more than once. The first reason counts. */
  closed(reason: SocketEnd): void;
}

/** The connection to one client. */
export interface ClientTransport extends Transport {
  /** Whether a close has begun that may never end, because the client does not read. */
  readonly isClosing: boolean;
  /** The last measured round trip in ms; `undefined` if none was measured, or if the transport cannot measure it. */
  readonly roundTripMs?: number | undefined;
  /** Whether the connection is not read, so that what the client sends waits in the network. Default: always read. */
  isHeld?: boolean;
  /** Creates the send queue of the client, if the transport has a queue of its own, such as one in another thread. */
  createOutbox?(events: OutboxEvents): ClientOutbox;
  /** Begins to close, after everything that was sent before. */
  close(code: number, reason: string): void;
  /**
   * Ends the connection at once, and frees what is queued. Without this method, an ended connection may stay open until
   * the client reads.
   */
  destroy?(): void;
  /** Reports the events from now on. If it is open or closed already, reports that at once. */
  listen(events: TransportEvents): void;
}
