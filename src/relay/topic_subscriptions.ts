// TopicSubscriptions: the subscriptions of an upstream's client, one for each topic.

import type { CallbackSubscription, FoxgloveClient } from "../client/mod.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";

/** Receives a message of a subscribed channel. */
export type MessageReceiver = (channelId: ChannelId, timestamp: bigint, payload: Uint8Array) => void;

/**
 * Subscribes by topic, because a client finds the channels of a topic without looking at all of them. A server that has
 * several channels of one topic sends the messages of all of them if one is used.
 */
export class TopicSubscriptions {
  readonly #receive: MessageReceiver;
  readonly #byTopic = new Map<
    string,
    { readonly subscription: CallbackSubscription; readonly users: Set<ChannelId> }
  >();

  constructor(receive: MessageReceiver) {
    this.#receive = receive;
  }

  /** Subscribes to a channel. */
  add(client: FoxgloveClient, { id, topic }: Channel): void {
    const existing = this.#byTopic.get(topic);
    if (existing) {
      existing.users.add(id);
      return;
    }
    const subscription = client.subscribe(topic, {
      onMessage: ({ channel, timestamp, payload }) => this.#receive(channel.id, timestamp, payload),
    });
    this.#byTopic.set(topic, { subscription, users: new Set([id]) });
  }

  /** Unsubscribes from a channel. */
  remove({ id, topic }: Channel): void {
    const existing = this.#byTopic.get(topic);
    existing?.users.delete(id);
    if (!existing || existing.users.size > 0) return;
    this.#byTopic.delete(topic);
    existing.subscription.close();
  }

  /** Unsubscribes from all channels. */
  clear(): void {
    for (const { subscription } of this.#byTopic.values()) subscription.close();
    this.#byTopic.clear();
  }
}
