// FoxgloveUpstream: another server of the Foxglove WebSocket protocol as an upstream of a mirror.

import {
  ConnectionClosedError,
  type FoxgloveClient,
  type FoxgloveClientListener,
  RequestError,
} from "../client/mod.ts";
import type { DefaultLog } from "../client/default_log.ts";
import { textOf } from "../error_text.ts";
import type { Channel } from "../protocol/channels.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { Service } from "../protocol/services.ts";
import { UpstreamLink } from "./upstream_link.ts";
import { UpstreamPublications } from "./upstream_publications.ts";
import type {
  PlaybackChange,
  PublicationInit,
  Upstream,
  UpstreamInfo,
  UpstreamPublication,
  UpstreamSink,
} from "./mirror/upstream.ts";

/**
 * Creates a client with this listener. The listener gets the client before the promise resolves. The client must be
 * closed when the signal aborts.
 */
export type ConnectClient = (listener: FoxgloveClientListener, signal: AbortSignal) => Promise<FoxgloveClient>;

/** Calls a function with the sink, unless another client has replaced the one that calls it. */
type WithSink = (call: (sink: UpstreamSink) => void) => void;

/** A server that this process connects to, or that has connected to this process. */
export class FoxgloveUpstream implements Upstream {
  readonly #log: Pick<DefaultLog, "write">;
  #connectFirst: ConnectClient | undefined;
  #sink: UpstreamSink | undefined;
  #link: UpstreamLink | undefined;
  #isGraphWatched = false;
  #watched: ReadonlySet<string> = new Set();
  readonly #publications = new UpstreamPublications(() => this.#link?.client);
  #lastSessionId: string | undefined;
  #hadSession = false;
  /** How many requests to control the playback are open. */
  #openControls = 0;
  /** The newest state that was not passed on because of them. */
  #skippedState: PlaybackState | undefined;
  #isClosed = false;
  /** Resolves when the client of the last `stop()` is closed. */
  #stopped: Promise<void> | undefined;

  /** `connect`: how to connect. Absent for a server that connects by itself: see {@linkcode connect}. */
  constructor(log: Pick<DefaultLog, "write">, connect?: ConnectClient) {
    this.#log = log;
    this.#connectFirst = connect;
  }

  open(sink: UpstreamSink): void {
    this.#sink = sink;
    const connect = this.#connectFirst;
    this.#connectFirst = undefined;
    if (connect) this.connect(connect);
  }

