// MirroredUpstream: everything that a mirror knows of one upstream, and what follows from what it reports.

import type { Channel } from "../../protocol/channels.ts";
import type { ConnectionGraph } from "../../protocol/connection_graph.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import type { Service } from "../../protocol/services.ts";
import type { Status } from "../../protocol/status.ts";
import type { UpstreamFigures } from "../../server/stats/upstream_figures.ts";
import { withoutTokens } from "./away_reason.ts";
import { ConnectionLog } from "./connection_log.ts";
import type { MirrorParts, UpstreamParts } from "./mirror_parts.ts";
import { MirroredChannels } from "./mirrored_channels.ts";
import { MirroredParameters } from "./mirrored_parameters.ts";
import { MirroredServices } from "./mirrored_services.ts";
import type { NamePrefix } from "./name_prefix.ts";
import type { PublicationTarget } from "./publications.ts";
import { ReturnTimer } from "./return_timer.ts";
import type { PublicationInit, Upstream, UpstreamInfo, UpstreamPublication, UpstreamSink } from "./upstream.ts";
import { UpstreamStatuses } from "./upstream_statuses.ts";

/** The problem of an upstream that leads back to the server of the mirror. */
const LOOP = "it is this relay itself, or relays it";

/** The mirror, as its upstreams see it. */
export interface UpstreamOwner {
  /** Whether a description is that of the mirror's own server, or of another one that relays it. */
  leadsBack(info: UpstreamInfo): boolean;
  /** The description of an upstream has changed. */
  infoChanged(): void;
  /** An upstream has begun a new session, after another one. */
  sessionReset(upstream: MirroredUpstream): void;
  /** Makes the session of an upstream the one of the server, if its time is passed on. */
  beginSession(upstream: MirroredUpstream): void;
  /** The connection graph of an upstream has changed. `undefined`: it has none now. */
  graphChanged(upstream: MirroredUpstream, graph: ConnectionGraph | undefined): void;
  /** An upstream has sent values of parameters. The names are those for clients. */
  parametersChanged(parameters: readonly Parameter[]): void;
  /** The clock of an upstream. */
  time(upstream: MirroredUpstream, timestamp: bigint, jumped: boolean): void;
  /** The state of the playback of an upstream. */
  playback(upstream: MirroredUpstream, state: PlaybackState): void;
}

/** What describes an upstream. */
export interface UpstreamInit {
  /** Names the upstream in texts for people. Unique in a mirror. */
  readonly name: string;
  readonly prefix: NamePrefix;
  readonly upstream: Upstream;
}

/** One upstream of a mirror. */
export class MirroredUpstream implements UpstreamSink, PublicationTarget {
  readonly name: string;
  readonly prefix: NamePrefix;
  readonly upstream: Upstream;
  readonly channels: MirroredChannels;
  readonly services: MirroredServices;
  readonly knownParameters: MirroredParameters;
  readonly statuses: UpstreamStatuses;
  /** The last description; `undefined` until the first connection. */
  info: UpstreamInfo | undefined;
  /** Whether there is a connection. */
  isConnected = false;
  /** The newest state of the playback, for clients that connect later; `undefined` without a connection. */
  lastPlayback: PlaybackState | undefined;
  /** Why the upstream is not connected, as a text for users; `undefined` if no problem is known. */
  problem: string | undefined;
  /** How many connections there were. */
  connections = 0;
  /** How many messages were passed on. */
  messages = 0;
  /** The bytes of their payloads. */
  bytes = 0;
  /** How many messages of clients could not be sent to the upstream. */
  publishesDropped = 0;
  readonly #owner: UpstreamOwner;
  readonly #log: ConnectionLog;
  readonly #returnTimer: ReturnTimer;

