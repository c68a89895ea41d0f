// ModelParameters: who watches which parameters, and is told what.

import type { Parameter } from "../../src/protocol/parameters.ts";
import type { Model } from "./model.ts";
import type { ModelClient } from "./model_client.ts";
import { isSent, UNSENDABLE } from "./setting.ts";

/** The parameters of the model. */
export class ModelParameters {
  /** Those that had a value when they were last heard of. */
  readonly known: Set<string> = new Set();
  readonly #model: Model;
  #watches: { client: ModelClient; name: string }[] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  /** What a client watches. */
  watchedBy(client: ModelClient): string[] {
    return this.#watches.filter((each) => each.client === client).map(({ name }) => name);
  }

  /** A client subscribes. Returns whether it wants all, which is yet to be found out. */
  subscribe(client: ModelClient, names: readonly string[]): boolean {
    for (const watch of client.watchAlls) for (const name of names) watch.except.delete(name);
    this.watch(client, names);
    return names.length === 0;
  }

  /** A client unsubscribes, from all where no name is given. */
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
    if (first.size > 0) this.#model.later(() => this.#model.note("onParametersSubscribe", client, [...first], true));
  }

  unwatch(client: ModelClient, names: readonly string[]): void {
    const own = names.filter((name, index) => names.indexOf(name) === index && this.watchedBy(client).includes(name));
    this.#watches = this.#watches.filter((each) => each.client !== client || !own.includes(each.name));
    const last = own.filter((name) => !this.#watches.some((each) => each.name === name));
    if (last.length > 0) this.#model.later(() => this.#model.note("onParametersSubscribe", client, last, false));
  }

  /** Values are in force now, or parameters gone. */
  push(parameters: readonly Parameter[]): void {
    for (const { name, value } of parameters) {
      if (value === UNSENDABLE) continue;
      if (value === undefined) this.known.delete(name);
      else this.known.add(name);
    }
    for (const client of this.#model.open) {
      const watched = this.watchedBy(client);
      const news = parameters.filter(({ name, value }) => isSent(value) && watched.includes(name));
      if (news.length > 0) client.tell({ op: "parameterValues", parameters: news });
    }
  }
}
