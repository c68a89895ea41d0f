// EffectRunner: carries out what follows from a client's messages.

import type { ChannelId } from "../protocol/ids.ts";
import type { ActiveSubscription, Effect } from "../session/effects.ts";
import type { CallQueue } from "./call_queue.ts";
import type { Connection } from "./connection.ts";
import type { Feed } from "./feed.ts";
import type { Hooks } from "./hooks.ts";
import { Requests, type RequestsOptions } from "./requests.ts";

/** Options of {@linkcode EffectRunner}. */
export interface EffectRunnerOptions extends Omit<RequestsOptions, "run"> {
  /** Those of the live channels. */
  feeds: ReadonlyMap<ChannelId, Feed>;
}

/**
 * Turns effects into messages and hook calls.
 *
 * Effects share the queue of the hooks: a message that a hook sends keeps its place among the messages of its client's effects, and the
 * effects of what a hook does follow those that were there before.
 */
export class EffectRunner {
  readonly #calls: CallQueue;
  readonly #hooks: Hooks;
  readonly #requests: Requests;
  readonly #feeds: ReadonlyMap<ChannelId, Feed>;

  constructor(options: EffectRunnerOptions) {
    this.#calls = options.calls;
    this.#hooks = options.hooks;
    this.#feeds = options.feeds;
    this.#requests = new Requests({ ...options, run: (connection, effects) => this.run(connection, effects) });
  }

  /** The server closes. */
  close(): void {
    this.#requests.close();
  }

  /** Queues the effects in their order. */
  run(connection: Connection, effects: readonly Effect[]): void {
    // All in one call, because a message may have 10,000 effects. What they cause is queued behind the last of them.
    if (effects.length > 0) this.#calls.add(() => this.#carryOutAll(connection, effects.values()));
  }

  /** Reports a client that was greeted. */
  connected(connection: Connection): void {
    this.#calls.add(() => this.#hooks.notify(connection, "onClientConnect"));
  }

  /** Ends what a client had begun, and reports that it is gone. */
  disconnected(connection: Connection): void {
    this.run(connection, connection.session.close());
    this.#calls.add(() => {
      connection.abort();
      this.#hooks.notify(connection, "onClientDisconnect");
    });
  }

  #carryOutAll(connection: Connection, effects: Iterator<Effect>): void {
    try {
      for (let next = effects.next(); !next.done; next = effects.next()) this.#carryOut(connection, next.value);
    } catch (error) {
      // One that throws must not keep the others from their turn.
      this.#calls.add(() => this.#carryOutAll(connection, effects));
      throw error;
    }
  }

  #carryOut(connection: Connection, effect: Effect): void {
    const hooks = this.#hooks;
    switch (effect.do) {
      case "send":
        return connection.send(effect.message);
      case "complain":
        return connection.complain(effect.level, effect.text, effect.id);
      case "subscribed":
        return this.#subscribed(connection, effect.subscription);
      case "unsubscribed":
        return this.#unsubscribed(connection, effect.subscription);
      case "clientAdvertised":
        return hooks.notify(connection, "onClientAdvertise", effect.channel);
      case "clientUnadvertised":
        return hooks.notify(connection, "onClientUnadvertise", effect.channelId);
      case "clientMessage":
        return hooks.notify(connection, "onClientMessage", effect.channelId, effect.payload);
      case "parametersWatched":
        return hooks.notify(connection, "onParametersSubscribe", effect.names, effect.watched);
      case "graphWatched":
        return hooks.notify(connection, "onConnectionGraphSubscribe", effect.watched);
      case "startQueued":
        return this.#requests.startQueued(connection, effect.kind);
      default:
        // In its own time; it never rejects.
        void this.#requests.answer(connection, effect);
    }
  }

  #subscribed(connection: Connection, subscription: ActiveSubscription): void {
    const { subscriptionId, entry } = subscription;
    const channelId = entry.channel.id;
    const feed = this.#feeds.get(channelId);
    // A hook that was called since may have removed the channel or disconnected the client.
    if (!feed || connection.isGone) return;
    // Before the hooks, which may send newer messages.
    feed.replay(connection, subscriptionId);
    subscription.isReported = true;
    entry.reportedCount += 1;
    if (entry.reportedCount === 1) this.#hooks.notify(connection, "onSubscribe", channelId);
    this.#hooks.notify(connection, "onClientSubscribe", channelId);
  }

  #unsubscribed(connection: Connection, { entry, isReported }: ActiveSubscription): void {
    const channelId = entry.channel.id;
    connection.outbox.purge(channelId);
    if (!isReported) return;
    entry.reportedCount -= 1;
    this.#hooks.notify(connection, "onClientUnsubscribe", channelId);
    if (entry.reportedCount === 0) this.#hooks.notify(connection, "onUnsubscribe", channelId);
  }
}
