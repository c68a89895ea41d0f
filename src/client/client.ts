// FoxgloveClient: the public API of a client.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ConnectionGraph } from "../protocol/connection_graph.ts";
import type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackCommand, PlaybackState } from "../protocol/playback.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import { Decoders, JSON_DECODER } from "./decoders.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Exchange } from "./exchange.ts";
import { type ConnectionState, type FoxgloveClientListener, Listeners } from "./listener.ts";
import { type FoxgloveClientOptions, type Settings, toSettings } from "./options.ts";
import type { ClientChannelInit } from "./publications.ts";
import type { ServiceResult } from "./requests.ts";
import type { Updates } from "./stream.ts";
import {
  type SubscribeOptions,
  type Subscription,
  type SubscriptionOwner,
  SubscriptionStream,
} from "./subscription.ts";
import { type Target, toTarget } from "./target.ts";
import type { Waits } from "./waits.ts";

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
  readonly #exchange: Exchange;
  readonly #subscriptionOwner: SubscriptionOwner;

  /**
   * Connects, and waits until the server has introduced itself.
   *
   * @param url Such as `ws://localhost:8765`. Messages of errors leave out its query, where a token may stand.
   * @throws {TypeError} When the URL is none for a WebSocket.
   * @throws {RangeError} When an option is out of range.
   * @throws {ConnectionClosedError} When the server cannot be reached, or refuses; the message says what was offered and what
   * came back, as far as the platform tells. Or when its `serverInfo` cannot be read; the `cause` is a `ProtocolError` then.
   * @throws The signal's reason, when that aborts before.
   */
  static async connect(
    url: string | URL,
    options: FoxgloveClientOptions & WaitOptions = {},
  ): Promise<FoxgloveClient> {
    const { signal } = options;
    signal?.throwIfAborted();
    const client = new FoxgloveClient(toTarget(url), toSettings(options));
    const abort = () => client.#exchange.giveUp(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      client.#exchange.connection.start();
      await client.#exchange.introduction;
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
    this.#exchange = new Exchange(target, settings, this.#listeners);
    this.#subscriptionOwner = {
      channelsOf: (subscription) => this.#exchange.subscriptions.channelsOf(subscription),
      decoders: new Decoders(settings.decoders),
      jsonDecoders: new Decoders(() => JSON_DECODER),
      onError: (error) => this.#listeners.tell("onError", error),
      onWarning: (message) => this.#listeners.tell("onWarning", message),
    };
  }

  /** How it stands to the server now. */
  get state(): ConnectionState {
    return this.#exchange.connection.state;
  }

  /**
   * What the server said of itself; while there is no connection, the last one.
   *
   * @throws {ConnectionClosedError} When it never was, which only hooks see that are called before.
   */
  get serverInfo(): ServerInfo {
    if (this.#exchange.view.info) return this.#exchange.view.info;
    throw new ConnectionClosedError("Cannot tell the server's info: it has not introduced itself yet");
  }

  /** What the server advertises now, up to `maxKept` channels; empty while there is no connection. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#exchange.view.channels.byId;
  }

  /** The services that the server advertises now, up to `maxKept`; empty while there is no connection. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#exchange.view.services.byId;
  }

  /** The server's notes that have an id and still hold, by that; up to `maxKept`. Failures of requests are not among them. */
  get statuses(): ReadonlyMap<string, Status> {
    return this.#exchange.view.statuses;
  }

  /** The values that the server has told on this connection, whoever asked, by name; up to `maxKept`. */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#exchange.view.parameters;
  }

  /** The server's clock as it was told last, in ns; absent without the capability `time`. */
  get time(): bigint | undefined {
    return this.#exchange.view.time;
  }

  /** Bytes that wait in the socket, those of requests included. */
  get bufferedAmount(): number {
    return this.#exchange.connection.bufferedAmount;
  }

  /** Fulfilled when the client has ended for good: `close()` was called, or the connection was lost and none is to follow. */
  get closed(): Promise<void> {
    return this.#exchange.connection.closed;
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
    const existing = this.#exchange.view.channels.firstNamed(topic);
    return await this.#waitFor(this.#exchange.channelWaits, existing, topic, options);
  }

  /**
   * The service with this name, as soon as the server advertises it, over reconnects if need be. If the server has no capability
   * `services`, it still waits, because a later `serverInfo` may bring it; `onWarning` is called once then.
   *
   * @throws {ConnectionClosedError} When the client ends before.
   */
  async waitForService(name: string, options: WaitOptions = {}): Promise<Service> {
    const existing = this.#exchange.view.services.firstNamed(name);
    if (!existing) this.#exchange.warnIfWithout("services", `Waiting for service "${name}"`);
    return await this.#waitFor(this.#exchange.serviceWaits, existing, name, options);
  }

  /**
   * Subscribes to a topic, or to every channel that a predicate accepts; whether the server advertises it now or later.
   *
   * The predicate is called once for each channel. One that throws, or does not return a boolean, does not match that channel, and
   * `onError` is told; this method does not throw because of it.
   *
   * @throws {TypeError} When `topic` is neither text nor a function.
   * @throws {RangeError} When a bound is not above 0.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe(topic: string | ((channel: Channel) => boolean), options: SubscribeOptions = {}): Subscription {
    if (typeof topic !== "string" && typeof topic !== "function") {
      throw new TypeError(`Cannot subscribe: the topic must be a string or a function, not ${typeof topic}`);
    }
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
      onEnd: () => this.#exchange.subscriptions.remove(stream),
    }, this.#subscriptionOwner);
    const { channels } = this.#exchange.view;
    this.#exchange.subscriptions.add(
      stream,
      () => typeof topic === "string" ? channels.named(topic) : channels.byId.values(),
    );
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
    return this.#exchange.publications.add(channel, this.serverInfo);
  }

  /** Takes a channel back. Returns whether there was one. */
  unadvertise(channelId: ClientChannelId): boolean {
    return this.#exchange.publications.remove(channelId);
  }

  /**
   * Publishes a message; a string is sent as UTF-8. The bytes are copied: the caller may use them again at once.
   *
   * Never waits. Returns false when it was dropped: there is no connection, more than `maxBufferedBytes` wait in the
   * socket, or the server of now does not take the channel. What comes too late is worse than what does not come.
   *
   * @throws {RangeError} When there is no such channel.
   * @throws {TypeError} When the payload is neither text nor bytes, whether or not there is a connection.
   */
  publish(channelId: ClientChannelId, payload: ByteSource | string): boolean {
    const topic = this.#exchange.publications.topicOf(channelId);
    if (topic === undefined) {
      throw new RangeError(`Cannot publish on client channel ${channelId}: it is not advertised`);
    }
    const bytes = payloadOf(payload, `publish on "${topic}"`);
    if (!this.#exchange.isIntroduced || !this.#exchange.publications.isAdvertised(channelId)) return false;
    if (this.bufferedAmount > this.#settings.maxBufferedBytes) return false;
    this.#exchange.send({ op: "messageData", channelId, payload: bytes });
    return true;
  }

  /**
   * The values of these parameters, or of all; those that are not set are left out.
   *
   * Waits while 32 requests for parameters are open, because servers refuse more; the time counts for `signal`.
   *
   * @throws {TypeError} When the server has no capability `parameters`.
   * @throws {RequestError} When the server said that it failed. Some servers do not say so: give a signal.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async getParameters(names: readonly string[] = [], { signal }: WaitOptions = {}): Promise<readonly Parameter[]> {
    this.#need("get parameters", "parameters", signal);
    return await this.#exchange.requests.getParameters(names, signal);
  }

  /**
   * Sets parameters; one without a value is removed. Returns the values that are now in force, which the server may have
   * chosen otherwise.
   *
   * @throws {TypeError} When the server has no capability `parameters`, or a value cannot be sent, such as NaN; nothing is sent then.
   * @throws {RangeError} When a `bigint` is out of range; nothing is sent then.
   * @throws {RequestError} When the server said that it failed. Some servers do not say so: give a signal.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async setParameters(
    parameters: readonly Parameter[],
    { signal }: WaitOptions = {},
  ): Promise<readonly Parameter[]> {
    this.#need("set parameters", "parameters", signal);
    return await this.#exchange.requests.setParameters(parameters, signal);
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
    return this.#exchange.parameterWatch.add(names, signal);
  }

  /**
   * Calls a service; a string is sent as UTF-8.
   *
   * @throws {TypeError} When the server has no capability `services`, or no such service: see `waitForService()`. When the payload is
   * neither text nor bytes.
   * @throws {RequestError} When the service failed; the message is the server's.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async callService(
    name: string,
    payload: ByteSource | string,
    options: CallServiceOptions = {},
  ): Promise<ServiceResult> {
    const doing = `call service "${name}"`;
    const bytes = payloadOf(payload, doing);
    this.#need(doing, "services", options.signal);
    const service = this.#exchange.view.services.firstNamed(name);
    if (!service) throw new TypeError(`Cannot ${doing}: the server has no such service`);
    const { encoding = service.request?.encoding ?? this.serverInfo.supportedEncodings?.[0] ?? "json" } = options;
    return await this.#exchange.requests.callService(service.id, encoding, bytes, options.signal);
  }

  /**
   * Fetches a file, such as `package://arm/meshes/base.stl`. Its bytes are a view of the frame as it was received.
   *
   * Waits while 32 assets are being fetched, because servers refuse more; the time counts for `signal`.
   *
   * @throws {TypeError} When the server has no capability `assets`.
   * @throws {RequestError} When the server has no such file; the message is the server's.
   * @throws {ConnectionClosedError} When the connection is lost before the answer.
   */
  async fetchAsset(uri: string, { signal }: WaitOptions = {}): Promise<Uint8Array> {
    this.#need(`fetch "${uri}"`, "assets", signal);
    return await this.#exchange.requests.fetchAsset(uri, signal);
  }

  /**
   * The connection graph: as it stands, and again, whole, each time it changed. A slow loop only gets the newest. A graph of more
   * than 1000 names is handed over at most once in a millisecond for each 1000 names.
   *
   * @throws {TypeError} When the server has no capability `connectionGraph`.
   * @throws {ConnectionClosedError} When there is no connection.
   */
  connectionGraph({ signal }: WaitOptions = {}): Updates<ConnectionGraph> {
    this.#need("tell the connection graph", "connectionGraph", signal);
    return this.#exchange.graph.add(signal);
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
    return await this.#exchange.requests.playback({ ...request, speed }, signal);
  }

  /**
   * Ends the connection, for good. Loops end, and what waits rejects. Fulfilled when the connection is gone, or after 2
   * seconds in which the server did not answer.
   */
  close(): Promise<void> {
    return this.#exchange.connection.close();
  }

  /** As {@linkcode FoxgloveClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #needLife(doing: string): void {
    if (this.state.at === "closed") throw new ConnectionClosedError(`Cannot ${doing}: the client is closed`);
  }

  #need(doing: string, capability: Capability, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (!this.#exchange.isIntroduced) throw new ConnectionClosedError(`Cannot ${doing}: there is no connection`);
    if (!this.serverInfo.capabilities.includes(capability)) {
      throw new TypeError(`Cannot ${doing}: the server has no capability "${capability}"`);
    }
  }

  async #waitFor<T>(waits: Waits<T>, existing: T | undefined, name: string, { signal }: WaitOptions): Promise<T> {
    signal?.throwIfAborted();
    this.#needLife("wait");
    return existing ?? await waits.add(name, signal);
  }
}

/** What is sent of a payload. Throws if it is neither text nor bytes; `doing` completes "Cannot". */
function payloadOf(payload: ByteSource | string, doing: string): Uint8Array {
  const bytes = typeof payload === "string" ? UTF8.encode(payload) : bytesOf(payload);
  if (bytes) return bytes;
  throw new TypeError(`Cannot ${doing}: its payload must be text or ${BYTES_RULE}, not ${kindOf(payload)}`);
}
