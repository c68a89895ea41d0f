// Clients over a socket that exists already: their options, address and settings.

import type { CLOCK, Clock } from "../clock.ts";
import type { Subprotocol } from "../protocol/capabilities.ts";
import type { WaitOptions } from "./call_options.ts";
import { checkIsObject } from "./check_options.ts";
import type { ClientSocket } from "./client_socket.ts";
import { type ClientSettings, type FoxgloveClientOptions, toClientSettings } from "./options.ts";
import type { ServerAddress } from "./server_address.ts";

/** Options of `FoxgloveClient.over()`: those of `connect()` that do not concern new sockets, and the subprotocol. */
export interface ExistingSocketOptions extends
  Omit<
    FoxgloveClientOptions,
    "reconnect" | "retryInitialConnect" | "minRetryDelayMs" | "maxRetryDelayMs" | "createWebSocket"
  >,
  WaitOptions {
  /**
   * The subprotocol that both sides agreed on. Set it if the socket does not report it: the sockets that
   * `Deno.upgradeWebSocket()` creates do not.
   *
   * @default {socket.protocol}
   */
  subprotocol?: Subprotocol;
}

/** Returns the address and settings of a client that uses only this socket. */
export function overSocket(
  socket: ClientSocket,
  options: ExistingSocketOptions & { [CLOCK]?: Clock },
): { address: ServerAddress; settings: ClientSettings } {
  checkIsObject("create a client", options);
  const { subprotocol } = options;
  return {
    address: { url: "", label: "the server", offers: [], subprotocol },
    settings: toClientSettings({
      ...options,
      reconnect: false,
      retryInitialConnect: false,
      createWebSocket: () => socket,
    }),
  };
}
