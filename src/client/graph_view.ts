// GraphView: the connection graph, put together from a snapshot and what changed since.

import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import { BoundedMap, KEEP_ALL, type KeepLimits } from "./bounded_map.ts";

/** The graph as the server last told it. */
export class GraphView {
  readonly #published: GraphEntries<ConnectionGraph["publishedTopics"][number]>;
  readonly #subscribed: GraphEntries<ConnectionGraph["subscribedTopics"][number]>;
  readonly #services: GraphEntries<ConnectionGraph["advertisedServices"][number]>;
  #graph: ConnectionGraph | undefined;

  /** `onFull` is as in {@linkcode BoundedMap}, for each of the three lists. */
  constructor(limits: KeepLimits = KEEP_ALL, onFull: () => void = () => {}) {
    this.#published = new GraphEntries(limits, onFull);
    this.#subscribed = new GraphEntries(limits, onFull);
    this.#services = new GraphEntries(limits, onFull);
  }

  /** Takes an update in: what it lists replaces what was known of the name, and then what is removed goes. */
  apply(update: ConnectionGraphUpdate): void {
    this.#graph = undefined;
    for (const entry of update.publishedTopics) this.#published.put(entry, entry.publisherIds);
    for (const entry of update.subscribedTopics) this.#subscribed.put(entry, entry.subscriberIds);
    for (const entry of update.advertisedServices) this.#services.put(entry, entry.providerIds);
    for (const name of update.removedTopics) {
      this.#published.remove(name);
      this.#subscribed.remove(name);
    }
    for (const name of update.removedServices) this.#services.remove(name);
  }

  /** How many entries its lists have. */
  get size(): number {
    return this.#published.size + this.#subscribed.size + this.#services.size;
  }

  /** The whole graph: the same object until the next update, with the same lists as before where none of their entries changed. */
  graph(): ConnectionGraph {
    this.#graph ??= {
      publishedTopics: this.#published.list(),
      subscribedTopics: this.#subscribed.list(),
      advertisedServices: this.#services.list(),
    };
    return this.#graph;
  }
}

/** One list of the graph. An update costs as much as it lists; only reading the list costs as much as the list is long. */
class GraphEntries<Entry extends { name: string }> {
  readonly #byName: BoundedMap<string, Entry>;
  #list: readonly Entry[] | undefined;

  constructor(limits: KeepLimits, onFull: () => void) {
    this.#byName = new BoundedMap(limits, onFull);
  }

  get size(): number {
    return this.#byName.entries.size;
  }

  /** A name without ids is in the graph no more. */
  put(entry: Entry, ids: readonly string[]): void {
    this.#list = undefined;
    if (ids.length > 0) this.#byName.set(entry.name, entry);
    else this.#byName.delete(entry.name);
  }

  remove(name: string): void {
    if (this.#byName.delete(name)) this.#list = undefined;
  }

  /** What was read before is not changed. */
  list(): readonly Entry[] {
    this.#list ??= [...this.#byName.entries.values()];
    return this.#list;
  }
}
