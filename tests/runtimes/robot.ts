// Robot: a FoxgloveServer with everything that a server can have, steered by cases through the harness.

import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import type { ChannelId, ServiceId } from "../../src/protocol/ids.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackState } from "../../src/protocol/playback.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import type { SendStatusOptions } from "../../src/server/call_options.ts";
import type { ChannelInit } from "../../src/server/channel_init.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Queue } from "../support/events.ts";
import { answers, SERVICES } from "./robot_answers.ts";
import { pattern } from "./text.ts";

/** A message to send; a number is the size of a `pattern()`. */
export interface RobotMessage {
  timestamp?: bigint;
  payload: Uint8Array | string | number;
}

/** A server that can be stopped and started again at the same place. */
export class Robot {
  readonly #deeds = new Map<string, Queue<unknown>>();
  #subscribed = new Queue<void>("a subscription");
  #server: FoxgloveServer | undefined;
  #raw: WebSocket | undefined;
  #port = 0;
  #channels: ChannelInit[] = [];
  #parameters = new Map<string, Parameter>();
  #serviceNames = new Map<ServiceId, string>();

  /** Listens, at the same place as the last time; what was added is there. Returns where. */
  async start(): Promise<string> {
    const server = new FoxgloveServer({
      name: "robot",
      port: this.#port,
      capabilities: CAPABILITIES,
      supportedEncodings: ["json", "raw"],
      metadata: { ROS_DISTRO: "jazzy" },
      dataStartTime: 10n,
      dataEndTime: 20n,
      listener: this.#listener(),
    });
    this.#port = (await server.start()).port;
    this.#server = server;
    server.addChannels(this.#channels);
    for (const { name } of SERVICES) this.addService(name);
    return server.url!;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
    this.#serviceNames.clear();
  }

  /** Stops, and starts at the same place at once. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops, and forgets everything. */
  async reset(): Promise<void> {
    await this.stop();
    this.#raw?.close();
    this.#deeds.clear();
    this.#subscribed = new Queue("a subscription");
    this.#raw = undefined;
    this.#port = 0;
    this.#channels = [];
    this.#parameters = new Map();
  }

  /** What clients did of this kind, the next that no case has asked for. */
  async noticed(did: string): Promise<unknown> {
    return await this.#queue(did).next();
  }

  addChannel(channel: ChannelInit): void {
    this.#channels.push(channel);
    this.#server?.addChannel(channel);
  }

  removeChannel(topic: string): void {
    this.#channels = this.#channels.filter((channel) => channel.topic !== topic);
    this.#running().removeChannel(this.#channelId(topic));
  }

  /** Sends these, as soon as somebody is subscribed. */
  async send(topic: string, messages: readonly RobotMessage[]): Promise<void> {
    const channelId = this.#channelId(topic);
    while (!this.#running().hasSubscribers(channelId)) await this.#subscribed.next();
    for (const { timestamp = 0n, payload } of messages) {
      this.#running().sendMessage(channelId, timestamp, typeof payload === "number" ? pattern(payload) : payload);
    }
  }

  addService(name: string): void {
    this.#serviceNames.set(this.#running().addService({ ...SERVICES[0], name }), name);
  }

  /** Sets these, and tells who watches. */
  setParameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) this.#parameters.set(parameter.name, parameter);
    this.#running().updateParameters(parameters);
  }

  updateConnectionGraph(graph: ConnectionGraph): void {
    this.#running().updateConnectionGraph(graph);
  }

  broadcastTime(timestamp: bigint): void {
    this.#running().broadcastTime(timestamp);
  }

  broadcastPlaybackState(state: PlaybackState): void {
    this.#running().broadcastPlaybackState(state);
  }

  sendStatus(level: StatusLevel, message: string, options?: SendStatusOptions): void {
    this.#running().sendStatus(level, message, options);
  }

  removeStatus(statusIds: readonly string[]): void {
    this.#running().removeStatus(statusIds);
  }

  resetSessionId(sessionId: string): void {
    this.#running().resetSessionId(sessionId);
  }

  /** Takes the socket of a client that came to the stage's `rawUrl`. */
  acceptRaw(socket: WebSocket): void {
    this.#raw = socket;
    socket.onopen = () => socket.send('{"op":"serverInfo","name":"raw","capabilities":["services","assets"]}');
    socket.onmessage = ({ data }) => this.#notice("raw", typeof data === "string" ? data : new Uint8Array(data));
  }

  /** Sends just this on that socket. */
  sayRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#raw?.send(data);
  }

  #listener(): FoxgloveServerListener {
    return {
      ...answers({
        parameters: this.#parameters,
        serviceNames: this.#serviceNames,
        notice: (did, what) => this.#notice(did, what),
      }),
      onSubscribe: () => this.#subscribed.push(),
      onUnsubscribe: (server, channelId) => this.#notice("unsubscribe", server.channels.get(channelId)?.topic),
      onClientAdvertise: (_server, { id, topic, encoding, schemaName }) =>
        this.#notice("advertise", { id, topic, encoding, schemaName }),
      onClientUnadvertise: (_server, channelId) => this.#notice("unadvertise", channelId),
      onClientMessage: (_server, channelId, payload) => this.#notice("publish", { channelId, payload }),
      onParametersSubscribe: (_server, names, subscribe) =>
        this.#notice(subscribe ? "watch parameters" : "unwatch parameters", names),
      onConnectionGraphSubscribe: (_server, subscribe) => this.#notice(subscribe ? "watch graph" : "unwatch graph"),
    };
  }

  #notice(did: string, what?: unknown): void {
    this.#queue(did).push(what);
  }

  #queue(did: string): Queue<unknown> {
    const queue = this.#deeds.get(did) ?? new Queue(`a client to ${did}`);
    this.#deeds.set(did, queue);
    return queue;
  }

  #channelId(topic: string): ChannelId {
    for (const { id, topic: its } of this.#running().channels.values()) if (its === topic) return id;
    throw new RangeError(`Cannot use channel "${topic}": the robot has none`);
  }

  #running(): FoxgloveServer {
    if (this.#server) return this.#server;
    throw new TypeError("Cannot use the robot: it is stopped");
  }
}
