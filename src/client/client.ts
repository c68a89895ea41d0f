// FoxgloveClient: the public API of a client, and what becomes of the messages that it receives.

import type { Capability, Subprotocol } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ConnectionGraph } from "../protocol/connection_graph.ts";
import { decodeServerMessage } from "../protocol/decode.ts";
import { encodeClientMessage } from "../protocol/encode.ts";
import type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { Parameter, ParameterValues } from "../protocol/parameters.ts";
import type { PlaybackCommand, PlaybackState } from "../protocol/playback.ts";
import { ProtocolError } from "../protocol/protocol_error.ts";
import { isBrokenSchema } from "../protocol/schema.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import { type Status, StatusLevel } from "../protocol/status.ts";
import { Connection } from "./connection.ts";
import { Decoders, JSON_DECODER } from "./decoders.ts";
import { ConnectionClosedError } from "./errors.ts";
import { GraphWatch } from "./graph_watch.ts";
import { type ConnectionState, type FoxgloveClientListener, Listeners } from "./listener.ts";
import { type FoxgloveClientOptions, type Settings, toSettings } from "./options.ts";
import { ParameterWatch } from "./parameter_watch.ts";
import { PendingRequests } from "./pending_requests.ts";
import { type ClientChannelInit, Publications } from "./publications.ts";
import { Requests, type ServiceResult } from "./requests.ts";
import { ServerView } from "./server_view.ts";
import type { Updates } from "./stream.ts";
import {
  type SubscribeOptions,
  type Subscription,
  type SubscriptionOwner,
  SubscriptionStream,
} from "./subscription.ts";
import { Subscriptions } from "./subscriptions.ts";
import { type Target, toTarget } from "./target.ts";

/** Options of whatever waits. */
export interface WaitOptions {
  /** Ends the wait: it then rejects with the signal's reason. A time limit is `AbortSignal.timeout(ms)`. */
  signal?: AbortSignal;
}

/** Options of `FoxgloveClient.callService()`. */
export interface CallServiceOptions extends WaitOptions {
  /** Of the payload; by default what the service declares, or else the first of the server's `supportedEncodings`. */
  encoding?: string;
}

/** What `FoxgloveClient.playback()` asks for. */
export interface PlaybackRequest {
  /** Goes with each request, also with one that only seeks. */
  command: PlaybackCommand;
  /**
   * Above 0.
   *
   * @default {1} real time
   */
  speed?: number;
  /** In ns; absent: stay where you are. */
  seekTime?: bigint;
}

type ChannelTest = (channel: Channel) => boolean;
type ServiceTest = (service: Service) => boolean;

const UTF8 = new TextEncoder();
const DEFAULT_MAX_QUEUED = 1000;
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/**
 * A client of a server that speaks the Foxglove WebSocket protocol: Deno, browsers, Node and Bun alike.
 *
 * It connects again when the connection is lost, and what was going on goes on then: subscriptions, client channels, and
 * loops over parameters and over the connection graph. Requests that were open reject instead, for nobody knows whether
 * they were carried out.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * server.start();
 * server.addChannel({ topic: "/battery", encoding: "json" });
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * assertEquals(client.serverInfo.name, "my robot");
 * const channel = await client.waitForChannel("/battery");
 * assertEquals(channel.encoding, "json");
 * ```
 */
