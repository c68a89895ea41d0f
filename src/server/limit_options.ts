// LimitOptions: how many clients a server accepts, and how much each of them may use.

import type { SessionLimits } from "../session/session_limits.ts";
import { checkInteger } from "./option_checks.ts";
import type { MemberNames } from "./misspelled.ts";

/** Deno closes a connection on which a frame of 64 MiB arrives. */
const DENO_MAX_BYTES = 64 * 1024 * 1024 - 1;

/**
 * Limits of `FoxgloveServer`, so that one client cannot use up what the others need. Unless noted otherwise, requests
 * beyond a limit are rejected with an ERROR status that names the option. The connection stays open.
 */
export interface LimitOptions {
  /**
   * How many clients may be connected. Further clients get status 503 with `Retry-After`. A lower limit saves memory,
   * because each client may have `maxQueuedBytes` queued.
   *
   * @default {4096}
   */
  maxClients?: number;
  /**
   * How many clients may be connected from one IP address. Further clients get status 503 with `Retry-After`. This
   * prevents one machine from taking all slots. All global IPv6 addresses of one /64 network count as one, because one
   * machine may use all of them. The machines of an office may share such a network. Behind a proxy all clients have
   * the proxy's address, unless `trustedProxies` is set. 0 means no limit.
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
   * How many requests of each kind (services, parameters, playback) the hooks may process at a time for one client.
   * Beyond this limit, service calls, playback requests and requests to set parameters fail. Requests to get parameters
   * are queued. Assets are read one at a time for each client. An asset whose hook takes longer than 2 seconds no
   * longer blocks the next one.
   *
   * @default {32}
   */
  maxPendingRequests?: number;
  /**
   * How many requests a client may have queued. The limit applies separately to assets, to parameters to get or to
   * watch, and to the connection graph. Queued requests start in their order, as fast as the client reads. Requests
   * beyond the limit are rejected. A higher limit lets apps load larger robots, which have hundreds of meshes. Each
   * queued request takes memory: see `maxRequestBytes`.
   *
   * @default {10_000}
   */
  maxQueuedRequests?: number;
  /**
   * How many bytes of memory a client's open requests may take, including queued ones. A service call counts with the
   * size of its message. Text counts 64 bytes more for each value and name in it. A lower limit reduces how much memory
   * slow hooks can keep. A request larger than the limit is always rejected.
   *
   * @default {67_108_864} 64 MiB
   */
  maxRequestBytes?: number;
  /**
   * How many bytes the open requests of all clients may take together, including the assets that are read or sent.
   * Beyond this limit assets are queued, and other requests fail. Each asset counts as `maxAssetBytes` until it has
   * been read. While it is sent, there may be three copies of it. 16 KiB of each client do not count, so that a small
   * request is never rejected because of other clients. A request counts until its hook returns, even if its client has
   * left. Use a lower limit on a small machine, and a higher one if many clients fetch large meshes at once.
   *
   * @default {536_870_912} 512 MiB
   */
  maxTotalRequestBytes?: number;
  /**
   * How long names from a client may be, in UTF-16 units: topics, encodings, parameters, asset URIs, request ids.
   *
   * @default {1024}
   */
  maxNameLength?: number;
  /**
   * How deeply arrays and objects may be nested in a client's JSON. Parameter values are never nested more deeply than
   * 100.
   *
   * @default {128}
   */
  maxJsonDepth?: number;
  /**
   * How many values a client's JSON may contain. Names of members count as well. All clients wait while JSON is read,
   * and values take more time than bytes: 200,000 values take up to a fifth of a second. Raise the limit if clients set
   * parameters that are longer arrays.
   *
   * @default {200_000}
   */
  maxJsonValues?: number;
  /**
   * The largest message that a client may send, in bytes. After a larger one, its connection is closed with code 1009.
   * The maximum is 67,108,863, because Deno closes the connection above that. The schemas of a client's channels have
   * the same limit together.
   *
   * @default {33_554_432} 32 MiB
   */
  maxMessageBytes?: number;
  /**
   * The largest text message that a client may send, in bytes of UTF-8. After a larger one, its connection is closed
   * with code 1009. All clients wait while JSON is read: 4 MiB of it can take a fifth of a second, but binary payloads
   * take almost no time.
   *
   * @default {4_194_304} 4 MiB
   */
  maxTextBytes?: number;
  /**
   * How many messages a client may send per second. Beyond this limit, the client is warned with an ERROR status. If it
   * continues, its connection is closed with code 1008. Reconnecting does not help: the next client from the same
   * address takes over what a departed client has used, for the few seconds until that has recovered. Clients that are
   * connected at the same time do not share a limit. 0 means no limit.
   *
   * @default {10_000}
   */
  maxMessagesPerSecond?: number;
  /**
   * How many bytes a client may send per second, with the same effect as `maxMessagesPerSecond`. Each UTF-16 unit of
   * text counts as 8 bytes, because reading JSON costs that much more than passing on a payload. 0 means no limit.
   *
   * @default {67_108_864} 64 MiB
   */
  maxBytesPerSecond?: number;
}

/** The names of all limits. */
export const LIMIT_NAMES: MemberNames<LimitOptions> = {
  maxClients: true,
  maxClientsPerAddress: true,
  maxSubscriptions: true,
  maxClientChannels: true,
  maxParameters: true,
  maxPendingRequests: true,
  maxQueuedRequests: true,
  maxRequestBytes: true,
  maxTotalRequestBytes: true,
  maxNameLength: true,
  maxJsonDepth: true,
  maxJsonValues: true,
  maxMessageBytes: true,
  maxTextBytes: true,
  maxMessagesPerSecond: true,
  maxBytesPerSecond: true,
};

/** The checked limits, with their defaults. */
export interface Limits extends SessionLimits {
  maxClients: number;
  maxClientsPerAddress: number;
  maxTextBytes: number;
  maxMessagesPerSecond: number;
  maxBytesPerSecond: number;
}

/**
 * Checks the limits and fills in the defaults.
 *
 * @throws {RangeError} If a number is out of range.
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