  constructor({ name, prefix, upstream }: UpstreamInit, mirror: MirrorParts, owner: UpstreamOwner) {
    this.name = name;
    this.prefix = prefix;
    this.upstream = upstream;
    this.#owner = owner;
    this.#log = new ConnectionLog(name, mirror);
    this.statuses = new UpstreamStatuses(name, mirror.server, mirror.points);
    this.#returnTimer = new ReturnTimer(mirror.points.clock, () => {
      this.#removeMissing();
      this.statuses.settled();
    });
    const parts: UpstreamParts = {
      name,
      prefix,
      upstream,
      mirror,
      refuse: (text) => this.statuses.refuse(text),
      accept: (text) => this.statuses.accept(text),
    };
    this.channels = new MirroredChannels(parts);
    this.services = new MirroredServices(parts);
    this.knownParameters = new MirroredParameters(parts, (values) => owner.parametersChanged(values));
    this.statuses.away();
  }

  /** The current figures. */
  get figures(): UpstreamFigures {
    const { name, isConnected, problem, connections, messages, bytes, publishesDropped, statuses: { refused } } = this;
    return { name, isConnected, problem, connections, messages, bytes, publishesDropped, refused };
  }

  /** Whether the upstream is connected and has a capability. */
  offers(capability: string): boolean {
    return this.isConnected && this.info?.capabilities.includes(capability) === true;
  }

  connected(info: UpstreamInfo): void {
    if (this.#owner.leadsBack(info)) return this.#endLoop();
    // First, because a new session of the server sends the latched messages again.
    if (this.info && this.info.sessionId !== info.sessionId) this.channels.clearLatched();
    this.info = info;
    const isNew = !this.isConnected;
    if (isNew) {
      this.isConnected = true;
      this.problem = undefined;
      this.connections += 1;
      this.#returnTimer.connected();
      this.statuses.connected();
      this.#log.connected();
    }
    this.#owner.infoChanged();
    // Together with the above, so that clients receive one `serverInfo`.
    if (info.sessionId !== undefined) this.#owner.beginSession(this);
    if (isNew) this.knownParameters.connected();
  }

  sessionReset(): void {
    this.channels.clearLatched();
    this.#owner.sessionReset(this);
  }

  disconnected(error: string): void {
    const reason = withoutTokens(error);
    const wasConnected = this.isConnected;
    this.problem = reason;
    this.isConnected = false;
    this.lastPlayback = undefined;
    this.#returnTimer.cancel();
    this.channels.disconnected();
    this.services.disconnected();
    this.knownParameters.disconnected();
    this.#owner.graphChanged(this, undefined);
    this.statuses.away(reason);
    // Last, because the logger may read the statistics, or remove the upstream.
    if (wasConnected) this.#log.lost(reason);
    else this.#log.failed(reason, this.upstream.logsAbsence === true);
  }

  channelsAdded(channels: readonly Channel[]): void {
    this.#returnTimer.advertised();
    this.channels.add(channels);
  }

  channelsRemoved(channels: readonly Channel[]): void {
    this.channels.remove(channels);
  }

  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void {
    if (!this.channels.message(channelId, timestamp, payload)) return;
    this.messages += 1;
    this.bytes += payload.byteLength;
  }

  servicesAdded(services: readonly Service[]): void {
    if (!this.offers("services")) return;
    this.#returnTimer.advertised();
    this.services.add(services, this.info?.supportedEncodings?.[0]);
  }

  servicesRemoved(services: readonly Service[]): void {
    this.services.remove(services);
  }

  parameters(parameters: readonly Parameter[]): void {
    this.knownParameters.changed(parameters);
  }

  graph(graph: ConnectionGraph): void {
    this.#owner.graphChanged(this, graph);
  }

  time(timestamp: bigint, jumped: boolean): void {
    this.#owner.time(this, timestamp, jumped);
  }

  status(status: Status): void {
    this.statuses.pass(status);
  }

  statusesRemoved(statusIds: readonly string[]): void {
    this.statuses.remove(statusIds);
  }

  playback({ requestId: _, ...state }: PlaybackState): void {
    this.lastPlayback = state;
    this.#owner.playback(this, state);
  }

  advertise(channel: PublicationInit): UpstreamPublication {
    return this.upstream.advertise(channel);
  }

  countDropped(): void {
    this.publishesDropped += 1;
  }

  /** Closes the upstream, and removes everything that it has from the server. */
  async close(): Promise<void> {
    this.#returnTimer.cancel();
    this.#log.close();
    this.isConnected = false;
    this.info = undefined;
    this.channels.disconnected();
    this.services.disconnected();
    this.#removeMissing();
    this.#owner.graphChanged(this, undefined);
    this.statuses.close();
    await this.upstream.close();
  }

  /** Everything that the server has would otherwise come back to it. */
  #endLoop(): void {
    this.isConnected = false;
    this.info = undefined;
    this.disconnected(LOOP);
    this.#removeMissing();
    this.#owner.infoChanged();
    this.#log.notRelayed(LOOP);
    this.upstream.stop();
  }

  #removeMissing(): void {
    this.channels.removeMissing();
    this.services.removeMissing();
  }
}
