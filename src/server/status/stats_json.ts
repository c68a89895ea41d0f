// StatsJson: the statistics of a server as JSON.

import type { ChannelStats, ClientStats, ServerStats } from "../stats/server_stats.ts";
import type { UpstreamFigures } from "../stats/upstream_figures.ts";
import type { ClientJson, ParameterRangeJson } from "./plain_json.ts";

/** Statistics of one client: those of `ClientStats`, with its description as JSON. */
export interface ClientStatsJson extends Omit<ClientStats, "client" | "roundTripMs"> {
  readonly client: ClientJson;
  readonly roundTripMs?: number;
}

/** Statistics of one channel: those of `ChannelStats`. The channel has no schema, because schemas are long. */
export interface ChannelStatsJson extends Omit<ChannelStats, "channel"> {
  readonly channel: {
    readonly id: number;
    readonly topic: string;
    readonly encoding: string;
    readonly schemaName: string;
    readonly schemaEncoding?: string;
  };
}

/** The statistics of a server: those of `ServerStats`, and what the status page shows besides. */
export interface StatsJson extends Omit<ServerStats, "createdAt" | "clients" | "channels" | "sinks"> {
  /** The name of the server. */
  readonly name: string;
  /** How long ago the server was created. */
  readonly uptimeSeconds: number;
  /** Such as `2026-11-27T10:00:00.000Z`. */
  readonly createdAt: string;
  readonly clients: readonly ClientStatsJson[];
  /** The upstreams of a relay. JSON leaves out a `problem` that is not known. */
  readonly upstreams: readonly UpstreamFigures[];
  readonly channels: readonly ChannelStatsJson[];
  readonly sinks: readonly { readonly messages: number; readonly bytes: number }[];
  /** By the name of the parameter. */
  readonly parameterRanges: Readonly<Record<string, ParameterRangeJson>>;
  /** URLs that open the server in an app. They contain no token. */
  readonly links: { readonly foxglove: string; readonly lichtblick: string };
}
