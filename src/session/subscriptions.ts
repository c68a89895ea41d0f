// Subscriptions: what one client is subscribed to.

import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import { RecentIds } from "./recent_ids.ts";
import type { ServerState } from "./server_state.ts";
import { type SessionLimits, tooMany } from "./session_limits.ts";
import { type Effect, error, warning } from "./effects.ts";

/** One client's subscriptions: at most one for each channel, under ids that the client chose. */
export class Subscriptions<Client> {
  readonly #state: ServerState<Client>;
  readonly #client: Client;
  readonly #limits: Pick<SessionLimits, "maxSubscriptions">;
  readonly #channelOf = new Map<SubscriptionId, ChannelId>();
  readonly #idOf = new Map<ChannelId, SubscriptionId>();
  /** Ids of removed channels, because apps answer `unadvertise` with an `unsubscribe`. */
  readonly #retired = new RecentIds<SubscriptionId>();

  constructor(state: ServerState<Client>, client: Client, limits: Pick<SessionLimits, "maxSubscriptions">) {
    this.#state = state;
    this.#client = client;
    this.#limits = limits;
  }

  /** Subscribes to a channel that the client may see; `isVisible` says whether it may. */
  subscribe(id: SubscriptionId, channelId: ChannelId, isVisible: boolean): Effect[] {
    const topic = isVisible ? this.#topicOf(channelId) : undefined;
    const cannot = topic === undefined ? "Cannot subscribe" : `Cannot subscribe to "${topic}"`;
    const taken = this.#channelOf.get(id);
    if (taken !== undefined) return [error(`${cannot}: the id is in use for "${this.#topicOf(taken)}"`)];
    if (topic === undefined) {
      // It may have gone just now; then the client may also unsubscribe before it hears of that.
      this.#retired.add(id);
      return [warning(`${cannot}: no such channel`)];
    }
    if (this.#idOf.has(channelId)) return [warning(`${cannot}: already subscribed`)];
    if (this.#channelOf.size >= this.#limits.maxSubscriptions) {
      return [error(`${cannot}: ${tooMany("subscriptions", "maxSubscriptions", this.#limits)}`)];
    }
    this.#channelOf.set(id, channelId);
    this.#idOf.set(channelId, id);
    this.#retired.delete(id);
    this.#state.channels.subscribe(channelId, { client: this.#client, subscriptionId: id });
    return [{ do: "subscribed", channelId, subscriptionId: id }];
  }

  unsubscribe(id: SubscriptionId): Effect[] {
    const channelId = this.#channelOf.get(id);
    if (channelId !== undefined) return [this.#end(id, channelId)];
    // The client has not yet read that the channel is gone, or confirms it: neither is its fault.
    if (this.#retired.delete(id)) return [];
    return [warning("Cannot unsubscribe: no such subscription")];
  }

  /** Forgets a channel that the server removed. */
  forget(channelId: ChannelId): void {
    const id = this.#idOf.get(channelId);
    if (id === undefined) return;
    this.#idOf.delete(channelId);
    this.#channelOf.delete(id);
    this.#retired.add(id);
  }

  /** Ends them all. */
  close(): Effect[] {
    return [...this.#channelOf].map(([id, channelId]) => this.#end(id, channelId));
  }

  #topicOf(channelId: ChannelId): string | undefined {
    return this.#state.channels.get(channelId)?.channel.topic;
  }

  #end(id: SubscriptionId, channelId: ChannelId): Effect {
    this.#channelOf.delete(id);
    this.#idOf.delete(channelId);
    this.#state.channels.unsubscribe(channelId, this.#client);
    return { do: "unsubscribed", channelId };
  }
}
