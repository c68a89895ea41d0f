// ParameterWatch: the loops over parameters, and the subscriptions and requests that they need.

import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter } from "../protocol/parameters.ts";
import { approximateBytes } from "./bounded_map.ts";
import { ConnectionClosedError } from "./errors.ts";
import { SetsByKey } from "./sets_by_key.ts";
import { UpdateQueue } from "./update_queue.ts";
import type { UpdateStream } from "./update_stream.ts";

/** How many lists of values may be queued for one loop. */
const MAX_QUEUED = 1000;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** The functions of the client that a {@linkcode ParameterWatch} uses. */
export interface ParameterWatchContext {
  send(message: ClientMessage): void;
  getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]>;
  /** Whether there is a connection to a server with the capability. Reports a server without it. */
  isSupported(): boolean;
  onError(error: unknown): void;
  /**
   * Called when there are more parameters than loops over all parameters can subscribe to. It must only record the
   * fact.
   */
  onFull(): void;
}

interface Watcher {
  queue: UpdateQueue<readonly Parameter[]>;
  /** An empty set stands for all parameters. */
  names: ReadonlySet<string>;
  /**
   * Aborts its requests when the loop ends or the connection is lost. `undefined` until the server of the current
   * connection has received the subscription.
   */
  abortController: AbortController | undefined;
}

/** All loops over parameters of one client. */
export class ParameterWatch {
  readonly #context: ParameterWatchContext;
  readonly #maxNames: number;
  readonly #watchers = new Set<Watcher>();
  /** Loops over all parameters. */
  readonly #watchersOfAll = new Set<Watcher>();
  /** All other loops, by each of their names. */
  readonly #watchersByName = new SetsByKey<string, Watcher>();
  /** The names that are subscribed on the current connection. */
  readonly #subscribed = new Set<string>();

  /** Loops over all parameters do not subscribe to more when `maxNames` names are subscribed. */
  constructor(context: ParameterWatchContext, maxNames: number) {
    this.#context = context;
    this.#maxNames = maxNames;
  }

  /**
   * Starts a loop over the named parameters, or over all if `names` is empty. It subscribes now, or when the server
   * supports it.
   *
   * @throws {TypeError} When `names` is not a list of text.
   */
  add(names: readonly string[], signal: AbortSignal | undefined): UpdateStream<readonly Parameter[]> {
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
      throw new TypeError("Cannot subscribe to parameters: the names must be an array of strings");
    }
    const queue = new UpdateQueue<readonly Parameter[]>({
      maxQueued: MAX_QUEUED,
      maxQueuedBytes: MAX_QUEUED_BYTES,
      sizeOf: approximateBytes,
      signal,
      onEnd: () => this.#remove(watcher),
    });
    const watcher: Watcher = { queue, names: new Set(names), abortController: undefined };
    this.#watchers.add(watcher);
    if (watcher.names.size === 0) this.#watchersOfAll.add(watcher);
    for (const name of watcher.names) this.#watchersByName.add(name, watcher);
    this.subscribe();
    return queue;
  }

  /** Delivers values that the server sent without a request. */
  onUpdate(parameters: readonly Parameter[]): void {
    this.addKnown(parameters);
    if (parameters.length > 0) { for (const { queue } of this.#watchersOfAll) queue.push(parameters); }
    const valuesByWatcher = new Map<Watcher, Parameter[]>();
    for (const parameter of parameters) {
      for (const watcher of this.#watchersByName.get(parameter.name)) {
        const others = valuesByWatcher.get(watcher);
        if (others) others.push(parameter);
        else valuesByWatcher.set(watcher, [parameter]);
      }
    }
    for (const [{ queue }, values] of valuesByWatcher) queue.push(values);
  }

  /**
   * Subscribes to newly seen parameters, if there is a loop over all. Parameters without a value do not exist and are
   * skipped.
   */
  addKnown(parameters: readonly Parameter[]): void {
    if (this.#watchersOfAll.size === 0) return;
    const names = new Set<string>();
    for (const { name, value } of parameters) {
      if (value === undefined || this.#subscribed.has(name)) continue;
      if (this.#subscribed.size + names.size < this.#maxNames) names.add(name);
      else this.#context.onFull();
    }
    this.#subscribe(names);
  }

  /**
   * Starts the loops that wait for a server with the capability. On a new connection each loop gets the current values
   * again, because they may have changed in the meantime.
   */
  subscribe(): void {
    const waiting = [...this.#watchers].filter(({ abortController }) => !abortController);
    if (waiting.length === 0 || !this.#context.isSupported()) return;
    for (const watcher of waiting) void this.#startWatcher(watcher);
  }

  /** Forgets the subscriptions of a lost connection. */
  onConnectionLost(): void {
    this.#subscribed.clear();
    for (const watcher of this.#watchers) {
      watcher.abortController?.abort();
      watcher.abortController = undefined;
    }
  }

  /** Ends all loops, because the client does not connect again. */
  end(error: Error | undefined): void {
    for (const { queue } of [...this.#watchers]) queue.end(error);
  }

  /** Subscribes first and requests the values afterwards, so that a change between the two is not missed. */
  async #startWatcher(watcher: Watcher): Promise<void> {
    const { queue, names } = watcher;
    watcher.abortController = new AbortController();
    const { signal } = watcher.abortController;
    try {
      // The client calls addKnown() with the response before this promise continues, so `#subscribed` contains all
      // names.
      if (names.size === 0) await this.#context.getParameters([], signal);
      else this.#subscribe(names);
      signal.throwIfAborted();
      const values = await this.#context.getParameters([...(names.size === 0 ? this.#subscribed : names)], signal);
      queue.push(names.size === 0 ? values : values.filter(({ name }) => names.has(name)));
    } catch (error) {
      // Other errors are expected: the connection was lost, and subscribe() starts again, or the loop has ended.
      if (!(error instanceof ConnectionClosedError) && !signal.aborted) this.#context.onError(error);
    }
  }

  #remove(watcher: Watcher): void {
    watcher.abortController?.abort();
    this.#watchers.delete(watcher);
    const watchedAll = this.#watchersOfAll.delete(watcher);
    for (const name of watcher.names) this.#watchersByName.delete(name, watcher);
    if (this.#watchersOfAll.size > 0) return;
    const candidates = watchedAll ? this.#subscribed : watcher.names;
    const unwatched = [...candidates].filter((name) => this.#subscribed.has(name) && !this.#watchersByName.has(name));
    for (const name of unwatched) this.#subscribed.delete(name);
    // An empty list would unsubscribe from all parameters.
    if (unwatched.length > 0) this.#context.send({ op: "unsubscribeParameterUpdates", parameterNames: unwatched });
  }

  #subscribe(names: Iterable<string>): void {
    const parameterNames = [...names].filter((name) => !this.#subscribed.has(name));
    for (const name of parameterNames) this.#subscribed.add(name);
    if (parameterNames.length > 0) this.#context.send({ op: "subscribeParameterUpdates", parameterNames });
  }
}
