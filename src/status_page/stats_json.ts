// StatsJson: what the page reads of the answer of `api/stats`. The server's own type names types of Deno.

import type { UpstreamFigures } from "../server/stats/upstream_figures.ts";
import type { ClientJson, ParameterRangeJson } from "../server/status/plain_json.ts";

/** Counts of data messages that were dropped, by reason. */
export interface DropsJson {
  readonly queue: number;
  readonly age: number;
  readonly replaced: number;
  readonly rate: number;
}

/** Statistics of one client. */
export interface ClientStatsJson {
  readonly client: ClientJson;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly drops: DropsJson;
  readonly queuedBytes: number;
  readonly queuedMessages: number;
  readonly oldestQueuedMs: number;
  readonly roundTripMs?: number;
}

/** Statistics of one channel. */
export interface ChannelStatsJson {
  readonly channel: { readonly id: number; readonly topic: string };
  readonly subscribers: number;
  readonly messagesSent: number;
  readonly messagesPublished: number;
  readonly bytesPublished: number;
}

/** Figures of one robot of a relay. */
export interface UpstreamJson extends Omit<UpstreamFigures, "problem"> {
  /** Why it is not connected; absent if that is not known. */
  readonly problem?: string;
}

/** The statistics of a server. */
export interface StatsJson {
  readonly name: string;
  readonly uptimeSeconds: number;
  readonly sessionId: string;
  readonly clients: readonly ClientStatsJson[];
  readonly upstreams: readonly UpstreamJson[];
  readonly channels: readonly ChannelStatsJson[];
  /** By the name of the parameter. */
  readonly parameterRanges: Readonly<Record<string, ParameterRangeJson>>;
  /** URLs that open the server in an app. */
  readonly links: { readonly foxglove: string; readonly lichtblick: string };
}
