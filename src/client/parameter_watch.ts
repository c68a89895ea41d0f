// ParameterWatch: who wants to be told of which parameters, and what the server is asked for on their behalf.

import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Stream, type Updates } from "./stream.ts";

/** Lists of values that may wait for a loop. */
const MAX_QUEUED = 1000;

/** What a watch asks of its client. */
export interface ParameterWatchOwner {
  send(message: ClientMessage): void;
  getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]>;
  onError(error: unknown): void;
}

interface Watcher {
  stream: Stream<readonly Parameter[]>;
  /** Whether it wants all; then `names` holds those that are known. */
  wantsAll: boolean;
  names: Set<string>;
  /** Aborts its requests when the loop ends. */
  control: AbortController;
}

/** The loops over parameters of one client. */
export class ParameterWatch {
  readonly #owner: ParameterWatchOwner;
  readonly #watchers = new Set<Watcher>();
  /** What the server was asked to tell. */
  readonly #subscribed = new Set<string>();

  constructor(owner: ParameterWatchOwner) {
    this.#owner = owner;
  }

  /** Begins a loop over some, or over all when there is no name. */
  add(names: readonly string[], signal: AbortSignal | undefined): Updates<readonly Parameter[]> {
    const stream = new Stream<readonly Parameter[]>({
      maxQueued: MAX_QUEUED,
      signal,
      onEnd: () => this.#remove(watcher),
    });
    const watcher: Watcher = {
      stream,
      wantsAll: names.length === 0,
      names: new Set(names),
      control: new AbortController(),
    };
    this.#watchers.add(watcher);
    void this.#begin(watcher);
    return stream;
  }

  /** The server told values of its own accord. */
  told(parameters: readonly Parameter[]): void {
    this.learned(parameters);
    for (const watcher of this.#watchers) {
      const ofInterest = pick(parameters, watcher);
      if (ofInterest.length > 0) watcher.stream.push(ofInterest);
    }
  }

  /** These exist: whoever wants all wants them. */
  learned(parameters: readonly Parameter[]): void {
    for (const watcher of this.#watchers) {
      if (!watcher.wantsAll) continue;
      for (const { name, value } of parameters) if (value !== undefined) watcher.names.add(name);
      this.#subscribe(watcher.names);
    }
  }

  /** There is a new connection: its values are told once more, for they may have changed meanwhile. */
  resume(): void {
    this.#subscribed.clear();
    for (const watcher of this.#watchers) void this.#begin(watcher);
  }

  /** No connection will come. */
  end(error: Error | undefined): void {
    for (const { stream } of [...this.#watchers]) stream.end(error);
  }

  /** Asks to be told of changes first and for the values then, so that no change is missed between the two. */
  async #begin(watcher: Watcher): Promise<void> {
    const { signal } = watcher.control;
    try {
      if (watcher.wantsAll) this.learned(await this.#owner.getParameters([], signal));
      else this.#subscribe(watcher.names);
      signal.throwIfAborted();
      const values = await this.#owner.getParameters([...watcher.names], signal);
      watcher.stream.push(pick(values, watcher));
    } catch (error) {
      // It begins again on the next connection, or the loop has ended.
      if (!(error instanceof ConnectionClosedError) && !signal.aborted) this.#owner.onError(error);
    }
  }

  #remove(watcher: Watcher): void {
    watcher.control.abort();
    this.#watchers.delete(watcher);
    const unwanted = [...watcher.names].filter((name) =>
      this.#subscribed.has(name) && ![...this.#watchers].some(({ names }) => names.has(name))
    );
    for (const name of unwanted) this.#subscribed.delete(name);
    // An empty list would mean all.
    if (unwanted.length > 0) this.#owner.send({ op: "unsubscribeParameterUpdates", parameterNames: unwanted });
  }

  #subscribe(names: Iterable<string>): void {
    const parameterNames = [...names].filter((name) => !this.#subscribed.has(name));
    for (const name of parameterNames) this.#subscribed.add(name);
    if (parameterNames.length > 0) this.#owner.send({ op: "subscribeParameterUpdates", parameterNames });
  }
}

function pick(parameters: readonly Parameter[], { names, wantsAll }: Watcher): readonly Parameter[] {
  return wantsAll ? parameters : parameters.filter(({ name }) => names.has(name));
}
