// ClientPeer: a client of the matrix, as the cases use it, whoever wrote it.

import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackCommand, PlaybackState } from "../../src/protocol/playback.ts";
import type { Status } from "../../src/protocol/status.ts";
import type { WireChannel } from "./scene.ts";

/** What a server says of itself. */
export interface Introduction {
  name: string;
  capabilities: readonly string[];
  supportedEncodings: readonly string[] | undefined;
  sessionId: string | undefined;
}

/** A message on a topic. */
export interface Received {
  timestamp: bigint;
  payload: Uint8Array;
}

/** Things that come one after another. */
export interface Feed<T> {
  next(): Promise<T>;
  /** No more is wanted. */
  close(): void;
}

/** A channel to publish on. */
export interface PublishedChannel {
  topic: string;
  encoding: string;
  schemaName: string;
}

/** A connected client. What it waits for rejects when it takes too long. */
export interface ClientPeer extends AsyncDisposable {
  /** What the server agreed on. */
  readonly subprotocol: string | undefined;
  /** The next introduction; the first comes with the connection. */
  introduction(): Promise<Introduction>;
  /** The channel with this topic, as soon as there is one. */
  channel(topic: string): Promise<WireChannel>;
  /** Waits until the channel, which was there, is gone. */
  gone(topic: string): Promise<void>;
  subscribe(topic: string): Promise<Feed<Received>>;
  advertise(channel: PublishedChannel): number;
  publish(channelId: number, payload: Uint8Array): void;
  unadvertise(channelId: number): void;
  getParameters(names: readonly string[]): Promise<readonly Parameter[]>;
  setParameters(parameters: readonly Parameter[]): Promise<readonly Parameter[]>;
  /** The values, and then what changes. */
  watchParameters(names: readonly string[]): Feed<readonly Parameter[]>;
  /** Rejects with the service's message when it fails. */
  callService(name: string, payload: Uint8Array): Promise<{ encoding: string; payload: Uint8Array }>;
  /** Rejects with the server's message when there is none. */
  fetchAsset(uri: string): Promise<Uint8Array>;
  /** The whole graph, each time it changes. */
  graph(): Feed<ConnectionGraph>;
  time(): Promise<bigint>;
  status(): Promise<Omit<Status, "op">>;
  removedStatuses(): Promise<readonly string[]>;
  /** Absent from a client that has no playback. */
  readonly playback?: Playback;
  /** Waits for the next connection; absent from a client that makes none by itself. */
  readonly reconnected?: () => Promise<void>;
}

/** Steering a server that plays recorded data. */
export interface Playback {
  request(request: { command: PlaybackCommand; speed: number; seekTime?: bigint }): Promise<PlaybackState>;
  /** The next state that nobody asked for. */
  state(): Promise<PlaybackState>;
}

/** How a client connects. */
export interface ClientKind {
  /** Such as "npm's client". */
  name: string;
  /** What it is, for the page. */
  title: string;
  /** What has to be installed for it, if anything. */
  needs: "node" | "python" | undefined;
  /** `signal` ends whatever it waits for. */
  connect(url: string, signal: AbortSignal): Promise<ClientPeer>;
}
