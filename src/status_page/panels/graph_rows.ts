// graphRows(): the rows of the table that shows a connection graph.

import type { ConnectionGraph } from "../../client/mod.ts";
import { clip } from "../clip.ts";

/** A topic with its publishers and subscribers, or a service with its providers. */
export interface GraphRow {
  /** The name, cut. A service is marked as one. */
  readonly name: string;
  /** The ids of the publishers or providers, as one text. */
  readonly publishers: string;
  /** The ids of the subscribers, as one text. Empty for a service. */
  readonly subscribers: string;
}

const MAX_ROWS = 300;
const MAX_IDS = 8;
const MAX_ID = 60;

/** Returns the first rows by name, topics before services, and the number of all rows. */
export function graphRows(graph: ConnectionGraph): { readonly rows: readonly GraphRow[]; readonly count: number } {
  const publishers = new Map(graph.publishedTopics.map(({ name, publisherIds }) => [name, publisherIds]));
  const subscribers = new Map(graph.subscribedTopics.map(({ name, subscriberIds }) => [name, subscriberIds]));
  const topics = [...new Set([...publishers.keys(), ...subscribers.keys()])].sort();
  const services = [...graph.advertisedServices].sort((a, b) => a.name < b.name ? -1 : 1);
  const rows = topics.slice(0, MAX_ROWS).map((name) => ({
    name: clip(name),
    publishers: listOf(publishers.get(name)),
    subscribers: listOf(subscribers.get(name)),
  }));
  rows.push(
    ...services.slice(0, MAX_ROWS - rows.length).map(({ name, providerIds }) => ({
      name: `${clip(name)} (service)`,
      publishers: listOf(providerIds),
      subscribers: "",
    })),
  );
  return { rows, count: topics.length + services.length };
}

function listOf(ids: readonly string[] = []): string {
  if (ids.length === 0) return "–";
  const shown = ids.slice(0, MAX_IDS).map((id) => clip(id, MAX_ID)).join(", ");
  return ids.length > MAX_IDS ? `${shown} and ${ids.length - MAX_IDS} more` : shown;
}
