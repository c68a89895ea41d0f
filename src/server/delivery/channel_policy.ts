// ChannelPolicy: which messages slow clients lose, and which messages late subscribers get.

import { kindOf } from "../../protocol/bytes.ts";

/**
 * Which messages may be dropped for a client that reads more slowly than messages arrive.
 *
 * - `dropOldest`: the oldest queued messages, when too much is queued.
 * - `latestOnly`: all queued messages except the newest. Use it for state, where old values are useless.
 * - `reliable`: none. A client that falls too far behind is disconnected instead. Use it if no message may be missing.
 */
export type Delivery = "dropOldest" | "latestOnly" | "reliable";

/** Which messages a late subscriber gets. */
export interface LatchOptions {
  /** How many messages are kept: the newest ones. With `keyBy`: how many keys. */
  depth: number;
  /**
   * Returns the key of a message, for example its publisher. The latch keeps the newest message of each key. The
   * payload is valid only during the call.
   */
  keyBy?: (payload: Uint8Array) => string;
}

/** How a channel treats slow clients and late subscribers. */
export interface ChannelPolicyInit {
  /**
   * Which messages may be dropped for slow clients.
   *
   * @default {"dropOldest"}
   */
  delivery?: Delivery;
  /**
   * How long a message may be queued for a slow client, in milliseconds. Older messages are dropped, so that clients do
   * not see outdated data after an outage. Default: no limit.
   */
  maxAgeMs?: number;
  /**
   * The maximum number of messages per second. Of the messages in between, only the newest is sent. Apps warn above 60.
   * Default: no limit.
   */
  maxRateHz?: number;
  /**
   * Sends the last message (`true`) or the last messages to each new subscriber at once, and only to that subscriber.
   * The messages are kept in memory. Use it for data that is published once and needed by all, such as maps and static
   * transforms. Send them even without subscribers, because only sent messages are kept. Messages to one client
   * (`to`) are not kept. Default: no messages.
   */
  latch?: boolean | LatchOptions;
  /**
   * Whether messages may be compressed. Only servers with the option `compression` compress, and they stop by
   * themselves for messages that do not shrink. `false` saves these attempts, for example for images.
   *
   * @default {true}
   */
  compress?: boolean;
}

/** A checked policy with its defaults. */
export interface ChannelPolicy {
  readonly delivery: Delivery;
  /** In milliseconds; `Infinity` means no limit. */
  readonly maxAgeMs: number;
  /** The minimum time between two messages, in milliseconds; 0 means no limit. */
  readonly minIntervalMs: number;
  readonly latch: LatchOptions | undefined;
  readonly compress: boolean;
}

const DELIVERIES: readonly Delivery[] = ["dropOldest", "latestOnly", "reliable"];

/**
 * Checks the options and fills in the defaults. `cannot` is the beginning of the error texts.
 *
 * @throws {TypeError} If an option is of the wrong kind, or if `reliable` is combined with an option that drops
 * messages.
 * @throws {RangeError} If a number is out of range.
 */
export function policyFrom(cannot: string, init: ChannelPolicyInit): ChannelPolicy {
  const { delivery = "dropOldest", maxAgeMs = Infinity, maxRateHz = Infinity, latch = false, compress = true } = init;
  if (!DELIVERIES.includes(delivery)) throw new TypeError(`${cannot}: unknown delivery "${delivery}"`);
  if (!(maxAgeMs > 0)) throw new RangeError(`${cannot}: maxAgeMs is ${maxAgeMs}, not a positive number`);
  if (!(maxRateHz > 0)) throw new RangeError(`${cannot}: maxRateHz is ${maxRateHz}, not a positive number`);
  if (typeof compress !== "boolean") throw new TypeError(`${cannot}: compress is ${kindOf(compress)}, not a boolean`);
  if (delivery === "reliable" && (maxAgeMs < Infinity || maxRateHz < Infinity)) {
    throw new TypeError(`${cannot}: its delivery is reliable, but maxAgeMs or maxRateHz would drop messages`);
  }
  return { delivery, maxAgeMs, minIntervalMs: 1000 / maxRateHz, latch: latchFrom(cannot, latch), compress };
}

function latchFrom(cannot: string, latch: boolean | LatchOptions): LatchOptions | undefined {
  if (latch === false) return undefined;
  if (latch === true) return { depth: 1 };
  const { depth, keyBy } = latch;
  if (!Number.isInteger(depth) || depth < 1) {
    throw new RangeError(`${cannot}: latch.depth is ${depth}, not a positive integer`);
  }
  if (keyBy !== undefined && typeof keyBy !== "function") {
    throw new TypeError(`${cannot}: latch.keyBy is not a function`);
  }
  return { depth, ...(keyBy ? { keyBy } : {}) };
}
