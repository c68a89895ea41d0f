// FoxgloveClientOptions: what a client may be told when it is made.

import { CLOCK, type Clock } from "../clock.ts";
import type { DecoderFactory } from "./decoders.ts";
import { CLIENT_CLOCK } from "./clock.ts";
import type { FoxgloveClientListener } from "./listener.ts";
import type { ClientSocket } from "./link.ts";

/** Options of `FoxgloveClient.connect()`. */
export interface FoxgloveClientOptions {
  /** Told what happens, from the first attempt to connect on. More can be added later. */
  listener?: FoxgloveClientListener;
  /**
   * Whether a lost connection is made again, for as long as it takes. Then subscriptions, client channels, and what else
   * was going on is there again.
   *
   * @default {true}
   */
  reconnect?: boolean;
  /**
   * Whether the first attempt is repeated as well, instead of failing: for programs that are started before their robot is.
   *
   * @default {false}
   */
  retryConnect?: boolean;
  /**
   * Shortest wait before an attempt to reconnect, in ms. Waits grow from twice this on, and are random between the two.
   *
   * @default {1000}
   */
  minRetryDelayMs?: number;
  /**
   * Longest wait before an attempt to reconnect, in ms.
   *
   * @default {10_000}
   */
  maxRetryDelayMs?: number;
  /**
   * How long an attempt may take, in ms, until the server has introduced itself.
   *
   * @default {10_000}
   */
  attemptTimeoutMs?: number;
  /**
   * How long the server may say nothing, in ms, before the connection counts as lost; it is noticed within twice this. A
   * radio link that breaks tells nobody: without this, a client that only listens waits for ever. For servers that always
   * have something to say, such as one topic with a steady rate that is subscribed to.
   *
   * @default {Infinity} never
   */
  maxSilenceMs?: number;
  /**
   * Bytes that may wait in the socket; `publish()` drops messages while it holds more. More rides out longer stalls of
   * the network, and lets older commands arrive after them.
   *
   * Subscriptions are not dropped. If as many bytes of them wait besides, because the server advertises on and on but does not
   * read, the client closes the connection.
   *
   * @default {16_777_216} 16 MiB
   */
  maxBufferedBytes?: number;
  /**
   * How many channels, services, parameters, statuses, and names of each list of the connection graph the client keeps, of each
   * kind. Bounds what a server that advertises without end can take. More are ignored, with a warning on each connection that
   * has them.
   *
   * @default {100_000}
   */
  maxKept?: number;
  /**
   * How many bytes of each of these kinds the client keeps, roughly: text counts as one byte for each character.
   *
   * @default {134_217_728} 128 MiB
   */
  maxKeptBytes?: number;
  /**
   * Decoders for `Subscription.decoded()` by message encoding, such as `{ protobuf: (channel) => … }`. There is one for
   * `json` already.
   */
  decoders?: Readonly<Record<string, DecoderFactory>>;
  /**
   * Makes the WebSocket: where the platform has none (Node 20, with `ws`), or needs headers for one.
   *
   * @default {(url, subprotocols) => new WebSocket(url, subprotocols)}
   */
  webSocket?: (url: string, subprotocols: string[]) => ClientSocket;
}

/** Options as they are in force. */
export interface Settings extends Required<Omit<FoxgloveClientOptions, "listener">> {
  listener: FoxgloveClientListener | undefined;
  clock: Clock;
}

/**
 * Adds the defaults.
 *
 * @throws {RangeError} When a number is out of range.
 */
export function toSettings(options: FoxgloveClientOptions & { [CLOCK]?: Clock }): Settings {
  const {
    listener,
    reconnect = true,
    retryConnect = false,
    minRetryDelayMs = 1000,
    maxRetryDelayMs = 10_000,
    attemptTimeoutMs = 10_000,
    maxSilenceMs = Infinity,
    maxBufferedBytes = 16 * 1024 * 1024,
    maxKept = 100_000,
    maxKeptBytes = 128 * 1024 * 1024,
    decoders = {},
    webSocket = platformSocket,
    [CLOCK]: clock = CLIENT_CLOCK,
  } = options;
  const numbers = {
    minRetryDelayMs,
    maxRetryDelayMs,
    attemptTimeoutMs,
    maxSilenceMs,
    maxBufferedBytes,
    maxKept,
    maxKeptBytes,
  };
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0)) throw new RangeError(`Cannot create a client: ${name} must be above 0, not ${value}`);
  }
  return { listener, reconnect, retryConnect, ...numbers, decoders, webSocket, clock };
}

/** The platform's own WebSocket. */
function platformSocket(url: string, subprotocols: string[]): ClientSocket {
  if (typeof WebSocket === "undefined") {
    throw new TypeError(
      'Cannot connect: this runtime has no WebSocket. Use Node 22 or newer, or pass the option "webSocket"',
    );
  }
  return new WebSocket(url, subprotocols);
}
