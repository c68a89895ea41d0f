// EffectRunner: carries out the effects of a client's messages.

import type { ChannelId } from "../../protocol/ids.ts";
import type { ActiveSubscription, Effect } from "../../session/effects.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { Connection } from "./connection.ts";
import type { ChannelPublisher } from "../delivery/channel_publisher.ts";
import type { Hooks } from "./hooks.ts";
import { Requests, type RequestsOptions } from "./requests.ts";

/** Options of {@linkcode EffectRunner}. */
export interface EffectRunnerOptions extends Omit<RequestsOptions, "run"> {
  /** The publishers of the live channels. */
  publishers: ReadonlyMap<ChannelId, ChannelPublisher>;
}

/**
 * Turns effects into messages and hook calls.
 *
 * Effects and hooks share one queue. So the messages of a hook keep their order relative to the effects of its client.
 * The effects of a hook's actions run after the effects that are already queued.
 */
export class EffectRunner {
  readonly #calls: CallQueue;
  readonly #hooks: Hooks;
  readonly #requests: Requests;
  readonly #publishers: ReadonlyMap<ChannelId, ChannelPublisher>;

  constructor(options: EffectRunnerOptions) {
    this.#calls = options.calls;
    this.#hooks = options.hooks;
    this.#publishers = options.publishers;
    this.#requests = new Requests({ ...options, run: (connection, effects) => this.run(connection, effects) });
  }

  /** Must be called when the server closes. */
  close(): void {
    this.#requests.close();
  }

  /** Queues the effects in their order. */
  run(connection: Connection, effects: readonly Effect[]): void {
    // One call for all effects, because a message may have 10,000 of them. Calls that they add run after the last
    // effect.
    if (effects.length > 0) this.#calls.add(() => this.#carryOutAll(connection, effects.values()));
  }

  /** Queues the `onClientConnect` of a client that was greeted. */
  connected(connection: Connection): void {
    this.#calls.add(() => this.#hooks.emit(connection, "onClientConnect", connection.context));
  }

  /** Ends everything that a client has begun, and queues its `onClientDisconnect`. */
  disconnected(connection: Connection): void {
    this.run(connection, connection.session.close());
    this.#calls.add(() => {
      connection.abortHooks();
      this.#hooks.emit(connection, "onClientDisconnect", connection.context);
    });
  }

  #carryOutAll(connection: Connection, effects: Iterator<Effect>): void {
    try {
      for (let next = effects.next(); !next.done; next = effects.next()) this.#carryOut(connection, next.value);
    } catch (error) {
      // An effect that throws must not prevent the others.
      this.#calls.add(() => this.#carryOutAll(connection, effects));
      throw error;
    }
  }

  #carryOut(connection: Connection, effect: Effect): void {
    const hooks = this.#hooks;
    const { context } = connection;
    switch (effect.type) {
      case "send":
        return connection.send(effect.message);
      case "sendStatus":
        return connection.sendStatus(effect.level, effect.text, effect.id);
      case "subscribed":
        return this.#subscribed(connection, effect.subscription);
      case "unsubscribed":
        return this.#unsubscribed(connection, effect.subscription);
      case "clientAdvertised":
        return hooks.emit(connection, "onClientAdvertise", effect.channel, context);
      case "clientUnadvertised":
        return hooks.emit(
          connection,
          "onClientUnadvertise",
          effect.channel.id,
          connection.publishContext(effect.channel),
        );
      case "clientMessage":
        return hooks.emit(
          connection,
          "onClientMessage",
          effect.channel.id,
          effect.payload,
          connection.publishContext(effect.channel),
        );
      case "parametersWatched":
        return hooks.emit(connection, "onParametersSubscribe", effect.names, effect.watched, context);
      case "graphWatched":
        return hooks.emit(connection, "onConnectionGraphSubscribe", effect.watched, context);
      case "startQueued":
        return this.#requests.startQueued(connection, effect.kind);
      default:
        // All other effects are requests. Not awaited, because answers may take long. The promise never rejects.
        void this.#requests.answer(connection, effect);
    }
  }

  #subscribed(connection: Connection, subscription: ActiveSubscription): void {
    const { subscriptionId, entry } = subscription;
    const channelId = entry.channel.id;
    const publisher = this.#publishers.get(channelId);
    // Since this effect was queued, a hook may have removed the channel or disconnected the client.
    if (!publisher || connection.isGone) return;
    // Before the hooks, because they may send newer messages.
    publisher.sendLatched(connection, subscriptionId);
    subscription.isReported = true;
    entry.reportedCount += 1;
    if (entry.reportedCount === 1) this.#hooks.emit(connection, "onSubscribe", channelId, connection.context);
    this.#hooks.emit(connection, "onClientSubscribe", channelId, connection.context);
  }

  #unsubscribed(connection: Connection, { entry, isReported }: ActiveSubscription): void {
    const channelId = entry.channel.id;
    connection.outbox.purge(channelId);
    if (!isReported) return;
    entry.reportedCount -= 1;
    this.#hooks.emit(connection, "onClientUnsubscribe", channelId, connection.context);
    if (entry.reportedCount === 0) this.#hooks.emit(connection, "onUnsubscribe", channelId, connection.context);
  }
}
