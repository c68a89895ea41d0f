// TopicMeters: measures the messages of topics, also of those that a server advertises later.

import type { Channel, FoxgloveClient, FoxgloveClientListener, ReceivedMessage, Subscription } from "../client/mod.ts";

/** Measures the messages of one topic. */
export interface Meter {
  /** Handles a message that arrived at a time of `performance.now()`. */
  add(message: ReceivedMessage, at: number): void;
}

/** A topic with its measurements. */
export interface MeterEntry<M extends Meter> {
  /** The name of the topic. */
  readonly topic: string;
  /** The measurements since the server has advertised the topic. */
  readonly meter: M;
  /** How many messages were not measured, because this program was too slow. */
  readonly dropped: number;
}

/** Measures topics until it is disposed of. Errors of the connection do not surface here: see `client.closed`. */
export class TopicMeters<M extends Meter> implements Disposable {
  readonly #client: FoxgloveClient;
  readonly #create: () => M;
  readonly #followsAll: boolean;
  readonly #topics = new Map<string, { meter: M; readonly subscription: Subscription }>();
  readonly #listener: FoxgloveClientListener = {
    onAdvertise: (_client, channels) => {
      if (this.#followsAll) channels.forEach(({ topic }) => this.#add(topic));
    },
    onUnadvertise: (_client, channels) => channels.forEach((channel) => this.#onRemoved(channel)),
  };

  /** `topics`: empty for all topics. */
  constructor(client: FoxgloveClient, topics: readonly string[], create: () => M) {
    this.#client = client;
    this.#create = create;
    this.#followsAll = topics.length === 0;
    client.addListener(this.#listener);
    const names = this.#followsAll ? [...client.channels.values()].map(({ topic }) => topic) : topics;
    names.forEach((topic) => this.#add(topic));
  }

  /** The topics, sorted by name or in the order in which the user has named them. */
  entries(): MeterEntry<M>[] {
    const entries = [...this.#topics].map(([topic, { meter, subscription }]) => (
      { topic, meter, dropped: subscription.dropped }
    ));
    return this.#followsAll ? entries.toSorted((a, b) => a.topic < b.topic ? -1 : 1) : entries;
  }

  [Symbol.dispose](): void {
    this.#client.removeListener(this.#listener);
    for (const { subscription } of this.#topics.values()) subscription.close();
  }

  #add(topic: string): void {
    if (this.#topics.has(topic)) return;
    const subscription = this.#client.subscribe(topic);
    this.#topics.set(topic, { meter: this.#create(), subscription });
    void this.#read(topic, subscription);
  }

  /** The measurements of a topic begin again when it returns, because the pause says nothing about its rate. */
  #onRemoved({ topic }: Channel): void {
    const entry = this.#topics.get(topic);
    if (!entry) return;
    entry.meter = this.#create();
    if (!this.#followsAll || [...this.#client.channels.values()].some((channel) => channel.topic === topic)) return;
    entry.subscription.close();
    this.#topics.delete(topic);
  }

  async #read(topic: string, subscription: Subscription): Promise<void> {
    try {
      for await (const message of subscription) this.#topics.get(topic)?.meter.add(message, performance.now());
    } catch {
      // The connection was lost, which ends the command.
    }
  }
}