export class FoxgloveClient implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #listeners = new Listeners(this);
  readonly #connection: Connection;
  readonly #view = new ServerView();
  readonly #requests = new Requests((message) => this.#send(message));
  readonly #publications = new Publications((message) => this.#send(message));
  readonly #graph = new GraphWatch((message) => this.#send(message));
  readonly #subscriptions: Subscriptions;
  readonly #subscriptionOwner: SubscriptionOwner;
  readonly #parameterWatch = new ParameterWatch({
    send: (message) => this.#send(message),
    getParameters: (names) => this.getParameters(names),
    onError: (error) => this.#listeners.tell("onError", error),
  });
  readonly #channelWaits = new PendingRequests<ChannelTest, Channel>();
  readonly #serviceWaits = new PendingRequests<ServiceTest, Service>();
  /** Who waits for the first connection. */
  readonly #introduction: Promise<void>;
  #introduced!: () => void;
  #notIntroduced!: (error: unknown) => void;
  /** Whether the server has introduced itself on the connection of now. */
  #isIntroduced = false;

  /**
   * Connects, and waits until the server has introduced itself.
   *
   * @param url Such as `ws://localhost:8765`. Messages of errors leave out its query, where a token may stand.
   * @throws {TypeError} When the URL is none for a WebSocket.
   * @throws {RangeError} When an option is out of range.
   * @throws {ConnectionClosedError} When the server cannot be reached, or refuses; the message says what was offered and what
   * came back, as far as the platform tells.
   * @throws The signal's reason, when that aborts before.
   */
  static async connect(
    url: string | URL,
    options: FoxgloveClientOptions & WaitOptions = {},
  ): Promise<FoxgloveClient> {
    const { signal } = options;
    signal?.throwIfAborted();
    const client = new FoxgloveClient(toTarget(url), toSettings(options));
    const abort = () => client.#notIntroduced(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      client.#connection.start();
      await client.#introduction;
      return client;
    } catch (error) {
      void client.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  private constructor(target: Target, settings: Settings) {
    this.#settings = settings;
    if (settings.listener) this.#listeners.add(settings.listener);
    this.#introduction = new Promise((resolve, reject) => {
      this.#introduced = resolve;
      this.#notIntroduced = reject;
    });
    // Nobody waits for it any more when a later connection is lost, or not yet when the first attempt fails at once.
    this.#introduction.catch(() => {});
    this.#connection = new Connection(target, settings, {
      opened: (subprotocol) => this.#opened(subprotocol),
      received: (data) => this.#received(data),
      lost: (error) => this.#lost(error),
      stateChanged: (state) => this.#stateChanged(state),
    });
    this.#subscriptions = new Subscriptions((message) => this.#send(message), () => settings.clock.now());
    const { decoders } = settings;
    this.#subscriptionOwner = {
      channelsOf: (subscription) => this.#subscriptions.channelsOf(subscription),
      decoders: new Decoders((encoding) =>
        Object.hasOwn(decoders, encoding) ? decoders[encoding] : encoding === "json" ? JSON_DECODER : undefined
      ),
      jsonDecoders: new Decoders(() => JSON_DECODER),
      onError: (error) => this.#listeners.tell("onError", error),
    };
  }

  /** How it stands to the server now. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /**
   * What the server said of itself; while there is no connection, the last one.
   *
   * @throws {ConnectionClosedError} When it never was, which only hooks see that are called before.
   */
  get serverInfo(): ServerInfo {
    if (this.#view.info) return this.#view.info;
    throw new ConnectionClosedError("Cannot tell the server's info: it has not introduced itself yet");
  }

  /** What the server advertises now; empty while there is no connection. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#view.channels;
  }

  /** The services that the server advertises now; empty while there is no connection. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#view.services;
  }

  /** The server's notes that have an id and still hold, by that. */
  get statuses(): ReadonlyMap<string, Status> {
    return this.#view.statuses;
  }

  /** The values that the server has told on this connection, whoever asked, by name. */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#view.parameters;
  }

  /** The server's clock as it was told last, in ns; absent without the capability `time`. */
  get time(): bigint | undefined {
    return this.#view.time;
  }

  /** Bytes that wait in the socket, those of requests included. */
  get bufferedAmount(): number {
    return this.#connection.bufferedAmount;
  }

  /** Fulfilled when the client has ended for good: `close()` was called, or the connection was lost and none is to follow. */
  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  /** Has it told what happens from now on. Adding the same one again changes nothing. */
  addListener(listener: FoxgloveClientListener): void {
    this.#listeners.add(listener);
  }

  /** Has it told no more. Returns whether it was. */
  removeListener(listener: FoxgloveClientListener): boolean {
    return this.#listeners.remove(listener);
  }

  /**
   * The channel with this topic, as soon as the server advertises one, over reconnects if need be.
   *
   * @throws {ConnectionClosedError} When the client ends before.
   */
  async waitForChannel(topic: string, options: WaitOptions = {}): Promise<Channel> {
    return await this.#waitFor(this.#channelWaits, this.channels, (channel) => channel.topic === topic, options);
  }

  /**
   * The service with this name, as soon as the server advertises it, over reconnects if need be.
   *
   * @throws {ConnectionClosedError} When the client ends before.
   */
  async waitForService(name: string, options: WaitOptions = {}): Promise<Service> {
    return await this.#waitFor(this.#serviceWaits, this.services, (service) => service.name === name, options);
  }

  /**
   * Subscribes to a topic, or to every channel that a predicate accepts; whether the server advertises it now or later.
   *
   * @throws {RangeError} When a bound is not above 0.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe(topic: string | ((channel: Channel) => boolean), options: SubscribeOptions = {}): Subscription {
    const { maxQueued = DEFAULT_MAX_QUEUED, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES, signal } = options;
    for (const [name, value] of Object.entries({ maxQueued, maxQueuedBytes })) {
      if (!(value > 0)) throw new RangeError(`Cannot subscribe: ${name} must be above 0, not ${value}`);
    }
    this.#needLife("subscribe");
    const stream: SubscriptionStream = new SubscriptionStream(topic, {
      maxQueued,
      maxQueuedBytes,
      sizeOf: ({ payload }) => payload.byteLength,
      signal,
      onEnd: () => this.#subscriptions.remove(stream),
    }, this.#subscriptionOwner);
    this.#subscriptions.add(stream, this.channels.values());
    return stream;
  }

  /**
   * Makes a channel to publish on, now and after each reconnect.
   *
   * @throws {TypeError} When the server has no capability `clientPublish`, or does not support the encoding.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  advertise(channel: ClientChannelInit): ClientChannelId {
    this.#needLife(`advertise "${channel.topic}"`);
    return this.#publications.add(channel, this.serverInfo);
  }

  /** Takes a channel back. Returns whether there was one. */
  unadvertise(channelId: ClientChannelId): boolean {
    return this.#publications.remove(channelId);
  }

  /**
   * Publishes a message; a string is sent as UTF-8. The bytes are copied: the caller may use them again at once.
   *
   * Never waits. Returns false when it was dropped: there is no connection, more than `maxBufferedBytes` wait in the
   * socket, or the server of now does not take the channel. What comes too late is worse than what does not come.
   *
   * @throws {RangeError} When there is no such channel.
   */
  publish(channelId: ClientChannelId, payload: Uint8Array | string): boolean {
    if (!this.#publications.has(channelId)) {
      throw new RangeError(`Cannot publish on client channel ${channelId}: it is not advertised`);
    }
    if (!this.#isIntroduced || !this.#publications.isAdvertised(channelId)) return false;
    if (this.bufferedAmount > this.#settings.maxBufferedBytes) return false;
    this.#send({ op: "messageData", channelId, payload: typeof payload === "string" ? UTF8.encode(payload) : payload });
    return true;
  }

  /**
   * The values of these parameters, or of all; those that are not set are left out.
   *
   * @throws {TypeError} When the server has no capability `parameters`.
   * @throws {RequestError} When the server said that it failed. Some servers do not say so: give a signal.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async getParameters(names: readonly string[] = [], { signal }: WaitOptions = {}): Promise<readonly Parameter[]> {
    this.#need("get parameters", "parameters", signal);
    return await this.#requests.getParameters(names, signal);
  }

  /**
   * Sets parameters; one without a value is removed. Returns the values that are now in force, which the server may have
   * chosen otherwise.
   *
   * @throws {TypeError} When the server has no capability `parameters`, or a value cannot be sent.
   * @throws {RequestError} When the server said that it failed. Some servers do not say so: give a signal.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async setParameters(
    parameters: readonly Parameter[],
    { signal }: WaitOptions = {},
  ): Promise<readonly Parameter[]> {
    this.#need("set parameters", "parameters", signal);
    return await this.#requests.setParameters(parameters, signal);
  }

  /**
   * These parameters, or all: first the values as they stand, then what changes, and after a reconnect the values once more.
   * One without a value is not set any more.
   *
   * @throws {TypeError} When the server has no capability `parametersSubscribe`.
   * @throws {ConnectionClosedError} When there is no connection.
   */
  subscribeParameters(names: readonly string[] = [], { signal }: WaitOptions = {}): Updates<readonly Parameter[]> {
    this.#need("subscribe to parameters", "parametersSubscribe", signal);
    return this.#parameterWatch.add(names, signal);
  }

  /**
   * Calls a service; a string is sent as UTF-8.
   *
   * @throws {TypeError} When the server has no capability `services`, or no such service: see `waitForService()`.
   * @throws {RequestError} When the service failed; the message is the server's.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async callService(
    name: string,
    payload: Uint8Array | string,
    options: CallServiceOptions = {},
  ): Promise<ServiceResult> {
    const doing = `call service "${name}"`;
    this.#need(doing, "services", options.signal);
    const service = [...this.services.values()].find((service) => service.name === name);
    if (!service) throw new TypeError(`Cannot ${doing}: the server has no such service`);
    const { encoding = service.request?.encoding ?? this.serverInfo.supportedEncodings?.[0] ?? "json" } = options;
    const bytes = typeof payload === "string" ? UTF8.encode(payload) : payload;
    return await this.#requests.callService(service.id, encoding, bytes, options.signal);
  }

  /**
   * Fetches a file, such as `package://arm/meshes/base.stl`. Its bytes are a view of the frame as it was received.
   *
   * @throws {TypeError} When the server has no capability `assets`.
   * @throws {RequestError} When the server has no such file; the message is the server's.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async fetchAsset(uri: string, { signal }: WaitOptions = {}): Promise<Uint8Array> {
    this.#need(`fetch "${uri}"`, "assets", signal);
    return await this.#requests.fetchAsset(uri, signal);
  }

  /**
   * The connection graph: as it stands, and again, whole, each time it changed. A slow loop only gets the newest.
   *
   * @throws {TypeError} When the server has no capability `connectionGraph`.
   * @throws {ConnectionClosedError} When there is no connection.
   */
  connectionGraph({ signal }: WaitOptions = {}): Updates<ConnectionGraph> {
    this.#need("tell the connection graph", "connectionGraph", signal);
    return this.#graph.add(signal);
  }

  /**
   * Steers the playback of recorded data. Returns what it does then, which all other clients are told as well.
   *
   * @throws {TypeError} When the server has no capability `playbackControl`.
   * @throws {RangeError} When the speed is not above 0.
   * @throws {RequestError} When the server said that it failed. Some servers do not say so: give a signal.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async playback(request: PlaybackRequest, { signal }: WaitOptions = {}): Promise<PlaybackState> {
    const { speed = 1 } = request;
    if (!(speed > 0 && speed < Infinity)) {
      throw new RangeError(`Cannot control playback: speed must be finite and above 0, not ${speed}`);
    }
    this.#need("control playback", "playbackControl", signal);
    return await this.#requests.playback({ ...request, speed }, signal);
  }

  /**
   * Ends the connection, for good. Loops end, and what waits rejects. Fulfilled when the connection is gone, or after 2
   * seconds in which the server did not answer.
   */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** As {@linkcode FoxgloveClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(message: ClientMessage): void {
    this.#connection.send(encodeClientMessage(message));
  }

  #needLife(doing: string): void {
    if (this.state.at === "closed") throw new ConnectionClosedError(`Cannot ${doing}: the client is closed`);
  }

  #need(doing: string, capability: Capability, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (!this.#isIntroduced) throw new ConnectionClosedError(`Cannot ${doing}: there is no connection`);
    if (!this.serverInfo.capabilities.includes(capability)) {
      throw new TypeError(`Cannot ${doing}: the server has no capability "${capability}"`);
    }
  }

  async #waitFor<T>(
    waits: PendingRequests<(item: T) => boolean, T>,
    existing: ReadonlyMap<unknown, T>,
    wanted: (item: T) => boolean,
    { signal }: WaitOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    this.#needLife("wait");
    return [...existing.values()].find(wanted) ?? await waits.add(wanted, signal);
  }

  #opened(subprotocol: Subprotocol | undefined): void {
    if (subprotocol !== undefined) return;
    this.#warn(
      "The server chose none of the subprotocols that were offered: it is taken to speak foxglove.websocket.v1",
    );
  }

  #stateChanged(state: ConnectionState): void {
    if (state.at === "closed") {
      const { error } = state;
      const closed = error ?? new ConnectionClosedError("The client was closed");
      this.#notIntroduced(closed);
      this.#channelWaits.rejectAll(closed);
      this.#serviceWaits.rejectAll(closed);
      for (const part of [this.#subscriptions, this.#parameterWatch, this.#graph]) part.end(error);
    }
    this.#listeners.tell("onConnectionState", state);
  }

  #lost(error: ConnectionClosedError): void {
    this.#isIntroduced = false;
    const { channels, services } = this.#view.clear();
    this.#subscriptions.lost();
    this.#requests.rejectAll(error);
    if (channels.length > 0) this.#listeners.tell("onUnadvertise", channels);
    if (services.length > 0) this.#listeners.tell("onUnadvertiseServices", services);
  }

  #received(data: string | ArrayBuffer): void {
    try {
      this.#handle(decodeServerMessage(data));
    } catch (error) {
      if (error instanceof ProtocolError) this.#requests.answerBroken(error);
      this.#listeners.tell("onError", error);
    }
  }

  #handle(message: ServerMessage): void {
    switch (message.op) {
      case "messageData":
        return this.#handleData(message);
      case "serverInfo":
        return this.#handleServerInfo(message);
      case "advertise":
        return this.#handleAdvertise(message.channels);
      case "unadvertise":
        return this.#handleUnadvertise(this.#view.unadvertise(message.channelIds));
      case "advertiseServices":
        return this.#handleAdvertiseServices(message.services);
      case "unadvertiseServices":
        return this.#tellSome("onUnadvertiseServices", this.#view.unadvertiseServices(message.serviceIds));
      case "status":
        this.#view.noteStatus(message);
        if (message.level === StatusLevel.ERROR) this.#requests.errorTold(message.message);
        return this.#listeners.tell("onStatus", message);
      case "removeStatus":
        this.#view.removeStatuses(message.statusIds);
        return this.#listeners.tell("onRemoveStatus", message.statusIds);
      case "time":
        // Without the capability, the server has no clock of its own that anything would refer to.
        if (!this.serverInfo.capabilities.includes("time")) return;
        return this.#listeners.tell("onTime", message.timestamp, this.#view.tick(message.timestamp));
      case "parameterValues":
        return this.#handleParameterValues(message);
      case "connectionGraphUpdate":
        return this.#graph.told(message);
      case "playbackState": {
        const { op: _op, ...state } = message;
        this.#requests.playbackAnswered(state);
        return this.#listeners.tell("onPlaybackState", state);
      }
      case "serviceCallResponse":
        return this.#expect(this.#requests.serviceAnswered(message), `service call ${message.callId}`);
      case "serviceCallFailure":
        return this.#expect(this.#requests.serviceFailed(message), `service call ${message.callId}`);
      case "fetchAssetResponse":
        return this.#expect(this.#requests.assetAnswered(message), `asset request ${message.requestId}`);
      default:
        return message satisfies never;
    }
  }

  #handleData(message: MessageData): void {
    if (this.#subscriptions.deliver(message)) return;
    this.#warn(`A message came for subscription ${message.subscriptionId}, which does not exist`);
  }

  #handleServerInfo(info: ServerInfo): void {
    const isNewConnection = !this.#isIntroduced;
    const isNewSession = this.#view.introduce(info, isNewConnection);
    this.#isIntroduced = true;
    this.#connection.succeeded();
    this.#listeners.tell("onServerInfo", info);
    if (isNewSession) this.#listeners.tell("onSessionReset", info.sessionId);
    if (!isNewConnection) return;
    for (const refusal of this.#publications.resume(info)) this.#warn(refusal);
    this.#parameterWatch.resume();
    this.#graph.resume();
    this.#introduced();
  }

  #handleAdvertise(channels: readonly Channel[]): void {
    const { gone, added } = this.#view.advertise(channels);
    this.#subscriptions.advertised(added);
    this.#tellSome("onUnadvertise", gone);
    this.#tellSome("onAdvertise", added);
    fulfil(this.#channelWaits, added);
    for (const { id, topic } of added.filter(isBrokenSchema)) {
      const text = `Cannot read the schema of channel ${id}, "${topic}": it is not base64`;
      this.#listeners.tell("onError", new ProtocolError("invalid-field", text));
    }
  }

  #handleUnadvertise(gone: Channel[]): void {
    this.#subscriptions.unadvertised(gone);
    this.#tellSome("onUnadvertise", gone);
  }

  #handleAdvertiseServices(services: readonly Service[]): void {
    const { gone, added } = this.#view.advertiseServices(services);
    this.#tellSome("onUnadvertiseServices", gone);
    this.#tellSome("onAdvertiseServices", added);
    fulfil(this.#serviceWaits, added);
  }

  #handleParameterValues(message: ParameterValues): void {
    const { parameters } = message;
    this.#view.noteParameters(parameters);
    if (this.#requests.parametersAnswered(message)) this.#parameterWatch.learned(parameters);
    else this.#parameterWatch.told(parameters);
    this.#listeners.tell("onParameterValues", parameters);
  }

  #tellSome<T>(
    hook: "onAdvertise" | "onUnadvertise" | "onAdvertiseServices" | "onUnadvertiseServices",
    items: readonly T[],
  ): void {
    if (items.length > 0) this.#listeners.tell(hook, items as never);
  }

  #expect(wasAskedFor: boolean, what: string): void {
    if (!wasAskedFor) this.#warn(`An answer came to ${what}, which was not made`);
  }

  #warn(message: string): void {
    this.#listeners.tell("onWarning", message);
  }
}

/** Gives things to those who wait for them. */
function fulfil<T>(waits: PendingRequests<(item: T) => boolean, T>, items: readonly T[]): void {
  for (const wanted of [...waits.keys()]) {
    const item = items.find(wanted);
    if (item !== undefined) waits.resolve(wanted, item);
  }
}
