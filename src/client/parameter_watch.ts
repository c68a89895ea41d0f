// ParameterWatch: who wants to be told of which parameters, and what the server is asked for on their behalf.

import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { approximateBytes } from "./bounded_map.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Stream, type Updates } from "./stream.ts";

/** Lists of values that may wait for a loop. */
const MAX_QUEUED = 1000;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** What a watch asks of its client. */
export interface ParameterWatchOwner {
  send(message: ClientMessage): void;
  getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]>;
  onError(error: unknown): void;
  /** There are more parameters than loops over all can subscribe to. Must only take note. */
  onFull(): void;
}

interface Watcher {
  stream: Stream<readonly Parameter[]>;
  /** None: it wants all. */
  names: ReadonlySet<string>;
  /** Aborts its requests when the loop ends. */
  control: AbortController;
}

/** The loops over parameters of one client. */
export class ParameterWatch {
  readonly #owner: ParameterWatchOwner;
  readonly #maxNames: number;
  readonly #watchers = new Set<Watcher>();
  /** Those that want all. */
  readonly #ofAll = new Set<Watcher>();
  /** The others, by each of their names. */
  readonly #byName = new Map<string, Set<Watcher>>();
  /** What the server was asked to tell. */
  readonly #subscribed = new Set<string>();

  /** Loops over all parameters subscribe to at most `maxNames`. */
  constructor(owner: ParameterWatchOwner, maxNames: number) {
    this.#owner = owner;
    this.#maxNames = maxNames;
  }

  /** Begins a loop over some, or over all when there is no name. */
  add(names: readonly string[], signal: AbortSignal | undefined): Updates<readonly Parameter[]> {
    const stream = new Stream<readonly Parameter[]>({
      maxQueued: MAX_QUEUED,
      maxQueuedBytes: MAX_QUEUED_BYTES,
      sizeOf: approximateBytes,
      signal,
      onEnd: () => this.#remove(watcher),
    });
    const watcher: Watcher = { stream, names: new Set(names), control: new AbortController() };
    this.#watchers.add(watcher);
    if (watcher.names.size === 0) this.#ofAll.add(watcher);
    for (const name of watcher.names) this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(watcher));
    void this.#begin(watcher);
    return stream;
  }

  /** The server told values of its own accord. */
  told(parameters: readonly Parameter[]): void {
    this.learned(parameters);
    if (parameters.length > 0) { for (const { stream } of this.#ofAll) stream.push(parameters); }
    const ofInterest = new Map<Watcher, Parameter[]>();
    for (const parameter of parameters) {
      for (const watcher of this.#byName.get(parameter.name) ?? []) {
        const others = ofInterest.get(watcher);
        if (others) others.push(parameter);
        else ofInterest.set(watcher, [parameter]);
      }
    }
    for (const [{ stream }, values] of ofInterest) stream.push(values);
  }

  /** These exist: whoever wants all wants them. */
  learned(parameters: readonly Parameter[]): void {
    if (this.#ofAll.size === 0) return;
    const names = new Set<string>();
    for (const { name, value } of parameters) {
      if (value === undefined || this.#subscribed.has(name)) continue;
      if (this.#subscribed.size + names.size < this.#maxNames) names.add(name);
      else this.#owner.onFull();
    }
    this.#subscribe(names);
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
  async #begin({ stream, names, control: { signal } }: Watcher): Promise<void> {
    try {
      // The answer is learned before this goes on.
      if (names.size === 0) await this.#owner.getParameters([], signal);
      else this.#subscribe(names);
      signal.throwIfAborted();
      const values = await this.#owner.getParameters([...(names.size === 0 ? this.#subscribed : names)], signal);
      stream.push(names.size === 0 ? values : values.filter(({ name }) => names.has(name)));
    } catch (error) {
      // It begins again on the next connection, or the loop has ended.
      if (!(error instanceof ConnectionClosedError) && !signal.aborted) this.#owner.onError(error);
    }
  }

  #remove(watcher: Watcher): void {
    watcher.control.abort();
    this.#watchers.delete(watcher);
    const wantedAll = this.#ofAll.delete(watcher);
    for (const name of watcher.names) {
      const others = this.#byName.get(name);
      others?.delete(watcher);
      if (others?.size === 0) this.#byName.delete(name);
    }
    if (this.#ofAll.size > 0) return;
    const candidates = wantedAll ? this.#subscribed : watcher.names;
    const unwanted = [...candidates].filter((name) => this.#subscribed.has(name) && !this.#byName.has(name));
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
