// TopicTotals: the messages of each topic, over all its channels, whether they exist or were removed.

import { addTraffic, noTraffic, type Traffic } from "../delivery/traffic.ts";
import type { PublishStats } from "./server_stats.ts";

/** How many topics have statistics of their own. Programs can create any number of topics. */
export const MAX_NAMED_TOPICS = 200;
/** The name of all other topics together. A topic with this name counts among them. */
export const OTHER_TOPICS = "other";

/** Counts of one topic. They never fall. */
export interface TopicTotal extends Traffic {
  /** The same as in `PublishStats`. */
  messagesPublished: number;
  /** The same as in `PublishStats`. */
  bytesPublished: number;
}

/** A channel, as the totals see it. */
export interface CountedChannel extends PublishStats {
  readonly topic: string;
  readonly traffic: Traffic;
}

/**
 * Adds up the messages of each topic. A topic keeps the name under which it was counted first, so that no total falls
 * when channels are added or removed.
 */
export class TopicTotals {
  readonly #names = new Set<string>();
  /** The totals of removed channels, by the name of their topic. */
  readonly #removed = new Map<string, TopicTotal>();

  /** Keeps the messages of a channel that is removed now. */
  add(channel: CountedChannel): void {
    // Programs may create and remove topics without using them.
    if (channel.messagesPublished > 0) addTotal(this.#removed, this.#nameOf(channel.topic), channel, channel.traffic);
  }

  /** Returns the totals by name. `channels`: the current channels. */
  read(channels: Iterable<CountedChannel>): ReadonlyMap<string, TopicTotal> {
    const totals = new Map<string, TopicTotal>();
    for (const channel of channels) {
      addTotal(totals, this.#nameOf(channel.topic), channel, channel.traffic);
    }
    for (const [name, sum] of this.#removed) addTotal(totals, name, sum, sum);
    return totals;
  }

  /** Without lone surrogates, because two of them would become the same name when they are written as UTF-8. */
  #nameOf(topic: string): string {
    const name = topic.toWellFormed();
    if (this.#names.has(name)) return name;
    if (name === OTHER_TOPICS || this.#names.size >= MAX_NAMED_TOPICS) return OTHER_TOPICS;
    this.#names.add(name);
    return name;
  }
}

/** Adds counts to the total with this name, which is created if it is missing. */
export function addTotal(
  totals: Map<string, TopicTotal>,
  name: string,
  published: PublishStats,
  traffic: Readonly<Traffic>,
): void {
  let total = totals.get(name);
  if (!total) {
    total = { messagesPublished: 0, bytesPublished: 0, ...noTraffic() };
    totals.set(name, total);
  }
  total.messagesPublished += published.messagesPublished;
  total.bytesPublished += published.bytesPublished;
  addTraffic(total, traffic);
}
