// GraphView: the connection graph, put together from a snapshot and what changed since.

import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";

/** The graph as the server last told it. */
export class GraphView {
  #published = new Map<string, readonly string[]>();
  #subscribed = new Map<string, readonly string[]>();
  #services = new Map<string, readonly string[]>();

  /** Takes an update in: what it lists replaces what was known of the name, and then what is removed goes. */
  apply(update: ConnectionGraphUpdate): void {
    for (const { name, publisherIds } of update.publishedTopics) put(this.#published, name, publisherIds);
    for (const { name, subscriberIds } of update.subscribedTopics) put(this.#subscribed, name, subscriberIds);
    for (const { name, providerIds } of update.advertisedServices) put(this.#services, name, providerIds);
    for (const name of update.removedTopics) {
      this.#published.delete(name);
      this.#subscribed.delete(name);
    }
    for (const name of update.removedServices) this.#services.delete(name);
  }

  /** The whole graph. */
  graph(): ConnectionGraph {
    return {
      publishedTopics: [...this.#published].map(([name, publisherIds]) => ({ name, publisherIds })),
      subscribedTopics: [...this.#subscribed].map(([name, subscriberIds]) => ({ name, subscriberIds })),
      advertisedServices: [...this.#services].map(([name, providerIds]) => ({ name, providerIds })),
    };
  }
}

/** A name without ids is in the graph no more. */
function put(map: Map<string, readonly string[]>, name: string, ids: readonly string[]): void {
  if (ids.length > 0) map.set(name, ids);
  else map.delete(name);
}
