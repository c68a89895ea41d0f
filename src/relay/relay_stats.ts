// RelayStats: what a relay has done so far.

import type { UpstreamFigures } from "../server/stats/upstream_figures.ts";
import type { AssetCache } from "./mirror/asset_cache.ts";
import type { MirroredUpstream } from "./mirror/mirrored_upstream.ts";

/** The statistics of one upstream. Counts begin when it was added. */
export interface UpstreamStats extends UpstreamFigures {
  /** `""` if it has no prefix. */
  readonly prefix: string;
  /** The session of the upstream, if it has one. */
  readonly sessionId: string | undefined;
  /** How many channels the server has for it. */
  readonly channels: number;
  /** How many of them are subscribed, because a client or a sink uses them. */
  readonly subscribed: number;
  /** How many services the server has for it. */
  readonly services: number;
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
      ...each.figures,
      prefix: each.prefix.text,
      sessionId: each.info?.sessionId,
      channels: each.channels.size,
      subscribed: each.channels.subscribed,
      services: each.services.size,
    })),
    assets: assets.stats,
  };
}
