// The connection graph: who publishes, who subscribes, who serves.

import { fieldsToWrite, type JsonFields, STRING } from "./json_fields.ts";

/** Who publishes, subscribes to and serves what. Ids are free text, such as node names. */
export interface ConnectionGraph {
  /** One entry for each topic. */
  publishedTopics: readonly { name: string; publisherIds: readonly string[] }[];
  /** One entry for each topic. */
  subscribedTopics: readonly { name: string; subscriberIds: readonly string[] }[];
  /** One entry for each service. */
  advertisedServices: readonly { name: string; providerIds: readonly string[] }[];
}

/**
 * Server: what changed in the graph; each entry replaces what was known of its name. All five lists are always there.
 *
 * Spec: "Connection Graph Update" (JSON).
 */
export interface ConnectionGraphUpdate extends ConnectionGraph {
  /** The same on the wire. */
  op: "connectionGraphUpdate";
  /** Neither published nor subscribed to any more. */
  removedTopics: readonly string[];
  /** Served by nobody any more. */
  removedServices: readonly string[];
}

/**
 * Client: send me the graph, and then its changes.
 *
 * Spec: "Subscribe Connection Graph" (JSON).
 */
export interface SubscribeConnectionGraph {
  /** The same on the wire. */
  op: "subscribeConnectionGraph";
}

/**
 * Client: no more of the graph.
 *
 * Spec: "Unsubscribe Connection Graph" (JSON).
 */
export interface UnsubscribeConnectionGraph {
  /** The same on the wire. */
  op: "unsubscribeConnectionGraph";
}

/** Reads a `connectionGraphUpdate`. Where a peer left out a list, nothing changed in it. */
export function readConnectionGraphUpdate(fields: JsonFields<keyof ConnectionGraphUpdate>): ConnectionGraphUpdate {
  return {
    op: "connectionGraphUpdate",
    publishedTopics: readEntries(fields, "publishedTopics", (entry) => ({
      name: entry.get("name", STRING),
      publisherIds: entry.list("publisherIds", STRING),
    })),
    subscribedTopics: readEntries(fields, "subscribedTopics", (entry) => ({
      name: entry.get("name", STRING),
      subscriberIds: entry.list("subscriberIds", STRING),
    })),
    advertisedServices: readEntries(fields, "advertisedServices", (entry) => ({
      name: entry.get("name", STRING),
      providerIds: entry.list("providerIds", STRING),
    })),
    removedTopics: readNames(fields, "removedTopics"),
    removedServices: readNames(fields, "removedServices"),
  };
}

/** What goes into the JSON. */
export function writeConnectionGraphUpdate(message: ConnectionGraphUpdate): ConnectionGraphUpdate {
  return readConnectionGraphUpdate(fieldsToWrite(message));
}

function readEntries<Name extends string, T>(
  fields: JsonFields<Name>,
  name: Name,
  read: (entry: JsonFields) => T,
): T[] {
  return !fields.strict && fields.raw(name) === undefined ? [] : fields.each(name, "name", read);
}

function readNames<Name extends string>(fields: JsonFields<Name>, name: Name): string[] {
  return !fields.strict && fields.raw(name) === undefined ? [] : fields.list(name, STRING);
}
