// ParameterState: which parameters are known to exist, and who is told when one changes.

import { type Parameter, writeParameterValues } from "../protocol/parameters.ts";
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

  /**
   * Takes note of values now in force. Returns what each client is to be told: of those it watches, the ones that are set.
   *
   * @throws {TypeError | RangeError} When one of them cannot be sent, watched or not. Nothing is changed then.
   */
  changed(parameters: readonly Parameter[]): Map<Client, Parameter[]> {
    const checked = writeParameterValues({ op: "parameterValues", parameters });
    const news = new Map<Client, Parameter[]>();
    for (const parameter of checked.parameters) {
      if (parameter.value === undefined) {
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

/** The parameters that have a value: apps show one without as an empty entry. A hook's `null` counts as none, as a client's does. */
export function withValue(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter(({ value }) => (value ?? undefined) !== undefined);
}
