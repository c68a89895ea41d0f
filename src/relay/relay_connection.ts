// connectToRelay(): keeps a server connected to a relay that cannot reach it, for example through a firewall.

import { checkOptions } from "../client/check_options.ts";
import type { ConnectionState } from "../client/connection_state.ts";
import type { ConnectionClosedError, FoxgloveClientOptions } from "../client/mod.ts";
import { toClientSettings } from "../client/options.ts";
import { Reconnector } from "../client/reconnector.ts";
import { parseServerAddress } from "../client/server_address.ts";
import { withToken } from "../client/with_token.ts";
import { connectionFailure } from "../connection_failure.ts";
import type { Subprotocol } from "../protocol/capabilities.ts";
import type { Peer } from "../server/client_info.ts";
import { type ExtensionPoints, extensionPointsOf } from "../server/extensions.ts";
import { type Identity, identityFrom } from "../server/identity.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { MAX_SILENCE_MS } from "./heartbeat.ts";
import { withoutTokens } from "./mirror/away_reason.ts";
import { ConnectionLog } from "./mirror/connection_log.ts";

/** Options of {@linkcode connectToRelay}. */
export interface RelayConnectionOptions
  extends Pick<FoxgloveClientOptions, "connectTimeoutMs" | "minRetryDelayMs" | "maxRetryDelayMs"> {
  /** Sent as `Authorization: Bearer`. Default: none. */
  token?: string;
  /**
   * Who the relay is for the hooks of the server, with its rights. Required if the server has the option `authorize`,
   * which is not asked about the relay. Default: a relay with all rights.
   */
  identity?: Identity;
  /**
   * How long the relay may send nothing, in ms, before the connection counts as lost. Detection takes up to half
   * as long again. A relay sends something every 10 seconds to robots that it has accepted with `Relay.accept()`. Use
   * `Infinity` for programs that do not.
   *
   * @default {30_000}
   */
  maxSilenceMs?: number;
}

/** The connection of a server to a relay: see {@linkcode connectToRelay}. */
export interface RelayConnection extends AsyncDisposable {
  /** Whether the server is connected to the relay. */
  readonly isConnected: boolean;
  /** Why it is not connected, without tokens; `undefined` if it is, or if the first attempt has not failed yet. */
  readonly problem: string | undefined;
  /** Resolves when `close()` is done, or when the server is closed. */
  readonly closed: Promise<void>;
  /** Ends the connection, and does not connect again. The server stays open. */
  close(): Promise<void>;
}

const OPTION_NAMES = ["token", "identity", "connectTimeoutMs", "minRetryDelayMs", "maxRetryDelayMs", "maxSilenceMs"];

/**
 * Keeps a server connected to a relay that cannot reach it, for example because the robot is behind a firewall. The
 * program of the relay passes the connection to `Relay.accept()`. The server needs no port, so `start()` is not
 * necessary.
 *
 * Returns at once. After a failure or a loss, it connects again, with growing delays, until `close()` or until the
 * server is closed. Warnings in the log of the server say why it is not connected.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { connectToRelay } from "@x/foxglove-ws/relay";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using robot = new FoxgloveServer({ name: "robot 3" });
 * await using link = connectToRelay("ws://127.0.0.1:9", robot, { token: "the-token-of-robot3" });
 * assertEquals(link.isConnected, false); // not yet
 * ```
 *
 * @param url Where the relay listens for robots, such as `wss://relay.example:8766`.
 * @param server The relay becomes one of its clients.
 * @throws {TypeError} When the URL or an option is not valid, the server requires an identity, or its clients are in
 * workers.
 * @throws {RangeError} When a number is not above 0.
 */
export function connectToRelay(
  url: string | URL,
  server: FoxgloveServer,
  options: RelayConnectionOptions = {},
): RelayConnection {
  const points = extensionPointsOf(server);
  if (!points) {
    throw new TypeError("Cannot connect to a relay: the server is not a FoxgloveServer of this copy of the package");
  }
  checkOptions("connect to a relay", options, OPTION_NAMES);
  points.checkAcceptable(options.identity);
  const connection = new ServerConnection(url, server, points, options);
  connection.start();
  return connection;
}

class ServerConnection implements RelayConnection {
  readonly #server: FoxgloveServer;
  readonly #points: ExtensionPoints;
  readonly #peer: Peer;
  readonly #log: ConnectionLog;
  readonly #reconnector: Reconnector;
  /** The current socket, or the last one. */
  #socket: WebSocket | undefined;
  /** Whether the server has the socket. */
  #isAccepted = false;

  constructor(url: string | URL, server: FoxgloveServer, points: ExtensionPoints, options: RelayConnectionOptions) {
    const { token, identity, maxSilenceMs = MAX_SILENCE_MS, ...others } = options;
    const address = parseServerAddress(url);
    const settings = toClientSettings({ ...others, maxSilenceMs, retryInitialConnect: true });
    const open = token === undefined ? settings.createWebSocket : withToken(token);
    const createWebSocket = (target: string, offers: string[]) => this.#socket = open(target, offers) as WebSocket;
    this.#server = server;
    this.#points = points;
    this.#peer = { userAgent: "relay", ...identity && { identity: identityFrom(identity) } };
    this.#log = new ConnectionLog(address.label, { label: "Connection to a relay", points });
    this.#reconnector = new Reconnector(address, { ...settings, createWebSocket }, {
      onOpen: (subprotocol) => this.#accept(subprotocol),
      // The server listens to the socket, too.
      onMessage() {},
      onQuiet() {},
      onLost: (error) => this.#lost(error),
      onStateChange: (state) => this.#stateChanged(state),
    });
    void server.closed.then(() => this.close());
  }

  start(): void {
    this.#reconnector.start();
  }

  get isConnected(): boolean {
    return this.#reconnector.state.type === "open";
  }

  get problem(): string | undefined {
    const { state } = this.#reconnector;
    return state.type === "reconnecting" ? withoutTokens(state.error.message) : undefined;
  }

  get closed(): Promise<void> {
    return this.#reconnector.closed;
  }

  close(): Promise<void> {
    this.#log.close();
    return this.#reconnector.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(subprotocol: Subprotocol | undefined): void {
    try {
      this.#server.acceptSocket(this.#socket!, { ...this.#peer, subprotocol });
    } catch (error) {
      return this.#reconnector.failAttempt(error as Error);
    }
    this.#isAccepted = true;
    this.#reconnector.markReady();
    this.#log.connected();
  }

  #stateChanged(state: ConnectionState): void {
    if (state.type !== "reconnecting") return;
    // The server has closed the connection.
    if (this.#points.isClosing()) return void this.close();
    if (!this.#isAccepted) this.#log.failed(reasonOf(state.error), false);
  }

  #lost(error: ConnectionClosedError): void {
    if (!this.#isAccepted) return;
    this.#isAccepted = false;
    if (this.#reconnector.state.type !== "closed") this.#log.lost(reasonOf(error));
  }
}

/** Returns why a connection failed. The address is not in it, because the log names it before the reason. */
function reasonOf({ message }: ConnectionClosedError): string {
  return connectionFailure(withoutTokens(message)).reason;
}
