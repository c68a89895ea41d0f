// GraphState: the current connection graph, and the differences between successive graphs.

import {
  type ConnectionGraph,
  type ConnectionGraphUpdate,
  writeConnectionGraphUpdate,
} from "../protocol/connection_graph.ts";

/** Ids by name. Names without ids are left out, except in differences. */
type IdsByName = ReadonlyMap<string, ReadonlySet<string>>;

/** The current graph. */
export class GraphState {
  #published: IdsByName = new Map();
  #subscribed: IdsByName = new Map();
  #services: IdsByName = new Map();
  /** Increases each time the graph is replaced. */
  version = 0;

  /** Returns the whole graph, as an update for a new subscriber. */
  snapshot(): ConnectionGraphUpdate {
    return update(this.#published, this.#subscribed, this.#services, [], []);
  }

  /**
   * Replaces the graph. Returns the difference, or `undefined` if there is none.
   *
   * @throws {TypeError} If a member has the wrong type. The graph is then unchanged.
   */
  replace(graph: ConnectionGraph): ConnectionGraphUpdate | undefined {
    // Checks the whole graph first. Otherwise an invalid member would fail later in snapshots, for clients instead of
    // the caller.
    const { publishedTopics, subscribedTopics, advertisedServices } = writeConnectionGraphUpdate({
      ...graph,
      op: "connectionGraphUpdate",
      removedTopics: [],
      removedServices: [],
    });
    const published = byName(publishedTopics.map((topic) => [topic.name, topic.publisherIds]));
    const subscribed = byName(subscribedTopics.map((topic) => [topic.name, topic.subscriberIds]));
    const services = byName(advertisedServices.map((service) => [service.name, service.providerIds]));

    const topicsBefore = new Set([...this.#published.keys(), ...this.#subscribed.keys()]);
    const removedTopics = [...topicsBefore].filter((name) => !published.has(name) && !subscribed.has(name));
    const removedServices = [...this.#services.keys()].filter((name) => !services.has(name));

    const difference = update(
      changes(this.#published, published, new Set(removedTopics)),
      changes(this.#subscribed, subscribed, new Set(removedTopics)),
      changes(this.#services, services, new Set(removedServices)),
      removedTopics,
      removedServices,
    );
    this.#published = published;
    this.#subscribed = subscribed;
    this.#services = services;
    this.version += 1;
    return isEmpty(difference) ? undefined : difference;
  }
}

/** Whether an update contains no changes. */
export function isEmpty({ op: _op, ...lists }: ConnectionGraphUpdate): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}

/** Merges entries with the same name, and leaves out names without ids. */
function byName(entries: readonly (readonly [string, readonly string[]])[]): IdsByName {
  const ids = new Map<string, Set<string>>();
  for (const [name, more] of entries) {
    if (more.length > 0) ids.set(name, new Set([...ids.get(name) ?? [], ...more]));
  }
  return ids;
}

/**
 * Returns the names whose ids differ. A name that lost all ids but is not removed is included without ids, because
 * clients would otherwise keep the old ids.
 */
function changes(before: IdsByName, after: IdsByName, removed: ReadonlySet<string>): IdsByName {
  const changed = new Map<string, ReadonlySet<string>>();
  for (const [name, ids] of after) {
    const old = before.get(name);
    if (!old || old.size !== ids.size || !ids.isSubsetOf(old)) changed.set(name, ids);
  }
  for (const name of before.keys()) {
    if (!after.has(name) && !removed.has(name)) changed.set(name, new Set());
  }
  return changed;
}

function update(
  published: IdsByName,
  subscribed: IdsByName,
  services: IdsByName,
  removedTopics: string[],
  removedServices: string[],
): ConnectionGraphUpdate {
  return {
    op: "connectionGraphUpdate",
    publishedTopics: [...published].map(([name, ids]) => ({ name, publisherIds: [...ids] })),
    subscribedTopics: [...subscribed].map(([name, ids]) => ({ name, subscriberIds: [...ids] })),
    advertisedServices: [...services].map(([name, ids]) => ({ name, providerIds: [...ids] })),
    removedTopics,
    removedServices,
  };
}
