// Access: tells, by a client's rights, what it may use; and leaves out the rest of what it is sent.

import type { Capability } from "../protocol/capabilities.ts";
import type { ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { Service } from "../protocol/services.ts";
import { canonicalAssetUri, isDirect } from "./asset_uri.ts";
import { NAME_LISTS, type NameList, type NamePattern, type Rights } from "./rights.ts";

/** What is denied to those who only look. */
const DEEDS: readonly NameList[] = ["clientTopics", "services", "writableParameters"];

/** The lists that limit a capability: it is useless to a client for which all of them are empty. */
const LISTS_OF: Readonly<Partial<Record<Capability, readonly NameList[]>>> = {
  clientPublish: ["clientTopics"],
  parameters: ["readableParameters", "writableParameters"],
  parametersSubscribe: ["readableParameters"],
  services: ["services"],
  connectionGraph: ["topics", "services"],
  assets: ["assets"],
};

/** One client's. Whatever is not limited is handed on as it is, not copied: a frame of it serves all clients. */
export class Access {
  /** Whether the client may do nothing but look. */
  readonly isReadOnly: boolean;
  /** Of the lists that are limited. */
  readonly #matchers = new Map<NameList, (name: string) => boolean>();
  /** The lists that allow nothing. */
  readonly #empty = new Set<NameList>();

  /** Reads the rights now: what is done to them later has no effect. */
  constructor(rights: Rights = {}) {
    this.isReadOnly = rights.readOnly ?? false;
    for (const list of NAME_LISTS) {
      const patterns = this.isReadOnly && DEEDS.includes(list) ? [] : rights[list];
      if (!patterns) continue;
      this.#matchers.set(list, list === "assets" ? assetMatcher(patterns) : matcher(patterns));
      if (patterns.length === 0) this.#empty.add(list);
    }
  }

  /** Whether the rights deny everything that a capability allows. Such a capability is not offered to the client. */
  rulesOut(capability: Capability): boolean {
    if (capability === "playbackControl") return this.isReadOnly;
    return LISTS_OF[capability]?.every((list) => this.#empty.has(list)) ?? false;
  }

  /** Whether the client may use nothing of a kind. */
  isEmpty(list: NameList): boolean {
    return this.#empty.has(list);
  }

  /** Whether there are limits at all to what it may use of a kind. */
  limits(list: NameList): boolean {
    return this.#matchers.has(list);
  }

  /** Whether it may use what has this name. */
  allows(list: NameList, name: string): boolean {
    return this.#matchers.get(list)?.(name) ?? true;
  }

  /** The services that it may be told of. */
  services(services: readonly Service[]): readonly Service[] {
    if (!this.limits("services")) return services;
    return services.filter(({ name }) => this.allows("services", name));
  }

  /** The parameters that it may be told of. */
  parameters<T extends Pick<Parameter, "name">>(parameters: readonly T[]): readonly T[] {
    if (!this.limits("readableParameters")) return parameters;
    return parameters.filter(({ name }) => this.allows("readableParameters", name));
  }

  /** The part of the graph that it may be told of. */
  graph(update: ConnectionGraphUpdate): ConnectionGraphUpdate {
    if (!this.limits("topics") && !this.limits("services")) return update;
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
  const matches = matcher(patterns, canonicalAssetUri);
  return (uri) => {
    const canonical = canonicalAssetUri(uri);
    return canonical !== undefined && isDirect(canonical) && matches(canonical);
  };
}

/** `canonical` is the form in which names are compared; a pattern that has none matches nothing. */
function matcher(
  patterns: readonly NamePattern[],
  canonical: (name: string) => string | undefined = (name) => name,
): (name: string) => boolean {
  const strings = patterns.filter((pattern) => typeof pattern === "string");
  const exact = new Set(strings.filter((pattern) => !pattern.endsWith("*")).map(canonical));
  const beginnings = strings.filter((pattern) => pattern.endsWith("*")).map((pattern) =>
    canonical(pattern.slice(0, -1))
  )
    .filter((beginning) => beginning !== undefined);
  const expressions = patterns.filter((pattern) => pattern instanceof RegExp).map(({ source, flags }) =>
    new RegExp(source, flags)
  );
  return (name) =>
    exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning)) ||
    expressions.some((expression) => {
      // With the flag "g" or "y" each test begins where the one before has ended.
      expression.lastIndex = 0;
      return expression.test(name);
    });
}
