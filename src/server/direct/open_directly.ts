// openDirectly(): listens with node:http, and accepts WebSockets without the platform's implementation.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { BatchPool } from "../../websocket/batch_pool.ts";
import { negotiateExtensions } from "../../websocket/extensions.ts";
import type { NetAddress } from "../address.ts";
import type { OpenListener, RequestSource, Upgrade } from "../http/http_listener.ts";
import { type CompressionOptions, Compressor } from "./compressor.ts";
import { DirectListener } from "./direct_listener.ts";
import { DirectTransport, type DirectTransportOptions } from "./direct_transport.ts";
import type { DirectUpgrade } from "./direct_upgrade.ts";
import { loadNodePlatform } from "./node_platform.ts";

/** The options of a server on which its direct listeners depend. `FoxgloveServerOptions` describes them. */
export interface DirectOptions {
  clock: Clock;
  logger: Logger;
  handshakeTimeoutMs: number;
  maxMessageBytes: number;
  compression: CompressionOptions | undefined;
}

/** Returns a function that opens listeners. Their connections share memory. */
export function openDirectly(options: DirectOptions): OpenListener {
  const { clock, logger, handshakeTimeoutMs, maxMessageBytes } = options;
  const pool = new BatchPool();
  let compressor: Compressor | undefined;
  return async ({ hostname, port, cert, key, isLoopback, idleTimeoutMs, handler, onInvalidTarget, onError }) => {
    if (options.compression) compressor ??= new Compressor(loadNodePlatform().zlib, options.compression);
    const certificate = cert !== undefined && key !== undefined ? { certificate: { cert, key } } : {};
    const listener: DirectListener = await DirectListener.open(
      { address: { hostname, port }, ...certificate, isLoopback, handshakeTimeoutMs, clock, logger },
      {
        onRequest: (request, info) =>
          handler(request, info, { isLoopback, tls: cert !== undefined, upgrade: () => undefined }),
        async onUpgrade(request, info, upgrade) {
          const source = new UpgradeSource(listener, upgrade, {
            pool,
            clock,
            maxMessageBytes,
            idleTimeoutMs,
            compressor,
          });
          const response = await handler(request, info, source);
          return source.isTaken ? undefined : response;
        },
        onInvalidTarget,
        onError,
      },
    );
    // It does not listen on a Unix socket.
    return listener as DirectListener & { readonly addr: NetAddress };
  };
}

/** A WebSocket handshake that has arrived at a direct listener. */
class UpgradeSource implements RequestSource {
  readonly #listener: DirectListener;
  readonly #pending: DirectUpgrade;
  readonly #options: DirectTransportOptions;
  #isTaken = false;

  constructor(listener: DirectListener, pending: DirectUpgrade, options: DirectTransportOptions) {
    this.#listener = listener;
    this.#pending = pending;
    this.#options = options;
  }

  get isLoopback(): boolean {
    return this.#listener.isLoopback;
  }

  get tls(): boolean {
    return this.#listener.tls;
  }

  /** Whether `upgrade()` was called. The response has been sent then. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  upgrade({ headers }: Request, subprotocol: string | undefined): Upgrade | undefined {
    const extensions = this.#options.compressor && negotiateExtensions(headers.get("sec-websocket-extensions"));
    const taken = this.#pending.take({
      ...(subprotocol ? { "sec-websocket-protocol": subprotocol } : {}),
      ...(extensions ? { "sec-websocket-extensions": extensions } : {}),
    });
    if (!taken) return undefined;
    this.#isTaken = true;
    const compressor = extensions ? this.#options.compressor : undefined;
    const transport = new DirectTransport(taken.socket, taken.head, { ...this.#options, compressor });
    return { transport, response: new Response(), onClosed: this.#listener.addUser() };
  }
}
