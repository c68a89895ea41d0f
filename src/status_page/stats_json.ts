// StatsJson: what the page reads of the answer of `api/stats`. The server's own type names types of Deno.

/** Counts of data messages that were dropped, by reason. */
export interface DropsJson {
  readonly queue: number;
  readonly age: number;
  readonly replaced: number;
  readonly rate: number;
}

/** Statistics of one client. */
export interface ClientStatsJson {
  readonly client: {
    readonly id: number;
    readonly address: string;
    readonly subprotocol?: string;
    readonly userAgent?: string;
    readonly identity?: { readonly name?: string };
    /** Such as `2026-11-27T10:00:00.000Z`. */
    readonly connectedAt: string;
  };
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
  readonly messagesPublished: number;
  readonly bytesPublished: number;
}

/** The values that a parameter of a typed store accepts. */
export interface ParameterRangeJson {
  readonly type?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly oneOf?: readonly (string | number | boolean)[];
  readonly description?: string;
  readonly readOnly?: boolean;
}

/** The statistics of a server. */
export interface StatsJson {
  readonly name: string;
  readonly uptimeSeconds: number;
  readonly sessionId: string;
  readonly clients: readonly ClientStatsJson[];
  readonly channels: readonly ChannelStatsJson[];
  /** By the name of the parameter. */
  readonly parameterRanges: Readonly<Record<string, ParameterRangeJson>>;
  /** URLs that open the server in an app. */
  readonly links: { readonly foxglove: string; readonly lichtblick: string };
}
