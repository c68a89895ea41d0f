// RelayStats: what a relay has done so far.

import type { AssetCache } from "./mirror/asset_cache.ts";
import type { MirroredUpstream } from "./mirror/mirrored_upstream.ts";

/** The statistics of one upstream. Counts begin when it was added. */
export interface UpstreamStats {
  /** Its name in the relay. */
  readonly name: string;
  /** `""` if it has no prefix. */
  readonly prefix: string;
  /** Whether there is a connection. */
  readonly isConnected: boolean;
  /** Why the upstream is not connected, as a text for users; `undefined` if no problem is known. */
  readonly problem: string | undefined;
  /** How many connections there were. */
  readonly connections: number;
  /** The session of the upstream, if it has one. */
  readonly sessionId: string | undefined;
  /** How many channels the server has for it. */
  readonly channels: number;
  /** How many of them are subscribed, because a client or a sink uses them. */
  readonly subscribed: number;
  /** How many services the server has for it. */
  readonly services: number;
  /** How many messages the relay has received and passed on. */
  readonly messages: number;
  /** The bytes of their payloads. */
  readonly bytes: number;
  /** How many messages of clients could not be sent to the upstream. */
  readonly publishesDropped: number;
  /** How many channels and services of this connection are not shown, up to 100: see the log. */
  readonly refused: number;
}

/** The statistics of a relay. */
export interface RelayStats {
  /** The upstreams, in the order in which they were added. */
  readonly upstreams: readonly UpstreamStats[];
  /** The cache of assets. */
  readonly assets: {
    /** How many assets are kept. */
    readonly assets: number;
    /** Their size. */
    readonly bytes: number;
    /** How many requests were answered from the cache. */
    readonly hits: number;
    /** How many assets were requested from upstreams. */
    readonly misses: number;
  };
}

/** Reads the statistics of a relay. */
export function readStats(upstreams: readonly MirroredUpstream[], assets: AssetCache): RelayStats {
  return {
    upstreams: upstreams.map((each) => ({
      name: each.name,
      prefix: each.prefix.text,
      isConnected: each.isConnected,
      problem: each.problem,
      connections: each.connections,
      sessionId: each.info?.sessionId,
      channels: each.channels.size,
      subscribed: each.channels.subscribed,
      services: each.services.size,
      messages: each.messages,
      bytes: each.bytes,
      publishesDropped: each.publishesDropped,
      refused: each.statuses.refused,
    })),
    assets: assets.stats,
  };
}
