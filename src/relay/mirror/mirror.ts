// Mirror: passes on what upstreams have to the clients of a server.

import { nameMatcher, type NamePattern } from "../../name_patterns.ts";
import type { ConnectionGraph } from "../../protocol/connection_graph.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import type { ChannelPolicyInit } from "../../server/delivery/channel_policy.ts";
import type { ExtensionPoints } from "../../server/extensions.ts";
import type { FoxgloveServer } from "../../server/server.ts";
import type { CompleteInfoInit } from "../../session/declared_info.ts";
import { AssetCache } from "./asset_cache.ts";
import { CombinedGraph } from "./combined_graph.ts";
import { combinedInfo } from "./combined_info.ts";
import { type HookedMirror, mirrorHooks } from "./mirror_hooks.ts";
import type { MirrorParts } from "./mirror_parts.ts";
import { MirroredUpstream, type UpstreamInit, type UpstreamOwner } from "./mirrored_upstream.ts";
import { OwnedNames } from "./owned_names.ts";
import { type OwnIdentity, ownIdentityOf } from "./own_identity.ts";
import { Publications } from "./publications.ts";
import { relaysOf } from "./relay_marker.ts";
import type { UpstreamInfo } from "./upstream.ts";
import { type Route, UpstreamSet } from "./upstream_set.ts";

/** Options of {@linkcode Mirror}. */
export interface MirrorOptions {
  /** Which topics are latched, although their upstream does not say so. The names are those of the upstream. */
  readonly latch: readonly NamePattern[];
  /** Returns how a channel treats slow clients, by its topic for clients. */
  readonly policyOf: (topic: string) => Omit<ChannelPolicyInit, "latch">;
  /** The size of all cached assets together. */
  readonly maxCachedAssetBytes: number;
  /** The upstream whose time, session and playback are passed on. Default: the only upstream, or none. */
  readonly timeFrom: string | undefined;
  /** Begins log lines: what the program uses, such as `Relay`. */
  readonly label: string;
}

/** The engine of a relay. It knows upstreams only by the interface `Upstream`. */
export class Mirror implements UpstreamOwner, HookedMirror {
  readonly server: FoxgloveServer;
  /** Resolves when `close()` is done. */
  readonly closed: Promise<void>;
  readonly publications: Publications = new Publications((topic) => this.routesOf(topic));
  readonly assets: AssetCache;
  /** Whether a client watches the connection graph. */
  isGraphWatched = false;
  readonly #upstreams = new UpstreamSet();
  /** The names of parameters that clients watch. */
  readonly #watchedParameters = new Set<string>();
  readonly #parts: MirrorParts;
  readonly #own: CompleteInfoInit;
  readonly #identity: OwnIdentity;
  readonly #graph = new CombinedGraph();
  readonly #timeFrom: string | undefined;
  readonly #detach: () => void;
  readonly #resolveClosed: () => void;
  /** The session of the clock's upstream that the server has taken over. */
  #takenSession: string | undefined;
  /** Whether no time has followed the last session that was taken over. */
  #isTimeOutdated = false;
  #isClosed = false;