  /** Replaces the client by another one, for example because the robot has connected again. */
  connect(connect: ConnectClient): void {
    const old = this.#link;
    const withSink: WithSink = (call: (sink: UpstreamSink) => void) => {
      if (this.#link === link && this.#sink) call(this.#sink);
    };
    const link = new UpstreamLink({
      message: (channelId, timestamp, payload) => {
        if (this.#link === link) this.#sink?.message(channelId, timestamp, payload);
      },
      parameters: (values) => withSink((sink) => sink.parameters(values)),
      graph: (graph) => withSink((sink) => sink.graph(graph)),
    });
    this.#link = link;
    if (old) {
      this.#sink?.disconnected("another connection has replaced it");
      void old.end(new ConnectionClosedError("another connection has replaced it"));
    }
    connect(this.#listenerOf(link, withSink), link.signal).then((client) => {
      if (this.#link !== link) void client.close();
    }, (error) => {
      if (this.#link === link) this.#sink?.disconnected(textOf(error));
    });
  }

  stop(): void {
    this.#stopped = this.#end("the relay has stopped it");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sink = undefined;
    await Promise.all([this.#stopped, this.#end("the relay is closed")]);
  }

  subscribe(channel: Channel): void {
    const link = this.#link;
    if (link?.client) link.subscriptions.add(link.client, channel);
  }

  unsubscribe(channel: Channel): void {
    this.#link?.subscriptions.remove(channel);
  }

  watchParameters(names: ReadonlySet<string>): void {
    this.#watched = new Set(names);
    this.#link?.apply(this.#watched, this.#isGraphWatched);
  }

  watchGraph(isWatched: boolean): void {
    this.#isGraphWatched = isWatched;
    this.#link?.apply(this.#watched, this.#isGraphWatched);
  }

  async getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]> {
    return await explained(() => this.#client.getParameters(names, { signal }));
  }

  async setParameters(parameters: readonly Parameter[], signal: AbortSignal): Promise<readonly Parameter[]> {
    return await explained(() => this.#client.setParameters(parameters, { signal }));
  }

  async callService(
    { name }: Service,
    encoding: string,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ encoding: string; payload: Uint8Array }> {
    return await explained(() => this.#client.callService(name, payload, { encoding, signal }));
  }

  async fetchAsset(uri: string, signal: AbortSignal): Promise<Uint8Array> {
    return await explained(() => this.#client.fetchAsset(uri, { signal }));
  }

  async controlPlayback(change: PlaybackChange, signal: AbortSignal): Promise<PlaybackState> {
    this.#openControls += 1;
    try {
      return await explained(() => this.#client.controlPlayback(change, { signal }));
    } catch (error) {
      if (this.#skippedState) this.#sink?.playback(this.#skippedState);
      throw error;
    } finally {
      this.#openControls -= 1;
      this.#skippedState = undefined;
    }
  }

  advertise(init: PublicationInit): UpstreamPublication {
    return this.#publications.add(init);
  }

  async #end(reason: string): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.end(new ConnectionClosedError(reason));
  }

  get #client(): FoxgloveClient {
    if (this.#link?.client) return this.#link.client;
    throw new ConnectionClosedError(this.#isClosed ? "the relay is closed" : "not connected");
  }

  #listenerOf(link: UpstreamLink, withSink: WithSink): FoxgloveClientListener {
    return {
      onConnectionState: (client, state) => {
        if (this.#link !== link) return;
        if (!link.client && state.type !== "closed") this.#begin(link, client);
        if (state.type === "reconnecting" || state.type === "closed") {
          this.#lost(link, state.error?.message ?? "closed");
        }
      },
      onServerInfo: (client, { op: _, ...info }) => {
        if (this.#link !== link) return;
        if (!link.client) this.#begin(link, client);
        this.#connected(link, info);
      },
      onAdvertise: (_client, channels) => withSink((sink) => sink.channelsAdded(channels)),
      onUnadvertise: (_client, channels, reason) => {
        if (reason === "removed") withSink((sink) => sink.channelsRemoved(channels));
      },
      onAdvertiseServices: (_client, services) => withSink((sink) => sink.servicesAdded(services)),
      onUnadvertiseServices: (_client, services, reason) => {
        if (reason === "removed") withSink((sink) => sink.servicesRemoved(services));
      },
      onStatus: (client, status) => {
        // Otherwise it answers a request of one client, which gets the failure.
        const { id } = status;
        if (id === undefined || client.statuses.get(id) === status) withSink((sink) => sink.status(status));
      },
      onRemoveStatus: (_client, ids) => withSink((sink) => sink.statusesRemoved(ids)),
      onTime: (_client, timestamp, jumped) => withSink((sink) => sink.time(timestamp, jumped)),
      onPlaybackState: (_client, state) => {
        // The result of a request of this process follows. It is newer, and all clients get it.
        if (state.requestId !== undefined && this.#openControls > 0) this.#skippedState = state;
        else withSink((sink) => sink.playback(state));
      },
      // Without this hook, an error in one of the others would end the process.
      onError: (_client, error) => this.#log.write(() => textOf(error)),
      onWarning: (_client, message) => this.#log.write(() => message),
    };
  }

  #begin(link: UpstreamLink, client: FoxgloveClient): void {
    link.client = client;
    this.#publications.advertiseAll();
    link.apply(this.#watched, this.#isGraphWatched);
  }

  #connected(link: UpstreamLink, info: UpstreamInfo): void {
    const { sessionId } = info;
    const isNewSession = this.#hadSession &&
      (sessionId !== this.#lastSessionId || sessionId === undefined && !link.hasInfo);
    link.hasInfo = true;
    this.#hadSession = true;
    this.#lastSessionId = sessionId;
    this.#sink?.connected(info);
    if (isNewSession && this.#link === link) this.#sink?.sessionReset();
  }

  #lost(link: UpstreamLink, reason: string): void {
    link.hasInfo = false;
    link.subscriptions.clear();
    this.#sink?.disconnected(reason);
  }
}

/** Runs a request. If the server refuses it, the error has the server's own words. */
async function explained<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof RequestError) throw new Error(error.detail, { cause: error });
    throw error;
  }
}
