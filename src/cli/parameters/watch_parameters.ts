// watchParameters(): the values of parameters and all their changes.

import type { FoxgloveClient, Parameter } from "../../client/mod.ts";

/** Options of {@linkcode watchParameters}. */
export interface WatchOptions {
  /** The names of the parameters. Empty: all. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  /** Called with each value: first the current ones, then each new one. */
  onValue(parameter: Parameter): void;
  /** Called once with the names that the server does not know yet. */
  onUnknown(names: readonly string[]): void;
}

/** Watches parameters until the connection ends. Rejects when it is lost, or when the signal aborts. */
export async function watchParameters(client: FoxgloveClient, options: WatchOptions): Promise<void> {
  const { names, signal, onValue, onUnknown } = options;
  let isFirst = true;
  for await (const parameters of client.subscribeParameters(names, { signal })) {
    for (const parameter of parameters) {
      if (!isFirst || parameter.value !== undefined) onValue(parameter);
    }
    const known = new Set(parameters.filter(({ value }) => value !== undefined).map(({ name }) => name));
    const unknown = names.filter((name) => !known.has(name));
    if (isFirst && unknown.length > 0) onUnknown(unknown);
    isFirst = false;
  }
}
