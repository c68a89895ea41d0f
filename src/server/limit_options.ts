// LimitOptions: how many clients a server takes, and how much each of them may ask for.

import type { SessionLimits } from "../session/session_limits.ts";
import { checkInteger } from "./option_checks.ts";

/** Deno ends a connection on which a frame of 64 MiB comes in. */
const DENO_MAX_BYTES = 64 * 1024 * 1024 - 1;

/**
 * Limits of `FoxgloveServer`, so that one client cannot take what the others need. Where nothing else is said, what goes beyond one is
 * refused with an ERROR status that names the option, and the connection lives on.
 */
export interface LimitOptions {
  /**
   * How many clients may be connected; more are answered with 503 and `Retry-After`. Less bounds memory: each may have `maxQueuedBytes`.
   *
   * @default {4096}
   */
  maxClients?: number;
  /**
   * How many clients may be connected from one IP address; more are answered with 503 and `Retry-After`. Keeps one machine from taking
   * all places. All global IPv6 addresses of one /64 network count as one, because a machine may use all of them; the machines of an
   * office may share such a network. Behind a proxy all clients have the proxy's address, unless `trustedProxies` is set. 0: no limit.
   *
   * @default {0}
   */
  maxClientsPerAddress?: number;
  /**
   * How many channels a client may be subscribed to, and how many one message may name.
   *
   * @default {10_000}
   */
  maxSubscriptions?: number;
  /**
   * How many channels a client may advertise, and how many one message may name.
   *
   * @default {1000}
   */
  maxClientChannels?: number;
  /**
   * How many parameters one message of a client may name, and how many a client may watch by name.
   *
   * @default {10_000}
   */
  maxParameters?: number;
  /**
   * How many requests of each kind (services, parameters, playback) hooks may work on at a time for one client. Service calls, playback
   * requests and requests to set parameters fail beyond it; requests to get parameters wait. Of assets, one is read at a time for each client.
   *
   * @default {32}
   */
  maxPendingRequests?: number;
  /**
   * How many requests a client may have waiting: for assets, for parameters to get or to watch, and for the connection graph. Each of the
   * three has this limit. They are answered one after the other, as fast as the client reads; what goes beyond it is refused. More lets
   * apps ask for larger robots, which have hundreds of meshes, and takes memory for each request that waits: see `maxRequestBytes`.
   *
   * @default {10_000}
   */
  maxQueuedRequests?: number;
  /**
   * How many bytes of memory a client's open requests may take, those that wait included. A service call takes as much as its message,
   * text takes 64 bytes more for each value and name in it. Less bounds what slow hooks hold; a message that is larger is never answered.
   *
   * @default {67_108_864} 64 MiB
   */
  maxRequestBytes?: number;
  /**
   * How many bytes the open requests of all clients may take together, and the assets that are being read or sent. Beyond it assets wait,
   * and other requests fail. Each asset counts as `maxAssetBytes` until it has been read; while it is sent there may be three copies of
   * it. 16 KiB of each client are free, so that a small request always gets through. A hook that never answers keeps its request, even
   * when the client has left. Less suits a small machine, more many clients that fetch large meshes at once.
   *
   * @default {536_870_912} 512 MiB
   */
  maxTotalRequestBytes?: number;
  /**
   * How long the names may be that a client gives, in UTF-16 units: topics, encodings, parameters, asset URIs, request ids.
   *
   * @default {1024}
   */
  maxNameLength?: number;
  /**
   * How deeply arrays and objects may be nested in a client's JSON. The values of parameters go no deeper than 100 in any case.
   *
   * @default {128}
   */
  maxJsonDepth?: number;
  /**
   * How many values a client's JSON may hold; the names of members count as well. All clients wait while JSON is read, and values cost more
   * time than bytes: 200,000 take up to a fifth of a second. Raise it if clients set parameters that are longer arrays.
   *
   * @default {200_000}
   */
  maxJsonValues?: number;
  /**
   * The largest message that a client may send, in bytes; a larger one ends its connection with code 1009. At most 67,108,863, where
   * Deno ends it. The schemas of a client's channels together may be as large.
   *
   * @default {33_554_432} 32 MiB
   */
  maxMessageBytes?: number;
  /**
   * The largest message of text that a client may send, in bytes of UTF-8; a larger one ends its connection with code 1009. Everybody waits
   * while JSON is read: 4 MiB of it can take a fifth of a second, where a payload of bytes takes no time.
   *
   * @default {4_194_304} 4 MiB
   */
  maxTextBytes?: number;
  /**
   * How many messages a client may send in a second. Beyond that it is warned by an ERROR status; when it goes on, its connection ends
   * with code 1008. To connect again does not help: the next client from the same address takes over what a departed client has used, for
   * the few seconds until that has recovered. Clients that are connected at the same time do not share a limit. 0: no limit.
   *
   * @default {10_000}
   */
  maxMessagesPerSecond?: number;
  /**
   * How many bytes a client may send in a second, with the same effect as `maxMessagesPerSecond`. Text counts eightfold, for JSON costs
   * so much more to read than a payload that is handed on. 0: no limit.
   *
   * @default {67_108_864} 64 MiB
   */
  maxBytesPerSecond?: number;
}

/** The limits with their defaults, checked. */
export interface Limits extends SessionLimits {
  maxClients: number;
  maxClientsPerAddress: number;
  maxTextBytes: number;
  maxMessagesPerSecond: number;
  maxBytesPerSecond: number;
}

/**
 * Puts in the defaults and checks what was given.
 *
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveLimits(options: LimitOptions): Limits {
  const {
    maxClients = 4096,
    maxClientsPerAddress = 0,
    maxSubscriptions = 10_000,
    maxClientChannels = 1000,
    maxParameters = 10_000,
    maxPendingRequests = 32,
    maxQueuedRequests = 10_000,
    maxRequestBytes = 64 * 1024 * 1024,
    maxTotalRequestBytes = 512 * 1024 * 1024,
    maxNameLength = 1024,
    maxJsonDepth = 128,
    maxJsonValues = 200_000,
    maxMessageBytes = 32 * 1024 * 1024,
    maxTextBytes = 4 * 1024 * 1024,
    maxMessagesPerSecond = 10_000,
    maxBytesPerSecond = 64 * 1024 * 1024,
  } = options;
  const counts = { maxClients, maxSubscriptions, maxClientChannels, maxParameters, maxPendingRequests, maxNameLength };
  const budgets = { maxRequestBytes, maxTotalRequestBytes };
  for (const [option, value] of Object.entries({ ...counts, ...budgets })) checkInteger(option, value, 1);
  const sizes = { maxMessageBytes, maxTextBytes };
  for (const [option, value] of Object.entries(sizes)) checkInteger(option, value, 1, DENO_MAX_BYTES);
  const rates = { maxClientsPerAddress, maxQueuedRequests, maxMessagesPerSecond, maxBytesPerSecond };
  for (const [option, value] of Object.entries(rates)) checkInteger(option, value, 0);
  const extents = { maxJsonDepth, maxJsonValues };
  for (const [option, value] of Object.entries(extents)) checkInteger(option, value, 1);
  return { ...counts, ...budgets, ...sizes, ...rates, ...extents };
}
