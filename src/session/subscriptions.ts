// Subscriptions: the channel subscriptions of one client.

import type { ChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { ChannelEntry, Subscriber } from "./channel_table.ts";
import { RecentIds } from "./recent_ids.ts";
import type { ServerState } from "./server_state.ts";
import { type CountedLimits, tooMany } from "./session_limits.ts";
import { type Effect, error, warning } from "./effects.ts";

/** The subscriptions of one client, at most one for each channel. The client chooses their ids. */
export class Subscriptions<Client> {
  readonly #state: ServerState<Client>;
  readonly #client: Client;
  readonly #limits: CountedLimits<"maxSubscriptions">;
  readonly #active = new Map<SubscriptionId, Subscriber<Client>>();
  readonly #idOf = new Map<ChannelId, SubscriptionId>();
  /** Ids of subscriptions whose channel was removed, because apps answer `unadvertise` with an `unsubscribe`. */
  readonly #retired = new RecentIds<SubscriptionId>();

  constructor(state: ServerState<Client>, client: Client, limits: CountedLimits<"maxSubscriptions">) {
    this.#state = state;
    this.#client = client;
    this.#limits = limits;
  }

  /** Subscribes to a channel. `isVisible`: whether the client may see the channel. */
  subscribe(id: SubscriptionId, channelId: ChannelId, isVisible: boolean): Effect {
    const entry = isVisible ? this.#state.channels.get(channelId) : undefined;
    const taken = this.#active.get(id);
    if (taken) return error(`${cannotSubscribe(entry)}: the id is in use for "${taken.entry.channel.topic}"`);
    if (!entry) {
      // The server may have just removed the channel. The client may then send an `unsubscribe` before it reads the
      // `unadvertise`.
      this.#retired.add(id);
      return warning(`${cannotSubscribe(entry)}: no such channel`);
    }
    if (this.#idOf.has(channelId)) return warning(`${cannotSubscribe(entry)}: already subscribed`);
    if (this.#active.size >= this.#limits.maxSubscriptions) {
      return error(`${cannotSubscribe(entry)}: ${tooMany("subscriptions", "maxSubscriptions", this.#limits)}`);
    }
    const subscription = { client: this.#client, subscriptionId: id, entry, isReported: false };
    this.#active.set(id, subscription);
    this.#idOf.set(channelId, id);
    this.#retired.delete(id);
    entry.subscribers.push(subscription);
    entry.version += 1;
    return { type: "subscribed", subscription };
  }

  unsubscribe(id: SubscriptionId): Effect | undefined {
    const subscription = this.#active.get(id);
    if (subscription) return this.#end(subscription);
    // Not an error: the client has not read the `unadvertise` yet, or answers it.
    if (this.#retired.delete(id)) return undefined;
    return warning("Cannot unsubscribe: no such subscription");
  }

  /** Ends the subscription to a channel that the server removed. */
  forget(channelId: ChannelId): void {
    const id = this.#idOf.get(channelId);
    if (id === undefined) return;
    this.#idOf.delete(channelId);
    this.#active.delete(id);
    this.#retired.add(id);
  }

  /** Ends all subscriptions. */
  close(): Effect[] {
    return [...this.#active.values()].map((subscription) => this.#end(subscription));
  }

  #end(subscription: Subscriber<Client>): Effect {
    const { subscriptionId, entry } = subscription;
    this.#active.delete(subscriptionId);
    this.#idOf.delete(entry.channel.id);
    entry.subscribers.splice(entry.subscribers.indexOf(subscription), 1);
    entry.version += 1;
    return { type: "unsubscribed", subscription };
  }
}

/** The text names the topic only if the client may see the channel. */
function cannotSubscribe(entry: ChannelEntry<unknown> | undefined): string {
  return entry ? `Cannot subscribe to "${entry.channel.topic}"` : "Cannot subscribe";
}
