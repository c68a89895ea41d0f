// ParameterState: which parameters are known to exist, and who is told when one changes.

import type { WrittenParameter } from "../protocol/written_parameters.ts";
import { Interest } from "./interest.ts";

/** The values themselves belong to the server's owner. */
export class ParameterState<Client> {
  /** Which clients watch which names. */
  readonly watched: Interest<Client, string> = new Interest();
  readonly #known = new Set<string>();

  /** The names that had a value when they were last heard of. */
  get knownNames(): ReadonlySet<string> {
    return this.#known;
  }

  /** Takes note of values now in force. Returns what each client is to be told: of those it watches, the ones that are set. */
  changed(parameters: readonly WrittenParameter[]): Map<Client, WrittenParameter[]> {
    const news = new Map<Client, WrittenParameter[]>();
    for (const parameter of parameters) {
      if (!parameter.isSet) {
        this.#known.delete(parameter.name);
        continue;
      }
      this.#known.add(parameter.name);
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
