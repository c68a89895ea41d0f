// localUpstream(): a server of this process as an upstream, as if a client had connected to it.

import { FoxgloveClient } from "../client/mod.ts";
import type { DefaultLog } from "../client/default_log.ts";
import type { Subprotocol } from "../protocol/capabilities.ts";
import { FoxgloveUpstream } from "../relay/foxglove_upstream.ts";
import type { Identity } from "../server/identity.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { socketPair } from "./socket_pair.ts";

/** The newest one. */
const subprotocol: Subprotocol = "foxglove.sdk.v1.1";
/** Never used to open a socket. */
const URL_OF_SERVER = "ws://in-process";
/** After an interruption, for example because the server has disconnected all clients. */
const RETRY_MS = 100;

/**
 * Returns an upstream that is a client of the server, with an identity. So the server checks all requests against the
 * rights of that identity, and lists the client like any other.
 */
export function localUpstream(
  server: FoxgloveServer,
  identity: Identity,
  log: Pick<DefaultLog, "write">,
): FoxgloveUpstream {
  const createWebSocket = () => {
    const pair = socketPair(subprotocol);
    server.acceptSocket(pair.server, { subprotocol, userAgent: "NATS", identity });
    return pair.client;
  };
  const options = {
    logger: false,
    retryInitialConnect: true,
    minRetryDelayMs: RETRY_MS,
    maxBufferedBytes: Infinity,
    createWebSocket,
  } as const;
  return new FoxgloveUpstream(
    log,
    (listener, signal) => FoxgloveClient.connect(URL_OF_SERVER, { ...options, listener, signal }),
  );
}
