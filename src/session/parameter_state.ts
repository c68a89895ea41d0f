// ParameterState: the names of known parameters, and the clients that watch them.

import type { WrittenParameter } from "../protocol/parameter_json.ts";
import { WatchRegistry } from "./watch_registry.ts";

/** Stores names only. The program that runs the server keeps the values. */
export class ParameterState<Client> {
  /** Which clients watch which names. */
  readonly watched: WatchRegistry<Client, string> = new WatchRegistry();
  readonly #known = new Set<string>();

  /** The names of the parameters that had a value at their last change. */
  get knownNames(): ReadonlySet<string> {
    return this.#known;
  }

  /** Records changed parameters. Returns, for each client, the watched parameters that have a value to send. */
  changed(parameters: readonly WrittenParameter[]): Map<Client, WrittenParameter[]> {
    const news = new Map<Client, WrittenParameter[]>();
    for (const parameter of parameters) {
      if (parameter.exists) this.#known.add(parameter.name);
      else this.#known.delete(parameter.name);
      if (!parameter.isSet) continue;
      for (const client of this.watched.clientsOf(parameter.name)) {
        const list = news.get(client);
        if (list) {
          list.push(parameter);
        } else {
          news.set(client, [parameter]);
        }
      }
    }
    return news;
  }
}
