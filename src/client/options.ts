// FoxgloveClientOptions: the options of a client, and their defaults.

import { CLOCK, type Clock } from "../clock.ts";
import { CLIENT_CLOCK } from "./client_clock.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { DecoderFactory } from "./decoders.ts";
import type { Logger } from "../logger.ts";
import { checkIsObject, checkOptions } from "./check_options.ts";
import type { FoxgloveClientListener } from "./listener.ts";

/** Options of `FoxgloveClient.connect()`. */
export interface FoxgloveClientOptions {
  /** Receives all events, beginning with the first attempt to connect. More listeners can be added later. */
  listener?: FoxgloveClientListener;
  /**
   * Receives warnings and errors that no listener has a hook for: those of `onWarning` and `onError`, statuses that are
   * warnings or errors, and connections that are lost or cannot be opened, if the client tries again. Each text is
   * written once, and at most 10 in 10 seconds. `false` writes nothing.
   *
   * @default {console}
   */
  logger?: Pick<Logger, "warn"> | false;
  /**
   * Whether the client reconnects after a lost connection, without a limit on attempts. It then restores subscriptions,
   * client channels, and loops over parameters and the connection graph. Open requests reject when the connection is
   * lost.
   *
   * @default {true}
   */
  reconnect?: boolean;
  /**
   * Whether the client also retries the first connection, instead of failing. Set it for programs and pages that may
   * start before their robot.
   *
   * @default {false}
   */
  retryInitialConnect?: boolean;
  /**
   * Shortest delay before an attempt to reconnect, in ms. Each delay is random, between this value and an upper limit.
   * The upper limit begins at twice this value and doubles with each failure, up to `maxRetryDelayMs`.
   *
   * @default {1000}
   */
  minRetryDelayMs?: number;
  /**
   * Longest delay before an attempt to reconnect, in ms.
   *
   * @default {10_000}
   */
  maxRetryDelayMs?: number;
  /**
   * How long an attempt to connect may take until `serverInfo` arrives, in ms. Slower attempts time out.
   *
   * @default {10_000}
   */
  connectTimeoutMs?: number;
  /**
   * How long the server may send nothing, in ms, before the client closes the connection as lost. Detection takes up to
   * half as long again.
   *
   * A broken radio link causes no error: without this option, a client that only receives never notices it. After half
   * of the time, a client asks a server with the capability `parameters` for the parameter `foxglove-ws.none`, which no
   * server has. The answer shows that the link works. Set the option for other servers only if they send something
   * regularly, for example one subscribed topic with a steady rate.
   *
   * @default {Infinity} never
   */
  maxSilenceMs?: number;
  /**
   * How many bytes may be queued in the socket. `publish()` drops messages while more are queued. With a higher value,
   * fewer messages are lost in a stall of the network, but those that arrive after it are older.
   *
   * Subscriptions are not dropped. A server that keeps advertising but does not read can make them pile up: the client
   * closes the connection when as many bytes of them are queued in addition.
   *
   * @default {16_777_216} 16 MiB
   */
  maxBufferedBytes?: number;
  /**
   * How many entries of each kind the client keeps: channels, schemas that channels refer to, services, parameters,
   * statuses, and names in each list of the connection graph. It limits the memory that a faulty server can use. The
   * client ignores further entries and calls `onWarning`, once for each kind and connection.
   *
   * @default {100_000}
   */
  maxKept?: number;
  /**
   * How many bytes of each of these kinds the client keeps. The size is approximate: text counts as one byte per
   * character.
   *
   * @default {134_217_728} 128 MiB
   */
  maxKeptBytes?: number;
  /**
   * Decoder factories for `Subscription.decoded()` by message encoding, such as `{ cdr: (channel) => … }`. `json` and
   * `protobuf` are built in.
   */
  decoders?: Readonly<Record<string, DecoderFactory>>;
  /**
   * Creates the WebSocket. Use it where the platform has no `WebSocket` (Node 20, with `ws`), or to send HTTP headers.
   *
   * @default {(url, subprotocols) => new WebSocket(url, subprotocols)}
   */
  createWebSocket?: (url: string, subprotocols: string[]) => ClientSocket;
}

/** All options, with defaults filled in. */
export interface ClientSettings extends Required<Omit<FoxgloveClientOptions, "listener">> {
  listener: FoxgloveClientListener | undefined;
  clock: Clock;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError} When the options are not an object, or have unknown members.
 * @throws {RangeError} When a number is not above 0.
 */
export function toClientSettings(options: FoxgloveClientOptions & { [CLOCK]?: Clock }): ClientSettings {
  checkIsObject("create a client", options);
  const {
    listener,
    logger = console,
    reconnect = true,
    retryInitialConnect = false,
    minRetryDelayMs = 1000,
    maxRetryDelayMs = 10_000,
    connectTimeoutMs = 10_000,
    maxSilenceMs = Infinity,
    maxBufferedBytes = 16 * 1024 * 1024,
    maxKept = 100_000,
    maxKeptBytes = 128 * 1024 * 1024,
    decoders = {},
    createWebSocket = createPlatformSocket,
    [CLOCK]: clock = CLIENT_CLOCK,
  } = options;
  const limits = {
    minRetryDelayMs,
    maxRetryDelayMs,
    connectTimeoutMs,
    maxSilenceMs,
    maxBufferedBytes,
    maxKept,
    maxKeptBytes,
  };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new RangeError(`Cannot create a client: ${name} must be above 0, not ${value}`);
  }
  const settings = { listener, logger, reconnect, retryInitialConnect, ...limits, decoders, createWebSocket };
  checkOptions("create a client", options, [...Object.keys(settings), "signal", "subprotocol"]);
  return { ...settings, clock };
}

/** The platform's own WebSocket. */
function createPlatformSocket(url: string, subprotocols: string[]): ClientSocket {
  if (typeof WebSocket === "undefined") {
    throw new TypeError(
      'Cannot connect: this runtime has no WebSocket. Use Node 22 or newer, or pass the option "createWebSocket"',
    );
  }
  return new WebSocket(url, subprotocols);
}
