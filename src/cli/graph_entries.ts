// Graph entries: the connection graph as a list of topics and services, and the differences between two graphs.

import type { ConnectionGraph } from "../client/mod.ts";

/** A topic or a service with the ids of the nodes that use it. */
export type GraphEntry =
  | { readonly topic: string; readonly publishers: readonly string[]; readonly subscribers: readonly string[] }
  | { readonly service: string; readonly providers: readonly string[] };

/** Returns an entry for each topic, then for each service, sorted by name. */
export function graphEntries({ publishedTopics, subscribedTopics, advertisedServices }: ConnectionGraph): GraphEntry[] {
  const publishers = new Map(publishedTopics.map(({ name, publisherIds }) => [name, publisherIds]));
  const subscribers = new Map(subscribedTopics.map(({ name, subscriberIds }) => [name, subscriberIds]));
  const providers = new Map(advertisedServices.map(({ name, providerIds }) => [name, providerIds]));
  const topics = [...new Set([...publishers.keys(), ...subscribers.keys()])].toSorted();
  return [
    ...topics.map((topic) => ({
      topic,
      publishers: sorted(publishers.get(topic)),
      subscribers: sorted(subscribers.get(topic)),
    })),
    ...[...providers.keys()].toSorted().map((service) => ({ service, providers: sorted(providers.get(service)) })),
  ];
}

/** Returns a role of an entry and the ids in it, such as `["publishers", ["a", "b"]]`. */
export function rolesOf(entry: GraphEntry): [role: string, ids: readonly string[]][] {
  return "topic" in entry
    ? [["publishers", entry.publishers], ["subscribers", entry.subscribers]]
    : [["providers", entry.providers]];
}

/** Returns the name of the topic or service. */
export function nameOf(entry: GraphEntry): string {
  return "topic" in entry ? entry.topic : entry.service;
}

/** The change of an entry. */
export interface GraphChange {
  /** The entry after the change. Its lists are empty if it was removed. */
  readonly entry: GraphEntry;
  /** Such as `+ /imu publishers: driver`. */
  readonly lines: readonly string[];
}

/** Returns the entries that differ between two graphs. */
export function graphChanges(before: readonly GraphEntry[], after: readonly GraphEntry[]): GraphChange[] {
  const previous = new Map(before.map((entry) => [keyOf(entry), entry]));
  const current = new Map(after.map((entry) => [keyOf(entry), entry]));
  const removed = before.filter((entry) => !current.has(keyOf(entry))).map(emptied);
  return [...after, ...removed].flatMap((entry) => {
    const old = rolesOf(previous.get(keyOf(entry)) ?? emptied(entry));
    const lines = rolesOf(entry).flatMap(([role, ids], index) => {
      const oldIds = old[index]![1];
      const line = (sign: string, id: string) => `${sign} ${nameOf(entry)} ${role}: ${id}`;
      return [
        ...oldIds.filter((id) => !ids.includes(id)).map((id) => line("-", id)),
        ...ids.filter((id) => !oldIds.includes(id)).map((id) => line("+", id)),
      ];
    });
    return lines.length > 0 ? [{ entry, lines }] : [];
  });
}

function sorted(ids: readonly string[] = []): string[] {
  return ids.toSorted();
}

function keyOf(entry: GraphEntry): string {
  return "topic" in entry ? `topic ${entry.topic}` : `service ${entry.service}`;
}

function emptied(entry: GraphEntry): GraphEntry {
  return "topic" in entry
    ? { topic: entry.topic, publishers: [], subscribers: [] }
    : { service: entry.service, providers: [] };
}
