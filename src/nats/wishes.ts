// Wishes: what the clients of an edge use, and what all edges of a robot use together. Pure.

import type { ClientChannel } from "../protocol/client_publish.ts";
import { type SentTime, sentTimeFrom } from "./age_filter.ts";
import { decodeClientBody, encodeClientBody, parseObject } from "./wire.ts";

/**
 * An edge sends its wishes this often, in ms. Repeated, because NATS does not report whether a message has a
 * subscriber.
 */
export const WISHES_MS = 2000;
/** The wishes of an edge that is silent for this time end, in ms. */
export const WISHES_END_MS: number = 3 * WISHES_MS;

/** What the clients of one edge use. */
export interface Wishes extends SentTime {
  /** Names the edge. */
  readonly edge: string;
  /** The run of the robot. `""`: the edge does not know a run, and requests a heartbeat. */
  readonly run: string;
  /** The ids of the subscribed channels. */
  readonly channels: ReadonlySet<number>;
  /** The names of the watched parameters. */
  readonly parameters: ReadonlySet<string>;
  /** Whether the connection graph is watched. */
  readonly graph: boolean;
  /** The channels on which clients publish. */
  readonly publications: readonly ClientChannel[];
}

const decoder = new TextDecoder();

/** Returns wishes as JSON. */
export function encodeWishes({ channels, parameters, publications, ...wishes }: Wishes): string {
  const advertise = decoder.decode(encodeClientBody({ op: "advertise", channels: publications }));
  return JSON.stringify({ ...wishes, channels: [...channels], parameters: [...parameters], advertise });
}

/** Returns wishes, or `undefined` if they are not valid. */
export function decodeWishes(bytes: Uint8Array): Wishes | undefined {
  const { edge, run, channels, parameters, graph, advertise, ...rest } = parseObject(bytes) ?? {};
  if (typeof edge !== "string" || !/^\w{1,64}$/.test(edge) || typeof run !== "string") return undefined;
  if (!Array.isArray(channels) || !channels.every((each) => Number.isInteger(each))) return undefined;
  if (!Array.isArray(parameters) || !parameters.every((each) => typeof each === "string")) return undefined;
  if (typeof graph !== "boolean" || typeof advertise !== "string") return undefined;
  const sent = sentTimeFrom(rest);
  if (!sent) return undefined;
  const message = decodeClientBody(new TextEncoder().encode(advertise));
  if (message?.op !== "advertise") return undefined;
  return {
    edge,
    run,
    channels: new Set(channels),
    parameters: new Set(parameters),
    graph,
    publications: message.channels,
    ...sent,
  };
}

/** The wishes of all edges. */
export class AllWishes {
  readonly #byEdge = new Map<string, { readonly wishes: Wishes; readonly at: number }>();

  /** How many edges have sent wishes recently. */
  get size(): number {
    return this.#byEdge.size;
  }

  /** Takes the wishes of an edge. */
  set(wishes: Wishes, nowMs: number): void {
    this.#byEdge.set(wishes.edge, { wishes, at: nowMs });
  }

  /** Forgets edges that are silent. Returns whether there was one. */
  expire(nowMs: number): boolean {
    const silent = [...this.#byEdge].filter(([, { at }]) => nowMs - at >= WISHES_END_MS);
    for (const [edge] of silent) this.#byEdge.delete(edge);
    return silent.length > 0;
  }

  /** The ids of channels that at least one edge uses. */
  channels(): Set<number> {
    return this.#union(({ channels }) => channels);
  }

  /** The names of parameters that at least one edge watches. */
  parameters(): Set<string> {
    return this.#union(({ parameters }) => parameters);
  }

  /** Whether an edge watches the connection graph. */
  get hasGraph(): boolean {
    return [...this.#byEdge.values()].some(({ wishes }) => wishes.graph);
  }

  /** The channels on which clients publish, by `EDGE.ID`. */
  publications(): Map<string, ClientChannel> {
    const byKey = new Map<string, ClientChannel>();
    for (const { wishes: { edge, publications } } of this.#byEdge.values()) {
      for (const channel of publications) byKey.set(`${edge}.${channel.id}`, channel);
    }
    return byKey;
  }

  #union<T>(select: (wishes: Wishes) => ReadonlySet<T>): Set<T> {
    const all = new Set<T>();
    for (const { wishes } of this.#byEdge.values()) for (const each of select(wishes)) all.add(each);
    return all;
  }
}
