// ServerDriver: a FoxgloveServer with all capabilities. Cases call it through the harness.

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
import { freePort } from "../support/free_port.ts";
import { Queue } from "../support/events.ts";
import { responseHooks, SERVICES } from "./response_hooks.ts";
import { testBytes } from "./text.ts";

/** A message to send. A number stands for `testBytes()` of this size. */
export interface TestMessage {
  timestamp?: bigint;
  payload: Uint8Array | string | number;
}

/** A server that can be stopped and started again on the same port. */
export class ServerDriver {
  readonly #events = new Map<string, Queue<unknown>>();
  #subscribed = new Queue<void>("a subscription");
  #server: FoxgloveServer | undefined;
  #raw: WebSocket | undefined;
  #port = freePort();
  #channels: ChannelInit[] = [];
  #parameters = new Map<string, Parameter>();
  #serviceNames = new Map<ServiceId, string>();

  /** Starts the server, on the same port as before, with all channels that were added. Returns its URL. */
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
    await server.start();
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

  /** Stops the server and starts it again on the same port. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops the server and clears all state. */
  async reset(): Promise<void> {
    await this.stop();
    this.#raw?.close();
    this.#events.clear();
    this.#subscribed = new Queue("a subscription");
    this.#raw = undefined;
    this.#port = freePort();
    this.#channels = [];
    this.#parameters = new Map();
  }

  /** Returns the details of the next event of this kind, and waits for it. */
  async nextEvent(kind: string): Promise<unknown> {
    return await this.#queue(kind).next();
  }

  addChannel(channel: ChannelInit): void {
    this.#channels.push(channel);
    this.#server?.addChannel(channel);
  }

  removeChannel(topic: string): void {
    this.#channels = this.#channels.filter((channel) => channel.topic !== topic);
    this.#running().removeChannel(this.#channelId(topic));
  }

  /** Sends messages as soon as a client is subscribed. */
  async send(topic: string, messages: readonly TestMessage[]): Promise<void> {
    const channelId = this.#channelId(topic);
    while (!this.#running().hasSubscribers(channelId)) await this.#subscribed.next();
    for (const { timestamp = 0n, payload } of messages) {
      this.#running().sendMessage(channelId, timestamp, typeof payload === "number" ? testBytes(payload) : payload);
    }
  }

  addService(name: string): void {
    this.#serviceNames.set(this.#running().addService({ ...SERVICES[0], name }), name);
  }

  /** Sets parameters, and sends them to the clients that watch them. */
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

  /** Accepts the socket of a client that connected to the fixture's `rawUrl`. */
  acceptRaw(socket: WebSocket): void {
    this.#raw = socket;
    socket.onopen = () => socket.send('{"op":"serverInfo","name":"raw","capabilities":["services","assets"]}');
    socket.onmessage = ({ data }) => this.#record("raw", typeof data === "string" ? data : new Uint8Array(data));
  }

  /** Sends `data` on the raw socket. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#raw?.send(data);
  }

  #listener(): FoxgloveServerListener {
    return {
      ...responseHooks({
        parameters: this.#parameters,
        serviceNames: this.#serviceNames,
        record: (kind, details) => this.#record(kind, details),
      }),
      onSubscribe: () => this.#subscribed.push(),
      onUnsubscribe: (server, channelId) => this.#record("unsubscribe", server.channels.get(channelId)?.topic),
      onClientAdvertise: (_server, { id, topic, encoding, schemaName }) =>
        this.#record("advertise", { id, topic, encoding, schemaName }),
      onClientUnadvertise: (_server, channelId) => this.#record("unadvertise", channelId),
      onClientMessage: (_server, channelId, payload) => this.#record("publish", { channelId, payload }),
      onParametersSubscribe: (_server, names, subscribe) =>
        this.#record(subscribe ? "watch parameters" : "unwatch parameters", names),
      onConnectionGraphSubscribe: (_server, subscribe) => this.#record(subscribe ? "watch graph" : "unwatch graph"),
    };
  }

  #record(kind: string, details?: unknown): void {
    this.#queue(kind).push(details);
  }

  #queue(kind: string): Queue<unknown> {
    const queue = this.#events.get(kind) ?? new Queue(`a client to ${kind}`);
    this.#events.set(kind, queue);
    return queue;
  }

  #channelId(topic: string): ChannelId {
    for (const { id, topic: its } of this.#running().channels.values()) if (its === topic) return id;
    throw new RangeError(`Cannot use channel "${topic}": it does not exist`);
  }

  #running(): FoxgloveServer {
    if (this.#server) return this.#server;
    throw new TypeError("Cannot use the server: it is stopped");
  }
}
