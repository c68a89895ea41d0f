// ChannelPolicy: what becomes of a channel's messages when clients are slow, and of those who come late.

/**
 * What may be dropped for a client that reads more slowly than messages come.
 *
 * - `dropOldest`: the oldest of those that wait, once too much waits.
 * - `latestOnly`: all that wait but the newest. For state, where only what is so now counts.
 * - `reliable`: nothing. A client that falls too far behind is disconnected instead. For messages of which none may be missing.
 */
export type Delivery = "dropOldest" | "latestOnly" | "reliable";

/** Which messages a late subscriber is sent. */
export interface LatchOptions {
  /** How many are kept, the newest ones. With `keyBy`: of how many keys. */
  depth: number;
  /** Keeps one for each key, such as one for each publisher of static transforms. Called with each payload, which it must not keep. */
  keyBy?: (payload: Uint8Array) => string;
}

/** How a channel's messages reach slow and late clients. */
export interface ChannelPolicyInit {
  /**
   * What may be dropped for slow clients.
   *
   * @default {"dropOldest"}
   */
  delivery?: Delivery;
  /**
   * How long a message may wait for a slow client, in ms; an older one is dropped instead of sent, so that after an outage
   * nobody is shown the past. Default: as long as it must.
   */
  maxAgeMs?: number;
  /**
   * How many messages a second are sent at the most; of those in between only the newest. Apps warn above 60. Default: all.
   */
  maxRateHz?: number;
  /**
   * Sends the last message (`true`), or the last ones, to each new subscriber at once, and to that one only. The messages are kept in memory.
   * For what is published once and needed by all, such as maps and static transforms. Publish it whether or not anybody is subscribed: a
   * message that is not sent is not kept. Default: none.
   */
  latch?: boolean | LatchOptions;
}

/** A policy with its defaults, checked. */
export interface ChannelPolicy {
  readonly delivery: Delivery;
  /** `Infinity`: no limit. */
  readonly maxAgeMs: number;
  /** The least time between two messages; 0: no limit. */
  readonly minIntervalMs: number;
  readonly latch: LatchOptions | undefined;
}

const DELIVERIES: readonly Delivery[] = ["dropOldest", "latestOnly", "reliable"];

/**
 * Puts in the defaults and checks what was given; `cannot` begins the text of an error.
 *
 * @throws {TypeError} When something is of the wrong kind, or `reliable` is told to drop.
 * @throws {RangeError} When a number is out of its range.
 */
export function policyFrom(cannot: string, init: ChannelPolicyInit): ChannelPolicy {
  const { delivery = "dropOldest", maxAgeMs = Infinity, maxRateHz = Infinity, latch = false } = init;
  if (!DELIVERIES.includes(delivery)) throw new TypeError(`${cannot}: there is no delivery "${delivery}"`);
  if (!(maxAgeMs > 0)) throw new RangeError(`${cannot}: maxAgeMs is ${maxAgeMs}, not a positive time`);
  if (!(maxRateHz > 0)) throw new RangeError(`${cannot}: maxRateHz is ${maxRateHz}, not a positive rate`);
  if (delivery === "reliable" && (maxAgeMs < Infinity || maxRateHz < Infinity)) {
    throw new TypeError(`${cannot}: its delivery is reliable, but maxAgeMs or maxRateHz would drop messages`);
  }
  return { delivery, maxAgeMs, minIntervalMs: 1000 / maxRateHz, latch: latchFrom(cannot, latch) };
}

function latchFrom(cannot: string, latch: boolean | LatchOptions): LatchOptions | undefined {
  if (latch === false) return undefined;
  if (latch === true) return { depth: 1 };
  const { depth, keyBy } = latch;
  if (!Number.isInteger(depth) || depth < 1) {
    throw new RangeError(`${cannot}: the depth of its latch is ${depth}, not a positive integer`);
  }
  if (keyBy !== undefined && typeof keyBy !== "function") throw new TypeError(`${cannot}: keyBy is no function`);
  return { depth, ...(keyBy ? { keyBy } : {}) };
}
