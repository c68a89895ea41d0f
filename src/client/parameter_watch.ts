// ParameterWatch: the loops over parameters, and the subscriptions and requests that they need.

import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { approximateBytes } from "./bounded_map.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Stream, type Updates } from "./stream.ts";

/** How many lists of values may be queued for one loop. */
const MAX_QUEUED = 1000;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** The functions of the client that a {@linkcode ParameterWatch} uses. */
export interface ParameterWatchOwner {
  send(message: ClientMessage): void;
  getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]>;
  onError(error: unknown): void;
  /** Called when there are more parameters than loops over all parameters can subscribe to. It must only record the fact. */
  onFull(): void;
}

interface Watcher {
  stream: Stream<readonly Parameter[]>;
  /** An empty set stands for all parameters. */
  names: ReadonlySet<string>;
  /** Aborts its requests when the loop ends. */
  control: AbortController;
}

/** All loops over parameters of one client. */
export class ParameterWatch {
  readonly #owner: ParameterWatchOwner;
  readonly #maxNames: number;
  readonly #watchers = new Set<Watcher>();
  /** Loops over all parameters. */
  readonly #ofAll = new Set<Watcher>();
  /** All other loops, by each of their names. */
  readonly #byName = new Map<string, Set<Watcher>>();
  /** The names that are subscribed on the current connection. */
  readonly #subscribed = new Set<string>();

  /** Loops over all parameters do not subscribe to more when `maxNames` names are subscribed. */
  constructor(owner: ParameterWatchOwner, maxNames: number) {
    this.#owner = owner;
    this.#maxNames = maxNames;
  }

  /** Starts a loop over the named parameters, or over all if `names` is empty. */
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

  /** Delivers values that the server sent without a request. */
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

  /** Subscribes to newly seen parameters, if there is a loop over all. Parameters without a value do not exist and are skipped. */
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

  /** Subscribes again on a new connection. Each loop gets the current values again, because they may have changed in the meantime. */
  resume(): void {
    this.#subscribed.clear();
    for (const watcher of this.#watchers) void this.#begin(watcher);
  }

  /** Ends all loops, because the client does not connect again. */
  end(error: Error | undefined): void {
    for (const { stream } of [...this.#watchers]) stream.end(error);
  }

  /** Subscribes first and requests the values afterwards, so that a change between the two is not missed. */
  async #begin({ stream, names, control: { signal } }: Watcher): Promise<void> {
    try {
      // The client calls learned() with the answer before this promise continues, so `#subscribed` contains all names.
      if (names.size === 0) await this.#owner.getParameters([], signal);
      else this.#subscribe(names);
      signal.throwIfAborted();
      const values = await this.#owner.getParameters([...(names.size === 0 ? this.#subscribed : names)], signal);
      stream.push(names.size === 0 ? values : values.filter(({ name }) => names.has(name)));
    } catch (error) {
      // Other errors are expected: the connection was lost, and resume() starts again, or the loop has ended.
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
    // An empty list would unsubscribe from all parameters.
    if (unwanted.length > 0) this.#owner.send({ op: "unsubscribeParameterUpdates", parameterNames: unwanted });
  }

  #subscribe(names: Iterable<string>): void {
    const parameterNames = [...names].filter((name) => !this.#subscribed.has(name));
    for (const name of parameterNames) this.#subscribed.add(name);
    if (parameterNames.length > 0) this.#owner.send({ op: "subscribeParameterUpdates", parameterNames });
  }
}
