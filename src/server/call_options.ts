// The options of FoxgloveServer's methods.

import type { ClientId } from "./client_info.ts";

/** Options of `FoxgloveServer.start()`. */
export interface StartOptions {
  /** Closes the server when it aborts, also while it starts. */
  signal?: AbortSignal;
}

/** Options of `FoxgloveServer.sendMessage()`. */
export interface SendMessageOptions {
  /** Sends only to this client, if it is subscribed. Default: all subscribers. */
  to?: ClientId;
}

/** Options of `FoxgloveServer.sendStatus()`. */
export interface SendStatusOptions {
  /** The id for `removeStatus()`. A later status with the same id replaces this one. */
  id?: string;
  /** Sends only to this client. Default: all clients. */
  to?: ClientId;
  /**
   * Also sends the status to clients that connect later, until it is removed. Needs an `id`, and cannot be combined
   * with `to`. Default: only to connected clients.
   */
  sticky?: boolean;
}

/** Options of `FoxgloveServer.broadcastTime()`. */
export interface BroadcastTimeOptions {
  /**
   * Begins a new session first, like `resetSessionId()`, so that apps clear their plots. Use it when a clock jumps
   * backwards.
   *
   * @default {false}
   */
  newSession?: boolean;
}

/** Options of `FoxgloveServer.disconnect()`. */
export interface DisconnectOptions {
  /**
   * The WebSocket close code for the client: 1000 to 1003, 1007 to 1013, or a code of your own from 3000 to 4999.
   *
   * @default {1008} policy violation
   */
  code?: number;
  /**
   * The reason for the client, at most 123 bytes in UTF-8. Some apps show it.
   *
   * @default {"disconnected by the server"}
   */
  reason?: string;
}

/** Options of `FoxgloveServer.close()`. */
export interface CloseOptions {
  /**
   * How long to wait at most for clients to confirm the close, for sinks and for unanswered HTTP requests, in
   * milliseconds. The server then waits as long again for its listener, which ends late if a peer has stopped reading.
   *
   * @default {1000}
   */
  graceMs?: number;
}
