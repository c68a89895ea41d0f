// ModelParameters: the parameter subscriptions of the model, and the updates that they cause.

import type { Parameter } from "../../src/protocol/parameters.ts";
import type { Model } from "./model.ts";
import type { ModelClient } from "./model_client.ts";
import { isSent, UNSENDABLE } from "./fixture.ts";

/** The parameters of the model. */
export class ModelParameters {
  /** The names of parameters whose last known value is not `undefined`. */
  readonly known: Set<string> = new Set();
  readonly #model: Model;
  #watches: { client: ModelClient; name: string }[] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  /** The names that a client has subscribed to. */
  watchedBy(client: ModelClient): string[] {
    return this.#watches.filter((each) => each.client === client).map(({ name }) => name);
  }

  /** A client subscribes. Returns whether it subscribes to all parameters, for which a hook is called. */
  subscribe(client: ModelClient, names: readonly string[]): boolean {
    for (const watch of client.watchAlls) for (const name of names) watch.except.delete(name);
    this.watch(client, names);
    return names.length === 0;
  }

  /** A client unsubscribes, from all parameters if `names` is empty. */
  unsubscribe(client: ModelClient, names: readonly string[]): void {
    for (const watch of client.watchAlls) {
      if (names.length === 0) watch.isEnded = true;
      for (const name of names) watch.except.add(name);
    }
    this.unwatch(client, names.length === 0 ? this.watchedBy(client) : names);
  }

  watch(client: ModelClient, names: readonly string[]): void {
    const first = new Set(names).difference(new Set(this.#watches.map(({ name }) => name)));
    for (const name of new Set(names)) {
      if (!this.watchedBy(client).includes(name)) this.#watches.push({ client, name });
    }
    if (first.size > 0) {
      this.#model.later(() => this.#model.callHook("onParametersSubscribe", client, [...first], true));
    }
  }

  unwatch(client: ModelClient, names: readonly string[]): void {
    const own = names.filter((name, index) => names.indexOf(name) === index && this.watchedBy(client).includes(name));
    this.#watches = this.#watches.filter((each) => each.client !== client || !own.includes(each.name));
    const last = own.filter((name) => !this.#watches.some((each) => each.name === name));
    if (last.length > 0) this.#model.later(() => this.#model.callHook("onParametersSubscribe", client, last, false));
  }

  /** Parameters have new values, or have been removed. */
  update(parameters: readonly Parameter[]): void {
    for (const { name, value } of parameters) {
      if (value === UNSENDABLE) continue;
      if (value === undefined) this.known.delete(name);
      else this.known.add(name);
    }
    for (const client of this.#model.open) {
      const watched = this.watchedBy(client);
      const updates = parameters.filter(({ name, value }) => isSent(value) && watched.includes(name));
      if (updates.length > 0) client.send({ op: "parameterValues", parameters: updates });
    }
  }
}
