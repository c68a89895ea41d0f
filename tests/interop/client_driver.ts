// ClientDriver: the object by which a scenario drives a client of any implementation.

import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackCommand, PlaybackState } from "../../src/protocol/playback.ts";
import type { Status } from "../../src/protocol/status.ts";
import type { WireChannel } from "./fixture.ts";

/** The members of `serverInfo` that scenarios assert. */
export interface ReceivedServerInfo {
  name: string;
  capabilities: readonly string[];
  supportedEncodings: readonly string[] | undefined;
  sessionId: string | undefined;
}

/** A data message. */
export interface ReceivedMessage {
  timestamp: bigint;
  payload: Uint8Array;
}

/** A stream of items, until it is closed. */
export interface Subscription<T> {
  next(): Promise<T>;
  /** Ends the subscription. */
  close(): void;
}

/** A client channel. */
export interface PublishedChannel {
  topic: string;
  encoding: string;
  schemaName: string;
}

/** A connected client. Every wait rejects after a time limit. */
export interface ClientDriver extends AsyncDisposable {
  /** The subprotocol that the server selected. */
  readonly subprotocol: string | undefined;
  /** Waits for the next `serverInfo`. The server sends the first one when the client connects. */
  nextServerInfo(): Promise<ReceivedServerInfo>;
  /** Waits until the server has advertised a channel with this topic. */
  waitForChannel(topic: string): Promise<WireChannel>;
  /** Waits until the server has removed the channel. */
  waitForRemoval(topic: string): Promise<void>;
  subscribe(topic: string): Promise<Subscription<ReceivedMessage>>;
  advertise(channel: PublishedChannel): number;
  publish(channelId: number, payload: Uint8Array): void;
  unadvertise(channelId: number): void;
  getParameters(names: readonly string[]): Promise<readonly Parameter[]>;
  setParameters(parameters: readonly Parameter[]): Promise<readonly Parameter[]>;
  /** Yields the current values, and then each update. */
  subscribeParameters(names: readonly string[]): Subscription<readonly Parameter[]>;
  /** Rejects with the service's message if the call fails. */
  callService(name: string, payload: Uint8Array): Promise<{ encoding: string; payload: Uint8Array }>;
  /** Rejects with the server's message if the asset does not exist. */
  fetchAsset(uri: string): Promise<Uint8Array>;
  /** Yields the whole graph after each change. */
  subscribeConnectionGraph(): Subscription<ConnectionGraph>;
  nextTime(): Promise<bigint>;
  nextStatus(): Promise<Omit<Status, "op">>;
  nextRemovedStatuses(): Promise<readonly string[]>;
  /** Absent if the client does not support playback. */
  readonly playback?: PlaybackControl;
  /** Waits for the next connection. Absent if the client does not reconnect automatically. */
  readonly waitForReconnect?: () => Promise<void>;
}

/** Controls a server that plays recorded data. */
export interface PlaybackControl {
  request(request: { command: PlaybackCommand; speed: number; seekTime?: bigint }): Promise<PlaybackState>;
  /** Waits for the next state that is not a response to a request. */
  nextState(): Promise<PlaybackState>;
}

/** A client implementation. */
export interface ClientImplementation {
  /** Such as "npm's client". */
  name: string;
  /** The package, for the page. */
  title: string;
  /** What must be installed, if anything. */
  needs: "node" | "python" | undefined;
  /** `signal` aborts every wait of the driver. */
  connect(url: string, signal: AbortSignal): Promise<ClientDriver>;
}
