// ConnectionState: the state of the connection between a client and its server.

import type { Subprotocol } from "../protocol/capabilities.ts";
import type { ConnectionClosedError } from "./errors.ts";

/**
 * The state of the connection between a client and its server.
 *
 * ```text
 * connecting ──▶ open ──▶ reconnecting ──▶ open …
 *      └───────────┴────────────┴────▶ closed
 * ```
 */
export type ConnectionState =
  | { type: "connecting" }
  | { type: "open"; subprotocol: Subprotocol | undefined }
  /**
   * `failures` counts failed attempts since the last connection, plus one for its loss. The next attempt starts after
   * `retryInMs`.
   */
  | { type: "reconnecting"; failures: number; retryInMs: number; error: ConnectionClosedError }
  /** The final state. `error` is the cause; it is absent after `close()`. */
  | { type: "closed"; error?: ConnectionClosedError };
