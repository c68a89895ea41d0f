// CountedTopics: the topics whose messages a server counts although no client is subscribed.

/** The figures of a topic, summed over its channels. */
export interface TopicCounts {
  /** How many messages were published. */
  readonly published: number;
  /** How many messages were sent. Each counts once for each client. */
  readonly sent: number;
  readonly subscribers: number;
}

interface Observed {
  readonly published: number;
  /** The number of readings since the last one with a subscriber. */
  readonly idleReadings: number;
  readonly isCounted: boolean;
}

/**
 * Some servers, such as relays, publish a topic only while a client is subscribed. If the count of such a topic does
 * not grow, its source may send messages all the same.
 */
export class CountedTopics {
  #topics: ReadonlyMap<string, Observed> = new Map();

  /** Reads the figures of all topics. */
  read(topics: ReadonlyMap<string, TopicCounts>): void {
    const previous = this.#topics;
    this.#topics = new Map([...topics].map(([topic, counts]) => [topic, observe(counts, previous.get(topic))]));
  }

  /** Forgets all topics, for another server. */
  reset(): void {
    this.#topics = new Map();
  }

  /** Whether messages of the topic were counted while it had no subscriber. */
  has(topic: string): boolean {
    return this.#topics.get(topic)?.isCounted ?? false;
  }
}

function observe({ published, sent, subscribers }: TopicCounts, before: Observed | undefined): Observed {
  const isIdle = subscribers === 0;
  // The next reading after the last subscriber does not count: a relay gets some messages before it has unsubscribed.
  const hasGrown = before !== undefined && before.idleReadings >= 2 && published > before.published;
  const wasSentToNone = published > 0 && sent === 0;
  return {
    published,
    idleReadings: isIdle ? (before?.idleReadings ?? 0) + 1 : 0,
    isCounted: before?.isCounted || isIdle && (hasGrown || wasSentToNone),
  };
}
