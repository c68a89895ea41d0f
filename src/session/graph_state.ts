// GraphState: the connection graph as it stands, and the differences to the one before.

import {
  type ConnectionGraph,
  type ConnectionGraphUpdate,
  writeConnectionGraphUpdate,
} from "../protocol/connection_graph.ts";

/** Ids by name. A name without ids is not in it. */
type IdsByName = ReadonlyMap<string, ReadonlySet<string>>;

/** The newest graph. */
export class GraphState {
  #published: IdsByName = new Map();
  #subscribed: IdsByName = new Map();
  #services: IdsByName = new Map();
  /** Grows whenever the graph is replaced. */
  version = 0;

  /** The whole graph, as an update to somebody who knows nothing. */
  snapshot(): ConnectionGraphUpdate {
    return update(this.#published, this.#subscribed, this.#services, [], []);
  }

  /**
   * Puts `graph` in the place of the one before. Returns the difference, or nothing if there is none.
   *
   * @throws {TypeError} When a member is of the wrong kind; the graph then stays as it was.
   */
  replace(graph: ConnectionGraph): ConnectionGraphUpdate | undefined {
    // All of it and at once: a fault that got in would come out in every snapshot, and fail the clients instead of the caller.
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

/** Whether an update says nothing. */
export function isEmpty({ op: _op, ...lists }: ConnectionGraphUpdate): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}

/** Merges what is said of the same name in several entries, and leaves out names without ids. */
function byName(entries: readonly (readonly [string, readonly string[]])[]): IdsByName {
  const ids = new Map<string, Set<string>>();
  for (const [name, more] of entries) {
    if (more.length > 0) ids.set(name, new Set([...ids.get(name) ?? [], ...more]));
  }
  return ids;
}

/** The names whose ids differ. A name that lost all its ids but is not removed stands there with none, or clients would keep the old ones. */
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
