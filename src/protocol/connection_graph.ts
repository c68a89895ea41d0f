// The connection graph: the publishers, subscribers and service providers.

import { fieldsToWrite, type JsonFields, STRING } from "./json_fields.ts";

/** The publishers and subscribers of topics, and the providers of services. Ids are free text, such as node names. */
export interface ConnectionGraph {
  /** The publishers, with one entry for each topic. */
  publishedTopics: readonly { name: string; publisherIds: readonly string[] }[];
  /** The subscribers, with one entry for each topic. */
  subscribedTopics: readonly { name: string; subscriberIds: readonly string[] }[];
  /** The providers, with one entry for each service. */
  advertisedServices: readonly { name: string; providerIds: readonly string[] }[];
}

/**
 * From the server: changes of the graph. An entry replaces the earlier entry with the same name. All five lists are
 * always present.
 *
 * Spec: "Connection Graph Update" (JSON).
 */
export interface ConnectionGraphUpdate extends ConnectionGraph {
  /** The same `op` as in the JSON. */
  op: "connectionGraphUpdate";
  /** Topics that have neither publishers nor subscribers any more. */
  removedTopics: readonly string[];
  /** Services that do not have providers any more. */
  removedServices: readonly string[];
}

/**
 * From the client: requests the graph, and then its changes.
 *
 * Spec: "Subscribe Connection Graph" (JSON).
 */
export interface SubscribeConnectionGraph {
  /** The same `op` as in the JSON. */
  op: "subscribeConnectionGraph";
}

/**
 * From the client: stops the updates of the graph.
 *
 * Spec: "Unsubscribe Connection Graph" (JSON).
 */
export interface UnsubscribeConnectionGraph {
  /** The same `op` as in the JSON. */
  op: "unsubscribeConnectionGraph";
}

/** Reads a `connectionGraphUpdate`. A list that a peer left out is read as empty: nothing changed in it. */
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

/** Checks a `connectionGraphUpdate` and returns the object to send as JSON. */
export function writeConnectionGraphUpdate(message: ConnectionGraphUpdate): ConnectionGraphUpdate {
  return readConnectionGraphUpdate(fieldsToWrite(message));
}

function readEntries<Name extends string, T>(
  fields: JsonFields<Name>,
  name: Name,
  read: (entry: JsonFields) => T,
): T[] {
  return fields.mode === "read" && fields.raw(name) === undefined ? [] : fields.readObjects(name, "name", read);
}

function readNames<Name extends string>(fields: JsonFields<Name>, name: Name): string[] {
  return fields.mode === "read" && fields.raw(name) === undefined ? [] : fields.list(name, STRING);
}