  constructor(server: FoxgloveServer, points: ExtensionPoints, options: MirrorOptions) {
    const { latch, policyOf, maxCachedAssetBytes, timeFrom, label } = options;
    this.server = server;
    this.assets = new AssetCache(maxCachedAssetBytes);
    this.#timeFrom = timeFrom;
    this.#own = points.info();
    this.#identity = ownIdentityOf(server);
    this.#parts = {
      server,
      points,
      label,
      isLatched: nameMatcher(latch),
      policyOf,
      topics: new OwnedNames(),
      services: new OwnedNames(),
    };
    const useChanged = (id: Parameters<ExtensionPoints["isUsed"]>[0]) => {
      for (const { channels } of this.upstreams) channels.useChanged(id);
    };
    this.#detach = points.add({
      hooks: mirrorHooks(this, useChanged),
      sinksChanged: useChanged,
      upstreams: () => this.upstreams.map(({ figures }) => figures),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    void server.closed.then(() => this.close());
    // Before the first connection, so that the server recognizes itself.
    this.infoChanged();
  }

  /** Whether `close()` was called, or the server is closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The upstreams, in the order in which they were added. */
  get upstreams(): readonly MirroredUpstream[] {
    return this.#upstreams.all;
  }

  /** The upstream whose time, session and playback are passed on. */
  get clockUpstream(): MirroredUpstream | undefined {
    if (this.#timeFrom !== undefined) return this.#upstreams.get(this.#timeFrom);
    const [only, second] = this.upstreams;
    return second ? undefined : only;
  }

  /** Adds an upstream, and begins to connect to it. Its name must be new. */
  add(init: UpstreamInit): MirroredUpstream {
    const added = new MirroredUpstream(init, this.#parts, this);
    this.#upstreams.add(added);
    // The description may have been that of the only upstream.
    if (this.upstreams.length === 2) this.infoChanged();
    if (this.isGraphWatched) init.upstream.watchGraph(true);
    init.upstream.open(added);
    this.#routesChanged();
    return added;
  }

  /** Returns an upstream by its name. */
  get(name: string): MirroredUpstream | undefined {
    return this.#upstreams.get(name);
  }

  /** Removes an upstream, and all that it has. */
  async remove(name: string): Promise<void> {
    const removed = this.#upstreams.get(name);
    if (!removed) return;
    this.#upstreams.delete(name);
    this.assets.forget(name);
    this.#routesChanged();
    const closed = removed.close();
    this.infoChanged();
    await closed;
  }

  /** Removes all upstreams, and leaves the server as it was. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      void this.#removeAll().then(this.#resolveClosed);
    }
    return this.closed;
  }

  /** Returns the upstreams to which a name of clients may belong. */
  routesOf(name: string): Route[] {
    return this.#upstreams.routesOf(name);
  }

  leadsBack({ sessionId, metadata }: UpstreamInfo): boolean {
    // The session finds the own server also if it has not sent its marker yet, as it may be over NATS.
    return sessionId === this.#identity.sessionId || relaysOf(metadata).includes(this.#identity.relayId);
  }

  infoChanged(): void {
    const infos = this.upstreams.flatMap(({ info }) => info ?? []);
    const relayId = this.#isClosed ? undefined : this.#identity.relayId;
    this.server.setInfo(combinedInfo(this.#own, infos, this.clockUpstream?.info, relayId));
  }

  sessionReset(upstream: MirroredUpstream): void {
    this.assets.forget(upstream.name);
    if (upstream.info?.sessionId === undefined) this.beginSession(upstream);
  }

  beginSession(upstream: MirroredUpstream): void {
    // In a fleet, the others go on.
    if (upstream !== this.clockUpstream) return;
    const id = upstream.info?.sessionId;
    // Not compared with the id of the server, which changes when the clock of the upstream jumps.
    if (id !== undefined && id === this.#takenSession) return;
    this.#takenSession = id;
    this.#isTimeOutdated = true;
    this.server.resetSessionId(id);
  }

  graphChanged({ name, prefix }: MirroredUpstream, graph: ConnectionGraph | undefined): void {
    if (this.#graph.set(name, prefix, this.isGraphWatched ? graph : undefined)) this.#updateGraph();
  }

  /** A first client watches the connection graph, or the last one does not any more. */
  watchGraph(isWatched: boolean): void {
    this.isGraphWatched = isWatched;
    for (const { upstream } of this.upstreams) upstream.watchGraph(isWatched);
    // What is not watched becomes outdated.
    if (!isWatched) { for (const upstream of this.upstreams) this.graphChanged(upstream, undefined); }
  }

  /** A first client watches these parameters, or the last one does not any more. */
  watchParameters(names: readonly string[], isWatched: boolean): void {
    for (const name of names) {
      if (isWatched) this.#watchedParameters.add(name);
      else this.#watchedParameters.delete(name);
    }
    for (const [{ knownParameters }, clientNames] of this.#upstreams.byUpstream(names)) {
      if (isWatched) knownParameters.watch(clientNames);
      else knownParameters.unwatch(clientNames);
    }
  }

  parametersChanged(parameters: readonly Parameter[]): void {
    if (parameters.length > 0 && this.#offers("parametersSubscribe")) this.server.updateParameters(parameters);
  }

  time(upstream: MirroredUpstream, timestamp: bigint, jumped: boolean): void {
    if (upstream !== this.clockUpstream || !this.#offers("time")) return;
    // The clock may have jumped because of the new session, which has begun already.
    this.server.broadcastTime(timestamp, { newSession: jumped && !this.#isTimeOutdated });
    this.#isTimeOutdated = false;
  }

  playback(upstream: MirroredUpstream, state: PlaybackState): void {
    if (upstream === this.clockUpstream && this.#offers("playbackControl")) this.server.broadcastPlaybackState(state);
  }

  /** Sends the state of the playback again, because a client has connected. The server has no message to one client. */
  repeatPlayback(): void {
    const { clockUpstream } = this;
    if (clockUpstream?.lastPlayback) this.playback(clockUpstream, { ...clockUpstream.lastPlayback, didSeek: false });
  }

  async #removeAll(): Promise<void> {
    await Promise.all(this.upstreams.map(({ name }) => this.remove(name)));
    this.infoChanged();
    this.#detach();
  }

  /** An upstream was added or removed, so that names may belong to others now. */
  #routesChanged(): void {
    this.publications.routesChanged();
    const byUpstream = this.#upstreams.byUpstream([...this.#watchedParameters]);
    for (const upstream of this.upstreams) upstream.knownParameters.watchOnly(byUpstream.get(upstream) ?? []);
  }

  #offers(capability: string): boolean {
    return this.#parts.points.info().capabilities.includes(capability);
  }

  #updateGraph(): void {
    if (this.#offers("connectionGraph")) this.server.updateConnectionGraph(this.#graph.whole());
  }
}
