// FoxgloveClientListener: what a client tells its owner, and the list of those who are told.

import type { Channel } from "../protocol/channels.ts";
import type { Subprotocol } from "../protocol/capabilities.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import type { FoxgloveClient } from "./client.ts";
import type { ConnectionClosedError } from "./errors.ts";

/**
 * How a client stands to its server.
 *
 * ```text
 * connecting ──▶ open ──▶ reconnecting ──▶ open …
 *      └───────────┴────────────┴────▶ closed
 * ```
 */
export type ConnectionState =
  | { at: "connecting" }
  | { at: "open"; subprotocol: Subprotocol | undefined }
  /** `failures` counts what went wrong since the last connection, its loss included. */
  | { at: "reconnecting"; failures: number; retryInMs: number; error: ConnectionClosedError }
  /** For good; `error` tells why, unless `close()` was called. */
  | { at: "closed"; error?: ConnectionClosedError };

/**
 * What happens to a client, told as it happens. Every hook is optional; all are given the client first.
 *
 * A hook must not be slow: the next message waits for it. When a hook throws, or returns a promise that rejects, its listener's
 * `onError` is told; without that, and when that fails as well, the error is the program's, as one of an event listener is.
 */
export interface FoxgloveClientListener {
  /** The connection was made, lost, or ended. */
  onConnectionState?(client: FoxgloveClient, state: ConnectionState): void;
  /** The server introduced itself: on every connection, and when a new session began. */
  onServerInfo?(client: FoxgloveClient, serverInfo: ServerInfo): void;
  /**
   * The server began anew, on this connection or before a reconnect: what was received so far belongs to another run. A
   * server without session id counts as new on each connection.
   */
  onSessionReset?(client: FoxgloveClient, sessionId: string | undefined): void;
  /** Channels are there now, as far as there is room for them (`maxKept`). */
  onAdvertise?(client: FoxgloveClient, channels: readonly Channel[]): void;
  /** Channels are gone: the server took them back, or the connection was lost. */
  onUnadvertise?(client: FoxgloveClient, channels: readonly Channel[]): void;
  /** Services are there now. */
  onAdvertiseServices?(client: FoxgloveClient, services: readonly Service[]): void;
  /** Services are gone: the server took them back, or the connection was lost. */
  onUnadvertiseServices?(client: FoxgloveClient, services: readonly Service[]): void;
  /**
   * A note for the user; one with an `id` replaces the one before it. Also the status by which a server reports that a request
   * failed: its `id` is the request's.
   */
  onStatus?(client: FoxgloveClient, status: Status): void;
  /** Notes no longer hold. */
  onRemoveStatus?(client: FoxgloveClient, statusIds: readonly string[]): void;
  /** The server's clock, in ns, of a server with the capability `time`; `jumped`: it went backwards. */
  onTime?(client: FoxgloveClient, timestamp: bigint, jumped: boolean): void;
  /** Values that the server told, whoever asked for them. One without `value` is not set any more. */
  onParameterValues?(client: FoxgloveClient, parameters: readonly Parameter[]): void;
  /** What playback is doing, whoever asked for it. */
  onPlaybackState?(client: FoxgloveClient, state: PlaybackState): void;
  /** Something is odd, but works. The text is for people. */
  onWarning?(client: FoxgloveClient, message: string): void;
  /**
   * A message from the server, or a part of one such as a single channel, could not be read (`ProtocolError`), or could not be decoded; or
   * a hook or a predicate threw.
   */
  onError?(client: FoxgloveClient, error: unknown): void;
}

type Hook = keyof FoxgloveClientListener;
type Told<Name extends Hook> = Parameters<NonNullable<FoxgloveClientListener[Name]>> extends
  [FoxgloveClient, ...infer Rest] ? Rest : never;

/** Tells every listener of a client. */
export class Listeners {
  readonly #client: FoxgloveClient;
  readonly #listeners = new Set<FoxgloveClientListener>();

  constructor(client: FoxgloveClient) {
    this.#client = client;
  }

  add(listener: FoxgloveClientListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: FoxgloveClientListener): boolean {
    return this.#listeners.delete(listener);
  }

  /** Calls a hook of all; none keeps the others from being told. */
  tell<Name extends Hook>(hook: Name, ...what: Told<Name>): void {
    // A copy, for a hook may add and remove.
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) this.#call(listener, hook, what);
    }
  }

  #call<Name extends Hook>(listener: FoxgloveClientListener, hook: Name, what: Told<Name>): void {
    const failed = (error: unknown) => {
      if (hook === "onError" || !listener.onError) uncaught(error);
      else this.#call(listener, "onError", [error]);
    };
    try {
      const result: unknown = (listener[hook] as ((client: FoxgloveClient, ...what: Told<Name>) => void) | undefined)
        ?.call(listener, this.#client, ...what);
      // Async functions are hooks as well, for TypeScript too.
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

/** As if nothing had been around the hook; but the client goes on. */
function uncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
