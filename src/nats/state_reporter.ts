// StateReporter: reports the state of a robot to the sink of a mirror.

import type { ChannelReference } from "../protocol/advertised_schemas.ts";
import type { Channel } from "../protocol/channels.ts";
import type { UpstreamSink } from "../relay/mirror/upstream.ts";
import { escapeName } from "./escaping.ts";
import { decodeServerBody } from "./wire.ts";

/** Translates values of the state to calls of a sink. */
export class StateReporter {
  readonly #sink: UpstreamSink;
  readonly #watched: () => ReadonlySet<string>;
  #isConnected = false;
  #sessionId: string | undefined;
  #hadSession = false;

  /** `watched`: the names of parameters that are reported. */
  constructor(sink: UpstreamSink, watched: () => ReadonlySet<string>) {
    this.#sink = sink;
    this.#watched = watched;
  }

  /** Whether the sink sees the robot as connected. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Reports everything. */
  connected(values: ReadonlyMap<string, Uint8Array>): void {
    const info = values.get("info.=");
    if (this.#isConnected || !info) return;
    this.#isConnected = true;
    this.changed(info, undefined);
    // The sink may have stopped the upstream because of it.
    if (!this.#isConnected) return;
    // Together, so that a viewer gets one message.
    const messages = [...values].flatMap(([key, body]) =>
      key.startsWith("ch.") || key.startsWith("svc.") ? decodeServerBody(body) ?? [] : []
    );
    const channels = messages.flatMap((message) => message.op === "advertise" ? message.channels : []);
    this.#sink.channelsAdded(channels.filter(isWhole));
    this.#sink.servicesAdded(messages.flatMap((each) => each.op === "advertiseServices" ? each.services : []));
    for (const [key, body] of values) {
      if (!/^(info|ch|svc|latch)\./.test(key)) this.changed(body, undefined);
    }
  }

  /** The robot cannot be reached. */
  disconnected(reason: string): void {
    this.#isConnected = false;
    this.#sink.disconnected(reason);
  }

  /** Ends reporting. */
  stop(): void {
    this.#isConnected = false;
  }

  /** Reports parameters that are watched now. */
  parameters(values: ReadonlyMap<string, Uint8Array>, names: readonly string[]): void {
    for (const name of names) {
      const body = values.get(`param.${escapeName(name)}`);
      const message = body && decodeServerBody(body);
      if (message?.op === "parameterValues") this.#sink.parameters(message.parameters);
    }
  }

  /** Reports a change of a value. An empty body: it was removed. `before`: its last body. */
  changed(body: Uint8Array, before: Uint8Array | undefined): void {
    const isRemoved = body.length === 0;
    const message = isRemoved ? before && decodeServerBody(before) : decodeServerBody(body);
    switch (message?.op) {
      case "serverInfo": {
        if (isRemoved) break;
        const { op: _, ...info } = message;
        this.#sink.connected(info);
        if (this.#isConnected && this.#hadSession && this.#sessionId !== info.sessionId) this.#sink.sessionReset();
        this.#hadSession = true;
        this.#sessionId = info.sessionId;
        break;
      }
      case "advertise": {
        const channels = message.channels.filter(isWhole);
        if (isRemoved) this.#sink.channelsRemoved(channels);
        else this.#sink.channelsAdded(channels);
        break;
      }
      case "advertiseServices":
        if (isRemoved) this.#sink.servicesRemoved(message.services);
        else this.#sink.servicesAdded(message.services);
        break;
      case "parameterValues": {
        const watched = this.#watched();
        const parameters = message.parameters.filter(({ name }) => watched.has(name));
        if (!isRemoved && parameters.length > 0) this.#sink.parameters(parameters);
        break;
      }
      case "connectionGraphUpdate": {
        const { publishedTopics, subscribedTopics, advertisedServices } = message;
        if (!isRemoved) this.#sink.graph({ publishedTopics, subscribedTopics, advertisedServices });
        break;
      }
      case "status":
        if (!isRemoved) this.#sink.status(message);
        else if (message.id !== undefined) this.#sink.statusesRemoved([message.id]);
        break;
      case "playbackState": {
        const { op: _, ...state } = message;
        if (!isRemoved) this.#sink.playback(state);
        break;
      }
    }
  }
}

/** Robots never refer to schemas that they have sent before. */
function isWhole(channel: Channel | ChannelReference): channel is Channel {
  return "schema" in channel;
}
