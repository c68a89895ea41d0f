// Upstream and UpstreamSink: the two sides of a source that a mirror passes on, such as another server.

import type { Channel } from "../../protocol/channels.ts";
import type { ConnectionGraph } from "../../protocol/connection_graph.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { PlaybackCommand, PlaybackState } from "../../protocol/playback.ts";
import type { ServerInfo } from "../../protocol/server_info.ts";
import type { Service } from "../../protocol/services.ts";
import type { Status } from "../../protocol/status.ts";

/** The description of an upstream: its `serverInfo` without `op`. */
export type UpstreamInfo = Readonly<Omit<ServerInfo, "op">>;

/**
 * Receives everything that an upstream has. All names are the upstream's own: the mirror adds prefixes.
 *
 * The time between `connected()` and `disconnected()` is a connection. Ids of channels and services are valid within
 * one connection. Its channels and services are reported again in each connection, because the mirror compares them
 * with those of the last one. No method throws. Bytes may be kept by the mirror, except the payloads of messages.
 */
export interface UpstreamSink {
  /** A connection begins, or the description has changed within a connection. */
  connected(info: UpstreamInfo): void;
  /**
   * The upstream began a new session, so that all earlier data belongs to the past. Called after `connected()`, but
   * never for the first session.
   */
  sessionReset(): void;
  /** The connection is lost, or could not be opened. `reason` is for people. May be called repeatedly. */
  disconnected(reason: string): void;
  /** The upstream has these channels in addition. */
  channelsAdded(channels: readonly Channel[]): void;
  /** The upstream has removed these channels. */
  channelsRemoved(channels: readonly Channel[]): void;
  /** A message of a subscribed channel. The payload is only read during the call. `timestamp` is in ns. */
  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void;
  /** The upstream has these services in addition. */
  servicesAdded(services: readonly Service[]): void;
  /** The upstream has removed these services. */
  servicesRemoved(services: readonly Service[]): void;
  /** Values of watched parameters. A parameter without a value is not set any more. */
  parameters(parameters: readonly Parameter[]): void;
  /** The whole connection graph, if it is watched. */
  graph(graph: ConnectionGraph): void;
  /** The clock of the upstream, in ns. `jumped`: it went backwards. */
  time(timestamp: bigint, jumped: boolean): void;
  /** A status for people. One with an id replaces an earlier one. */
  status(status: Status): void;
  /** The upstream has removed these statuses. */
  statusesRemoved(statusIds: readonly string[]): void;
  /** The state of the playback has changed. */
  playback(state: PlaybackState): void;
}

/** A channel on which the mirror publishes for its clients. */
export interface UpstreamPublication {
  /** Sends a message, or drops it. Returns whether it was sent. Never waits. */
  publish(payload: Uint8Array): boolean;
  /** Removes the channel. */
  close(): void;
}

/** A channel to publish on. */
export interface PublicationInit {
  /** The upstream's own name of the topic. */
  readonly topic: string;
  /** The encoding of the messages. */
  readonly encoding: string;
  /** The name of the schema. */
  readonly schemaName: string;
  /** The schema, if the client has sent one. */
  readonly schema?: string | Uint8Array;
  /** The encoding of the schema, if the client has sent one. */
  readonly schemaEncoding?: string;
}

/** A change of the playback. */
export interface PlaybackChange {
  /** Required in each request, even if it only seeks. */
  readonly command: PlaybackCommand;
  /** 1 is real time. */
  readonly speed: number;
  /** In ns. Absent if the request does not seek. */
  readonly seekTime?: bigint;
}

/**
 * A source that a mirror passes on to the clients of its server.
 *
 * Requests reject with an `Error` whose message is shown to the client, or with the reason of the signal. The wishes of
 * the clients are `subscribe()`, `watchParameters()` and `watchGraph()`.
 */
export interface Upstream {
  /** Whether it writes to the log by itself that it has never been connected. */
  readonly logsAbsence?: boolean;
  /** Begins to connect, and reports to the sink. Called once. */
  open(sink: UpstreamSink): void;
  /**
   * Ends the connection, and makes no other one. The sink is only called again if the upstream connects by itself.
   * `close()` is still called.
   */
  stop(): void;
  /** Ends the connection. All open requests reject. The sink is not called again. */
  close(): Promise<void>;
  /** A client or a sink uses this channel. Holds until `unsubscribe()` or the end of the connection. */
  subscribe(channel: Channel): void;
  /** No client and no sink uses the channel any more. */
  unsubscribe(channel: Channel): void;
  /** Replaces the names of the watched parameters. Holds over connections. Their values are reported at first. */
  watchParameters(names: ReadonlySet<string>): void;
  /** Whether the connection graph is watched. Holds over connections. */
  watchGraph(isWatched: boolean): void;
  /** Returns the values of these parameters, or of all if the list is empty. */
  getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]>;
  /** Sets parameters. Returns the values that hold afterwards. */
  setParameters(parameters: readonly Parameter[], signal: AbortSignal): Promise<readonly Parameter[]>;
  /** Calls a service. */
  callService(
    service: Service,
    encoding: string,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ encoding: string; payload: Uint8Array }>;
  /** Returns the bytes of an asset. The signal aborts when all clients that wait for it have left. */
  fetchAsset(uri: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Changes the playback. Returns the new state. */
  controlPlayback(change: PlaybackChange, signal: AbortSignal): Promise<PlaybackState>;
  /** Adds a channel to publish on. Holds over connections. */
  advertise(channel: PublicationInit): UpstreamPublication;
}
