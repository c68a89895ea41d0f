// CombinedGraph: the connection graphs of all upstreams, as one graph.

import type { ConnectionGraph } from "../../protocol/connection_graph.ts";
import type { NamePrefix } from "./name_prefix.ts";

const EMPTY: ConnectionGraph = { publishedTopics: [], subscribedTopics: [], advertisedServices: [] };

/** The graphs of upstreams, by the names of the upstreams. */
export class CombinedGraph {
  readonly #graphs = new Map<string, ConnectionGraph>();

  /** Replaces the graph of an upstream. `undefined` removes it. Returns whether that changed anything. */
  set(upstream: string, prefix: NamePrefix, graph: ConnectionGraph | undefined): boolean {
    if (!graph) return this.#graphs.delete(upstream);
    this.#graphs.set(upstream, prefixed(graph, prefix));
    return true;
  }

  /** Returns all graphs as one. Entries of the same name are joined. */
  whole(): ConnectionGraph {
    const [first, ...others] = this.#graphs.values();
    if (!first) return EMPTY;
    if (others.length === 0) return first;
    const all = [first, ...others];
    return {
      publishedTopics: joined(
        all.flatMap((graph) => entriesOf(graph.publishedTopics, ({ publisherIds }) => publisherIds)),
      )
        .map(([name, publisherIds]) => ({ name, publisherIds })),
      subscribedTopics: joined(
        all.flatMap((graph) => entriesOf(graph.subscribedTopics, ({ subscriberIds }) => subscriberIds)),
      ).map(([name, subscriberIds]) => ({ name, subscriberIds })),
      advertisedServices: joined(
        all.flatMap((graph) => entriesOf(graph.advertisedServices, ({ providerIds }) => providerIds)),
      ).map(([name, providerIds]) => ({ name, providerIds })),
    };
  }
}

type Entry = readonly [name: string, ids: readonly string[]];

function entriesOf<T extends { readonly name: string }>(
  list: readonly T[],
  idsOf: (each: T) => readonly string[],
): Entry[] {
  return list.map((each) => [each.name, idsOf(each)] as const);
}

function joined(entries: readonly Entry[]): [string, string[]][] {
  const byName = new Map<string, Set<string>>();
  for (const [name, ids] of entries) {
    const known = byName.get(name) ?? new Set();
    for (const id of ids) known.add(id);
    byName.set(name, known);
  }
  return [...byName].map(([name, ids]) => [name, [...ids]]);
}

function prefixed(graph: ConnectionGraph, prefix: NamePrefix): ConnectionGraph {
  if (prefix.text === "") return graph;
  const all = (names: readonly string[]) => names.map((name) => prefix.outward(name));
  return {
    publishedTopics: graph.publishedTopics.map(({ name, publisherIds }) => {
      return { name: prefix.outward(name), publisherIds: all(publisherIds) };
    }),
    subscribedTopics: graph.subscribedTopics.map(({ name, subscriberIds }) => {
      return { name: prefix.outward(name), subscriberIds: all(subscriberIds) };
    }),
    advertisedServices: graph.advertisedServices.map(({ name, providerIds }) => {
      return { name: prefix.outward(name), providerIds: all(providerIds) };
    }),
  };
}
