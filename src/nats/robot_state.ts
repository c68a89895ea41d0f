// RobotState: writes what a server has into the state that edges read, and sends its events.

import { textOf } from "../error_text.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ConnectionGraph } from "../protocol/connection_graph.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import type { UpstreamInfo, UpstreamSink } from "../relay/mirror/upstream.ts";
import type { ExtensionPoints } from "../server/extensions.ts";
import { escapeName } from "./escaping.ts";
import { ExportedChannel, type ExportParts } from "./exported_channel.ts";
import { sequenceDistance, writeFrames } from "./frames.ts";
import type { Subjects } from "./subjects.ts";
import { encodeServerBody } from "./wire.ts";

/** What the state needs. */
export interface RobotStateParts extends ExportParts {
  readonly points: ExtensionPoints;
  readonly subjects: Subjects;
  readonly run: string;
}

/** Everything of one server that edges can see. Its methods are called for the server's own client. */
export class RobotState implements UpstreamSink {
  readonly #parts: RobotStateParts;
  readonly #channels = new Map<ChannelId, { readonly key: string; readonly exported: ExportedChannel }>();
  readonly #services = new Map<ServiceId, { readonly key: string; readonly service: Service }>();
  readonly #parameters = new Map<string, string>();
  /**
   * Where the sequences of new channels begin: after those of all removed ones. The same channel may come back, for
   * edges that have not noticed its absence.
   */
  #lastSequence = 0;
  #usedChannels: ReadonlySet<number> = new Set();
  #watchedParameters: ReadonlySet<string> = new Set();
  #isGraphWatched = false;

  constructor(parts: RobotStateParts) {
    this.#parts = parts;
  }

  /** How many channels edges can see. */
  get channels(): number {
    return this.#channels.size;
  }

