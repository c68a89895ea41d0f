// GraphView: the connection graph, built from a snapshot and the updates since then.

import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import { BoundedMap, type KeepLimits, NO_LIMITS } from "./bounded_map.ts";

/** The graph after the last update from the server. */
export class GraphView {
  readonly #published: GraphEntries<ConnectionGraph["publishedTopics"][number]>;
  readonly #subscribed: GraphEntries<ConnectionGraph["subscribedTopics"][number]>;
  readonly #services: GraphEntries<ConnectionGraph["advertisedServices"][number]>;
  #graph: ConnectionGraph | undefined;

  /** The limits apply to each of the three lists. See {@linkcode BoundedMap} about `onFull`. */
  constructor(limits: KeepLimits = NO_LIMITS, onFull: () => void = () => {}) {
    this.#published = new GraphEntries(limits, onFull);
    this.#subscribed = new GraphEntries(limits, onFull);
    this.#services = new GraphEntries(limits, onFull);
  }

  /** Applies an update: listed names replace their old entries, then the removed names are deleted. */
  apply(update: ConnectionGraphUpdate): void {
    this.#graph = undefined;
    for (const entry of update.publishedTopics) this.#published.set(entry, entry.publisherIds);
    for (const entry of update.subscribedTopics) this.#subscribed.set(entry, entry.subscriberIds);
    for (const entry of update.advertisedServices) this.#services.set(entry, entry.providerIds);
    for (const name of update.removedTopics) {
      this.#published.delete(name);
      this.#subscribed.delete(name);
    }
    for (const name of update.removedServices) this.#services.delete(name);
  }

  /** The number of entries in all lists together. */
  get size(): number {
    return this.#published.size + this.#subscribed.size + this.#services.size;
  }

  /**
   * Returns the whole graph, as the same object until the next update. Lists that an update does not change are reused.
   */
  graph(): ConnectionGraph {
    this.#graph ??= {
      publishedTopics: this.#published.list(),
      subscribedTopics: this.#subscribed.list(),
      advertisedServices: this.#services.list(),
    };
    return this.#graph;
  }
}

/**
 * One list of the graph. The cost of an update depends on its own size only. Reading the list after a change copies the
 * whole list.
 */
class GraphEntries<Entry extends { name: string }> {
  readonly #byName: BoundedMap<string, Entry>;
  #list: readonly Entry[] | undefined;

  constructor(limits: KeepLimits, onFull: () => void) {
    this.#byName = new BoundedMap(limits, onFull);
  }

  get size(): number {
    return this.#byName.entries.size;
  }

  /** An entry without ids is removed from the graph. */
  set(entry: Entry, ids: readonly string[]): void {
    this.#list = undefined;
    if (ids.length > 0) this.#byName.set(entry.name, entry);
    else this.#byName.delete(entry.name);
  }

  delete(name: string): void {
    if (this.#byName.delete(name)) this.#list = undefined;
  }

  /** Returns a list that later updates do not change. */
  list(): readonly Entry[] {
    this.#list ??= [...this.#byName.entries.values()];
    return this.#list;
  }
}
