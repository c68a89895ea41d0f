// Traffic: counts of sent and dropped data messages.

/** Counts of messages that were dropped, by reason. Each message counts once for each client. */
export interface DropCounts {
  /**
   * The queue of the client was full: see `maxQueuedBytes` and `maxQueuedMessages`. With `serveWorkers()`, also if the
   * worker of the client was too far behind. This is data loss.
   */
  readonly queue: number;
  /** The message was queued for longer than the `maxAgeMs` of its channel. This is data loss. */
  readonly age: number;
  /** A newer message replaced it, as the `delivery` `"latestOnly"` of its channel demands. */
  readonly replaced: number;
  /** It was left out because of the `maxRateHz` of its channel. */
  readonly rate: number;
}

/** The reason why a message was dropped. */
export type DropReason = keyof DropCounts;

/** Counts of data messages. Each message counts once for each client. */
export interface Traffic {
  /** How many messages were passed to clients' sockets. */
  messagesSent: number;
  /** The bytes of these messages, headers included. */
  bytesSent: number;
  /** How many messages were not sent, by reason. */
  readonly drops: Record<DropReason, number>;
}

/** Returns counts that are all 0. */
export function noTraffic(): Traffic {
  return { messagesSent: 0, bytesSent: 0, drops: { queue: 0, age: 0, replaced: 0, rate: 0 } };
}

/** Returns a copy that does not change any more. */
export function copyOfTraffic({ messagesSent, bytesSent, drops }: Traffic): Traffic {
  return { messagesSent, bytesSent, drops: { ...drops } };
}

/** Adds `more` to `sum`. */
export function addTraffic(sum: Traffic, more: Traffic): void {
  sum.messagesSent += more.messagesSent;
  sum.bytesSent += more.bytesSent;
  sum.drops.queue += more.drops.queue;
  sum.drops.age += more.drops.age;
  sum.drops.replaced += more.drops.replaced;
  sum.drops.rate += more.drops.rate;
}
