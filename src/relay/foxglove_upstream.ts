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
import { ParameterStreams } from "./parameter_streams.ts";
import { TopicSubscriptions } from "./topic_subscriptions.ts";
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

/** A client and what belongs to it. A dialled socket that replaces another one begins a new link. */
interface Link {
  readonly abort: AbortController;
  client: FoxgloveClient | undefined;
  hasInfo: boolean;
  readonly subscriptions: TopicSubscriptions;
  readonly parameters: ParameterStreams;
  graph: { close(): void } | undefined;
}

/** A channel to publish on, which moves from one client to the next. */
interface Publication {
  readonly init: PublicationInit;
  id: ReturnType<FoxgloveClient["advertise"]> | undefined;
}

/** A server that this process connects to, or that has connected to this process. */
export class FoxgloveUpstream implements Upstream {
  readonly #log: Pick<DefaultLog, "write">;
  #connectFirst: ConnectClient | undefined;
  #sink: UpstreamSink | undefined;
  #link: Link | undefined;
  #isGraphWatched = false;
  #watched: ReadonlySet<string> = new Set();
  readonly #publications = new Set<Publication>();
  #lastSessionId: string | undefined;
  #hadSession = false;
  /** How many requests to control the playback are open. */
  #openControls = 0;
  /** The newest state that was not passed on because of them. */
  #skippedState: PlaybackState | undefined;
  #isClosed = false;

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
    const abort = new AbortController();
    const link: Link = {
      abort,
      client: undefined,
      hasInfo: false,
      subscriptions: new TopicSubscriptions((channelId, timestamp, payload) => {
        if (this.#link === link) this.#sink?.message(channelId, timestamp, payload);
      }),
      parameters: new ParameterStreams((values) => {
        if (this.#link === link) this.#sink?.parameters(values);
      }),
      graph: undefined,
    };
    this.#link = link;
    if (old) {
      this.#sink?.disconnected("another connection has replaced it");
      void this.#end(old);
    }
    connect(this.#listenerOf(link), abort.signal).then((client) => {
      if (this.#link !== link) void client.close();
    }, (error) => {
      if (this.#link === link) this.#sink?.disconnected(textOf(error));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const link = this.#link;
    this.#link = undefined;
    this.#sink = undefined;
    if (link) await this.#end(link);
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
    this.#applyWishes();
  }

  watchGraph(isWatched: boolean): void {
    this.#isGraphWatched = isWatched;
    this.#applyWishes();
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
    const publication: Publication = { init, id: undefined };
    this.#publications.add(publication);
    this.#advertise(publication);
    return {
      publish: (payload) => {
        const client = this.#link?.client;
        return client !== undefined && publication.id !== undefined && client.publish(publication.id, payload);
      },
      close: () => {
        this.#publications.delete(publication);
        if (publication.id !== undefined) this.#link?.client?.unadvertise(publication.id);
      },
    };
  }

  get #client(): FoxgloveClient {
    if (this.#link?.client) return this.#link.client;
    throw new ConnectionClosedError(this.#isClosed ? "the relay is closed" : "not connected");
  }

  #listenerOf(link: Link): FoxgloveClientListener {
    /** Calls a function unless another client has replaced this one. */
    const withSink = (call: (sink: UpstreamSink) => void) => {
      if (this.#link === link && this.#sink) call(this.#sink);
    };
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

  #begin(link: Link, client: FoxgloveClient): void {
    link.client = client;
    for (const publication of this.#publications) this.#advertise(publication);
    this.#applyWishes();
  }

  #connected(link: Link, info: UpstreamInfo): void {
    const { sessionId } = info;
    const isNewSession = this.#hadSession &&
      (sessionId !== this.#lastSessionId || sessionId === undefined && !link.hasInfo);
    link.hasInfo = true;
    this.#hadSession = true;
    this.#lastSessionId = sessionId;
    this.#sink?.connected(info);
    if (isNewSession) this.#sink?.sessionReset();
  }

  #lost(link: Link, reason: string): void {
    link.hasInfo = false;
    link.subscriptions.clear();
    this.#sink?.disconnected(reason);
  }

  #advertise(publication: Publication): void {
    const client = this.#link?.client;
    publication.id = client && client.state.type !== "closed" ? client.advertise(publication.init) : undefined;
  }

  /** Passes the wishes on to the client, which keeps them over reconnects. */
  #applyWishes(): void {
    const link = this.#link;
    const client = link?.client;
    if (!link || !client || client.state.type === "closed") return;
    link.parameters.watch(client, this.#watched);
    if (!this.#isGraphWatched) {
      link.graph?.close();
      link.graph = undefined;
    } else if (!link.graph) {
      const stream = client.subscribeConnectionGraph();
      link.graph = stream;
      void (async () => {
        for await (const graph of stream) if (link.graph === stream && this.#link === link) this.#sink?.graph(graph);
      })().catch(() => {});
    }
  }

  async #end(link: Link): Promise<void> {
    link.abort.abort(new ConnectionClosedError("the relay is closed"));
    link.subscriptions.clear();
    await link.client?.close();
  }
}

/** Makes a request. An error has the server's own words, or says that there is no connection. */
async function explained<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof RequestError) throw new Error(error.detail, { cause: error });
    throw error;
  }
}
