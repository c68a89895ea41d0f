// EffectRunner: carries out what follows from a client's messages.

import type { ChannelId } from "../protocol/ids.ts";
import type { Effect } from "../session/effects.ts";
import type { Connection } from "./connection.ts";
import type { Feed } from "./feed.ts";
import type { Hooks } from "./hooks.ts";
import { Requests, type RequestsOptions } from "./requests.ts";

/** Options of {@linkcode EffectRunner}. */
export interface EffectRunnerOptions extends Omit<RequestsOptions, "run"> {
  /** Those of the live channels. */
  feeds: ReadonlyMap<ChannelId, Feed>;
}

/** Turns effects into messages and hook calls. */
export class EffectRunner {
  readonly #hooks: Hooks;
  readonly #requests: Requests;
  readonly #feeds: ReadonlyMap<ChannelId, Feed>;

  constructor(options: EffectRunnerOptions) {
    this.#hooks = options.hooks;
    this.#feeds = options.feeds;
    this.#requests = new Requests({ ...options, run: (connection, effects) => this.run(connection, effects) });
  }

  /** Carries out the effects in their order. */
  run(connection: Connection, effects: readonly Effect[]): void {
    for (const effect of effects) this.#carryOut(connection, effect);
  }

  #carryOut(connection: Connection, effect: Effect): void {
    const hooks = this.#hooks;
    switch (effect.do) {
      case "send":
        return connection.send(effect.message);
      case "complain":
        return connection.complain(effect.level, effect.text);
      case "subscribed":
        // Before the hooks, which may send newer messages.
        this.#feeds.get(effect.channelId)?.replay(connection, effect.subscriptionId);
        if (effect.first) hooks.notify(connection, "onSubscribe", effect.channelId);
        return hooks.notify(connection, "onClientSubscribe", effect.channelId);
      case "unsubscribed":
        connection.outbox.purge(effect.channelId);
        hooks.notify(connection, "onClientUnsubscribe", effect.channelId);
        if (effect.last) hooks.notify(connection, "onUnsubscribe", effect.channelId);
        return;
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
      default:
        // In its own time; it never rejects.
        void this.#requests.answer(connection, effect);
    }
  }
}
