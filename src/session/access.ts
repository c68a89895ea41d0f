// Access: checks a client's rights, and filters the messages that the client receives.

import { nameMatcher, type NamePattern } from "../name_patterns.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { Service } from "../protocol/services.ts";
import { canonicalAssetUri, hasNoDotSegments } from "./asset_uri.ts";
import { NAME_LISTS, type NameList, type Rights } from "./rights.ts";

/** Denied to read-only clients. */
const WRITE_LISTS: readonly NameList[] = ["clientTopics", "services", "writableParameters"];

/** The lists that limit a capability. A client cannot use the capability if all of its lists are empty. */
const LISTS_OF: Readonly<Partial<Record<Capability, readonly NameList[]>>> = {
  clientPublish: ["clientTopics"],
  parameters: ["readableParameters", "writableParameters"],
  parametersSubscribe: ["readableParameters"],
  services: ["services"],
  connectionGraph: ["topics", "services"],
  assets: ["assets"],
};

/**
 * The rights of one client. Data that they do not limit is not copied, so that all clients can share one encoded frame.
 */
export class Access {
  /** Whether the client is read-only. */
  readonly isReadOnly: boolean;
  /** One matcher for each list that the rights limit. A list without a matcher allows every name. */
  readonly #matchers = new Map<NameList, (name: string) => boolean>();
  /** The lists that allow no name. */
  readonly #empty = new Set<NameList>();

  /** Copies the rights: later changes to `rights` have no effect. */
  constructor(rights: Rights = {}) {
    this.isReadOnly = rights.readOnly ?? false;
    for (const list of NAME_LISTS) {
      const patterns = this.isReadOnly && WRITE_LISTS.includes(list) ? [] : rights[list];
      if (!patterns) continue;
      this.#matchers.set(list, list === "assets" ? assetMatcher(patterns) : nameMatcher(patterns));
      if (patterns.length === 0) this.#empty.add(list);
    }
  }

  /**
   * Whether the rights deny everything that a capability allows. The server does not offer such a capability to the
   * client.
   */
  excludes(capability: Capability): boolean {
    if (capability === "playbackControl") return this.isReadOnly;
    return LISTS_OF[capability]?.every((list) => this.#empty.has(list)) ?? false;
  }

  /** Whether a list allows no name. */
  isEmpty(list: NameList): boolean {
    return this.#empty.has(list);
  }

  /** Whether the rights limit the names of a list. */
  isRestricted(list: NameList): boolean {
    return this.#matchers.has(list);
  }

  /** Whether a list allows this name. */
  allows(list: NameList, name: string): boolean {
    return this.#matchers.get(list)?.(name) ?? true;
  }

  /** Returns the services that the client may see. */
  services(services: readonly Service[]): readonly Service[] {
    if (!this.isRestricted("services")) return services;
    return services.filter(({ name }) => this.allows("services", name));
  }

  /** Returns the parameters that the client may see. */
  parameters<T extends Pick<Parameter, "name">>(parameters: readonly T[]): readonly T[] {
    if (!this.isRestricted("readableParameters")) return parameters;
    return parameters.filter(({ name }) => this.allows("readableParameters", name));
  }

  /** Returns the part of a graph update that the client may see. */
  graph(update: ConnectionGraphUpdate): ConnectionGraphUpdate {
    if (!this.isRestricted("topics") && !this.isRestricted("services")) return update;
    const topic = (name: string) => this.allows("topics", name);
    const service = (name: string) => this.allows("services", name);
    return {
      op: "connectionGraphUpdate",
      publishedTopics: update.publishedTopics.filter(({ name }) => topic(name)),
      subscribedTopics: update.subscribedTopics.filter(({ name }) => topic(name)),
      advertisedServices: update.advertisedServices.filter(({ name }) => service(name)),
      removedTopics: update.removedTopics.filter(topic),
      removedServices: update.removedServices.filter(service),
    };
  }
}

function assetMatcher(patterns: readonly NamePattern[]): (uri: string) => boolean {
  const matches = nameMatcher(patterns, canonicalAssetUri);
  return (uri) => {
    const canonical = canonicalAssetUri(uri);
    return canonical !== undefined && hasNoDotSegments(canonical) && matches(canonical);
  };
}
