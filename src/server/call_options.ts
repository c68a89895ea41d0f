// The options of FoxgloveServer's methods.

import type { ClientId } from "./client_info.ts";

/** Options of `FoxgloveServer.start()`. */
export interface StartOptions {
  /** Closes the server when it aborts. */
  signal?: AbortSignal;
}

/** Options of `FoxgloveServer.sendMessage()`. */
export interface SendMessageOptions {
  /** Only this client, if it is subscribed. Default: all that are. */
  to?: ClientId;
}

/** Options of `FoxgloveServer.sendStatus()`. */
export interface SendStatusOptions {
  /** By which `removeStatus()` names it, and a later status replaces it. */
  id?: string;
  /** Only this client. Default: all. */
  to?: ClientId;
  /** Tell clients that connect later as well, until it is removed; needs an `id`. Default: only those connected now. */
  sticky?: boolean;
}

/** Options of `FoxgloveServer.broadcastTime()`. */
export interface BroadcastTimeOptions {
  /**
   * Begins a new session first, as `resetSessionId()` does, so that plots start afresh. For a clock that jumps backwards.
   *
   * @default {false}
   */
  newSession?: boolean;
}

/** Options of `FoxgloveServer.disconnect()`. */
export interface DisconnectOptions {
  /**
   * The WebSocket close code that the client is sent: 1000 to 1003, 1007 to 1013, or one of your own from 3000 to 4999.
   *
   * @default {1008} policy violation
   */
  code?: number;
  /**
   * Why, at most 123 bytes in UTF-8. Some apps show it.
   *
   * @default {"disconnected by the server"}
   */
  reason?: string;
}

/** Options of `FoxgloveServer.close()`. */
export interface CloseOptions {
  /**
   * How long to wait for clients to confirm that they are going, in ms.
   *
   * @default {1000}
   */
  graceMs?: number;
}