  /** How many of them an edge uses. */
  get used(): number {
    return [...this.#channels.values()].filter(({ exported }) => exported.isUsed).length;
  }

  /** Returns a service that edges can see. */
  service(id: ServiceId): Service | undefined {
    return this.#services.get(id)?.service;
  }

  /** Replaces the ids of the channels that edges use. */
  useChannels(ids: ReadonlySet<number>): void {
    this.#usedChannels = ids;
    for (const [id, { exported }] of this.#channels) exported.isUsed = ids.has(id);
  }

  /** Replaces the names of the parameters that edges watch. The state contains only these. */
  watchParameters(names: ReadonlySet<string>): void {
    this.#watchedParameters = names;
    for (const [name, key] of this.#parameters) {
      if (names.has(name)) continue;
      this.#parameters.delete(name);
      this.#parts.state.remove(key);
    }
  }

  /** Whether an edge watches the connection graph. */
  watchGraph(isWatched: boolean): void {
    this.#isGraphWatched = isWatched;
    if (!isWatched) this.#parts.state.remove("graph.=");
  }

  connected(info: UpstreamInfo): void {
    this.#parts.state.set("info.=", encodeServerBody({ op: "serverInfo", ...info }));
  }

  /** The id of the session is in the description. */
  sessionReset(): void {}

  disconnected(): void {
    for (const id of [...this.#channels.keys()]) this.#removeChannel(id);
    for (const id of [...this.#services.keys()]) this.#removeService(id);
  }

  channelsAdded(channels: readonly Channel[]): void {
    for (const channel of channels) this.#attempt(`topic "${channel.topic}"`, () => this.#addChannel(channel));
  }

  channelsRemoved(channels: readonly Channel[]): void {
    for (const { id } of channels) this.#removeChannel(id);
  }

  /** Messages are taken from the server by sinks. */
  message(): void {}

  servicesAdded(services: readonly Service[]): void {
    for (const service of services) {
      this.#attempt(`service "${service.name}"`, () => {
        const key = `svc.${tokenOf(service.name)}.${service.id}`;
        this.#services.set(service.id, { key, service });
        this.#parts.state.set(key, encodeServerBody({ op: "advertiseServices", services: [service] }));
      });
    }
  }

  servicesRemoved(services: readonly Service[]): void {
    for (const { id } of services) this.#removeService(id);
  }

  parameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      if (!this.#watchedParameters.has(parameter.name)) continue;
      this.#attempt(`parameter "${parameter.name}"`, () => {
        const key = `param.${tokenOf(parameter.name)}`;
        this.#parameters.set(parameter.name, key);
        this.#parts.state.set(key, encodeServerBody({ op: "parameterValues", parameters: [parameter] }));
      });
    }
  }

  graph(graph: ConnectionGraph): void {
    if (!this.#isGraphWatched) return;
    const update = { op: "connectionGraphUpdate", ...graph, removedTopics: [], removedServices: [] } as const;
    this.#parts.state.set("graph.=", encodeServerBody(update));
  }

  time(timestamp: bigint, jumped: boolean): void {
    this.#event("time", timestamp, new Uint8Array([jumped ? 1 : 0]));
  }

  status(status: Status): void {
    const body = encodeServerBody(status);
    if (status.id === undefined) return this.#event("status", 0n, body);
    const { id } = status;
    this.#attempt(`status "${id}"`, () => this.#parts.state.set(`status.${tokenOf(id)}`, body));
  }

  statusesRemoved(ids: readonly string[]): void {
    for (const id of ids) {
      const token = escapeName(id);
      if (token !== undefined) this.#parts.state.remove(`status.${token}`);
    }
  }

  playback(state: PlaybackState): void {
    this.#parts.state.set("playback.=", encodeServerBody({ op: "playbackState", ...state }));
  }

  /** Ends all sinks. */
  close(): void {
    for (const { exported } of this.#channels.values()) exported.close();
    this.#channels.clear();
  }

  #addChannel(channel: Channel): void {
    const { points, subjects, run, state } = this.#parts;
    const policy = points.policyOf(channel.id);
    const subject = subjects.data(channel.topic, run, channel.id);
    // The program has removed it in the meantime.
    if (!policy || this.#channels.has(channel.id)) return;
    if (subject === undefined) throw new RangeError(TOO_LONG);
    const exported = new ExportedChannel(channel, subject, policy, this.#lastSequence, this.#parts);
    exported.isUsed = this.#usedChannels.has(channel.id);
    const key = `ch.${tokenOf(channel.topic)}.${channel.id}`;
    this.#channels.set(channel.id, { key, exported });
    state.set(key, encodeServerBody({ op: "advertise", channels: [channel] }));
  }

  #removeChannel(id: ChannelId): void {
    const channel = this.#channels.get(id);
    if (!channel) return;
    this.#channels.delete(id);
    const { sequence } = channel.exported;
    if (sequenceDistance(sequence, this.#lastSequence) > 0) this.#lastSequence = sequence;
    channel.exported.close();
    this.#parts.state.remove(channel.key);
  }

  #removeService(id: ServiceId): void {
    const service = this.#services.get(id);
    this.#services.delete(id);
    if (service) this.#parts.state.remove(service.key);
  }

  /** Sends what only matters now. It is dropped if it cannot be sent. */
  #event(kind: string, timestamp: bigint, payload: Uint8Array): void {
    const { link: { window, sentMs, maxFrameBytes }, subjects, run, period } = this.#parts;
    if (!window.isOpen) return;
    const header = { sequence: 0, timestamp, sentMs: sentMs(), period: period() };
    for (const frame of writeFrames(header, payload, maxFrameBytes())) window.send(subjects.event(run, kind), frame);
  }

  #attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.link.logger.warn(`${this.#parts.link.label}: ${what} is not sent: ${textOf(error)}`);
    }
  }
}

const TOO_LONG = "its name is longer than 1000 characters, or escaped to more";

function tokenOf(name: string): string {
  const token = escapeName(name);
  if (token === undefined) throw new RangeError(TOO_LONG);
  return token;
}
