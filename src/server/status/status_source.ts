// StatusSource: what the status page, the statistics and the metrics read of a server. StatusRequest: who asks for it.

import type { Access } from "../../session/access.ts";
import type { DefinedParameter } from "../parameters/parameter_owner.ts";
import type { ServerStats } from "../stats/server_stats.ts";
import type { TopicTotal } from "../stats/topic_totals.ts";
import type { UpstreamFigures } from "../stats/upstream_figures.ts";

/** The figures of one server. */
export interface StatusSource {
  /** The name of the server. */
  readonly name: string;
  /** The transport of its own listener. */
  readonly transport: string;
  /** How long ago the server was created, in ms. */
  readonly uptimeMs: number;
  /** Returns the current statistics. */
  stats(): ServerStats;
  /** Returns the totals of each topic. */
  topics(): ReadonlyMap<string, TopicTotal>;
  /** Returns the figures of all upstreams, each with another name. Empty without a relay. */
  upstreams(): readonly UpstreamFigures[];
  /** Returns the parameters of all typed stores. */
  parameters(): readonly DefinedParameter[];
  /** Waits for a turn of the event loop. Returns how long that took, in ms. */
  turnMs(): Promise<number>;
}

/** A request for one of the addresses of the page. */
export interface StatusRequest {
  /** The header `Accept`. */
  readonly accept: string | null;
  /** What the sender may see. */
  readonly access: Access;
  /** The address of the page without its query, as the sender knows it, with a slash at the end. */
  readonly pageUrl: URL;
  /** The address at which clients connect, relative to `pageUrl`. */
  readonly socketPath: string;
}
