// FoxgloveClient: the public API of a client.

import { ANY_JSON } from "../codecs/any_json.ts";
import type { Decoder, Encoder } from "../codecs/codec.ts";
import { checkEncoder } from "../codecs/codec_checks.ts";
import { encoderChannel } from "../codecs/encoder_channel.ts";
import type { ByteSource } from "../protocol/bytes.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ConnectionGraph } from "../protocol/connection_graph.ts";
import type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import { BUILT_IN_DECODERS } from "./built_in_decoders.ts";
import type { CallServiceOptions, PlaybackRequest, WaitOptions } from "./call_options.ts";
import type { ChannelSelector } from "./channel_matcher.ts";
import { type ClientChannelHandle, PublishedChannel } from "./client_channel_handle.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { ConnectionState } from "./connection_state.ts";
import { Decoders } from "./decoders.ts";
import { DefaultLog } from "./default_log.ts";
import { ConnectionClosedError } from "./errors.ts";
import { type ExistingSocketOptions, overSocket } from "./existing_socket.ts";
import { type FoxgloveClientListener, Listeners } from "./listener.ts";
import { type ClientSettings, type FoxgloveClientOptions, toClientSettings } from "./options.ts";
import type { NameKind } from "./missing_names.ts";
import { namedTimeout } from "./named_timeout.ts";
import type { ClientChannelInit } from "./publications.ts";
import type { ServiceResult } from "./requests.ts";
import { payloadBytes } from "./payload_bytes.ts";
import { JSON_DECODER } from "./plain_json_decoder.ts";
import { parseServerAddress, type ServerAddress } from "./server_address.ts";
import { ServerConnection } from "./server_connection.ts";
import { type ServiceCaller, type ServiceCallerOptions, TypedServiceCaller } from "./service_caller.ts";
import { Subscriber } from "./subscriber.ts";
import type {
  CallbackSubscription,
  DecodedMessage,
  SubscribeCallbackOptions,
  SubscribeOptions,
  Subscription,
  TypedSubscription,
} from "./subscription.ts";
import type { UpdateStream } from "./update_stream.ts";
import type { Waiters } from "./waiters.ts";

/**
 * A client for servers that speak the Foxglove WebSocket protocol: `foxglove.sdk.v1.1`, `foxglove.sdk.v1` or
 * `foxglove.websocket.v1`. It runs in Deno, browsers, Node and Bun.
 *
 * It reconnects when the connection is lost. It then restores subscriptions, client channels, and loops over parameters
 * and the connection graph. Open requests reject when the connection is lost, because the client cannot know whether
 * the server executed them.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * server.addChannel({ topic: "/battery", encoding: "json" });
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * assertEquals(client.serverInfo.name, "my robot");
 * const channel = await client.waitForChannel("/battery");
 * assertEquals(channel.encoding, "json");
 * ```
 */
export class FoxgloveClient implements AsyncDisposable {
  readonly #listeners: Listeners;
  readonly #connection: ServerConnection;
  readonly #subscriber: Subscriber;

  /**
   * Connects, and waits until the server has sent its `serverInfo`.
   *
   * @param url Such as `ws://localhost:8765`. Error messages leave out its query and user, because they may contain a
   * token.
   * @throws {TypeError} When the URL is not a WebSocket URL, the options are not an object, or an option does not
   * exist.
   * @throws {RangeError} When an option is out of range.
   * @throws {ConnectionClosedError} When the server cannot be reached or rejects the connection. The message lists the
   * offered subprotocols, and the close code and reason if the platform reports them. Also when the `serverInfo` cannot
   * be read: then the `cause` is a `ProtocolError`.
   * @throws The signal's reason, when it aborts before.
   */
  static async connect(
    url: string | URL,
    options: FoxgloveClientOptions & WaitOptions = {},
  ): Promise<FoxgloveClient> {
    // A program without type checks may pass null, which is rejected after the URL.
    options?.signal?.throwIfAborted();
    return await FoxgloveClient.#start(parseServerAddress(url), toClientSettings(options), options.signal);
  }

  /**
   * Like {@linkcode FoxgloveClient.connect}, over a WebSocket that exists already. For example, a robot behind a
   * firewall connects to your server, and your server is then the client of the robot.
   *
   * The socket may still be opening. If it is open, call this before it can receive a message, because messages that
   * arrive earlier are lost. The client does not reconnect: it ends with the socket.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { FoxgloveClient } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * const subprotocol = "foxglove.sdk.v1";
   * const name = Promise.withResolvers<string>();
   * await using fleet = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
   *   const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
   *   void FoxgloveClient.over(socket, { subprotocol }).then(async (client) => {
   *     name.resolve(client.serverInfo.name);
   *     await client.close();
   *   });
   *   return response;
   * });
   *
   * // On the robot:
   * await using robot = new FoxgloveServer({ name: "robot 7" });
   * robot.acceptSocket(new WebSocket(`ws://127.0.0.1:${fleet.addr.port}`, subprotocol), { subprotocol });
   * assertEquals(await name.promise, "robot 7");
   * ```
   *
   * @param socket The client sets its `binaryType`, owns it from now on, and closes it.
   * @throws {TypeError | RangeError} When an option does not exist, or is out of range. The socket is not touched then.
   * @throws {ConnectionClosedError} When the socket closes before the `serverInfo` arrives, or has closed already. Also
   * when the `serverInfo` cannot be read: then the `cause` is a `ProtocolError`.
   * @throws The signal's reason, when it aborts before. The socket is closed then.
   */
  static async over(socket: ClientSocket, options: ExistingSocketOptions = {}): Promise<FoxgloveClient> {
    const { address, settings } = overSocket(socket, options);
    return await FoxgloveClient.#start(address, settings, options.signal);
  }

  static async #start(
    address: ServerAddress,
    settings: ClientSettings,
    signal: AbortSignal | undefined,
  ): Promise<FoxgloveClient> {
    const client = new FoxgloveClient(address, settings);
    const abort = () => client.#connection.abortConnect(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      if (signal?.aborted) abort();
      client.#connection.reconnector.start();
      await client.#connection.ready;
      return client;
    } catch (error) {
      const { state } = client;
      void client.close();
      throw namedTimeout(
        error,
        () =>
          state.type === "reconnecting"
            ? state.error.message
            : `Cannot connect to ${address.label}: the server did not answer in time`,
      );
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  private constructor(address: ServerAddress, settings: ClientSettings) {
    // JavaScript programs can call it with other arguments.
    if (!settings?.clock) throw new TypeError("Cannot create a client: use await FoxgloveClient.connect(url)");
    this.#listeners = new Listeners(this, new DefaultLog(settings.logger, settings.clock));
    if (settings.listener) this.#listeners.add(settings.listener);
    this.#connection = new ServerConnection(address, settings, this.#listeners);
    const { subscriptions, view } = this.#connection;
    this.#subscriber = new Subscriber({
      subscriptions,
      channels: (topic) => topic === undefined ? view.channels.byId.values() : view.channels.allNamed(topic),
      decoders: new Decoders({ ...BUILT_IN_DECODERS, ...settings.decoders }),
      jsonDecoders: new Decoders(() => JSON_DECODER),
      onError: (error) => this.#listeners.emit("onError", error),
      onWarning: (message) => this.#listeners.emit("onWarning", message),
      onCallbackError: (error) => this.#listeners.report(error),
    });
  }

  /** The current connection state. */
  get state(): ConnectionState {
    return this.#connection.reconnector.state;
  }

  /**
   * The server's description of itself. While disconnected, the one from the last connection.
   *
   * @throws {ConnectionClosedError} When the server has not sent it yet. This can only happen in hooks that run before
   * `connect()` resolves.
   */
  get serverInfo(): ServerInfo {
    if (this.#connection.view.info) return this.#connection.view.info;
    throw new ConnectionClosedError("Cannot read the server info: the server has not sent it yet");
  }

  /** The channels that the server currently advertises, by id; at most `maxKept`. Empty while disconnected. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#connection.view.channels.byId;
  }

  /** The services that the server currently advertises, by id; at most `maxKept`. Empty while disconnected. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#connection.view.services.byId;
  }

  /**
   * The statuses with an id that the server has not removed, by id; at most `maxKept`. Failures of requests are not
   * included.
   */
  get statuses(): ReadonlyMap<string, Status> {
    return this.#connection.view.statuses;
  }

  /**
   * The parameter values that the server has sent on this connection, with or without a request, by name; at most
   * `maxKept`.
   */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#connection.view.parameters;
  }

  /** The newest time that the server has sent, in ns; `undefined` without the capability `time`. */
  get time(): bigint | undefined {
    return this.#connection.view.time;
  }

  /** How many bytes are queued in the socket, including requests. */
  get bufferedAmount(): number {
    return this.#connection.reconnector.bufferedAmount;
  }

  /**
   * Resolves when the client has ended: by `close()`, or because the connection was lost and the client does not
   * reconnect.
   */
  get closed(): Promise<void> {
    return this.#connection.reconnector.closed;
  }

  /** Adds a listener. Adding it twice has no effect. */
  addListener(listener: FoxgloveClientListener): void {
    this.#listeners.add(listener);
  }

  /** Removes a listener. Returns whether it was registered. */
  removeListener(listener: FoxgloveClientListener): boolean {
    return this.#listeners.remove(listener);
  }

  /**
   * Waits until the server advertises a channel with this topic, and returns it. Waiting continues after a reconnect.
   * If the topic is still missing after 2 seconds, the client calls `onWarning`, once.
   *
   * @throws {ConnectionClosedError} When the client ends before.
   */
  async waitForChannel(topic: string, options: WaitOptions = {}): Promise<Channel> {
    const existing = this.#connection.view.channels.firstNamed(topic);
    return await this.#waitFor("topic", this.#connection.channelWaiters, existing, topic, options);
  }

  /**
   * Waits until the server advertises a service with this name, and returns it. Waiting continues after a reconnect.
   *
   * It also waits if the server lacks the capability `services`, because a later `serverInfo` may add it. The client
   * then calls `onWarning`, once. It also does so if the service is still missing after 2 seconds.
   *
   * @throws {ConnectionClosedError} When the client ends before.
   */
  async waitForService(name: string, options: WaitOptions = {}): Promise<Service> {
    const existing = this.#connection.view.services.firstNamed(name);
    if (!existing) this.#connection.supports("services", `Waiting for service "${name}"`);
    return await this.#waitFor("service", this.#connection.serviceWaiters, existing, name, options);
  }

  /**
   * Subscribes to a topic, or to every channel that a predicate accepts, and calls `onMessage` with each message.
   * Channels may be advertised now or later.
   *
   * @throws {TypeError} When `topic` is neither text nor a function, or `onMessage` is not a function. Also when
   * `maxQueued` or `maxQueuedBytes` is set, because a callback needs no queue, or an option does not exist.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe(topic: ChannelSelector, options: SubscribeCallbackOptions): CallbackSubscription;
  /**
   * Subscribes to a topic, or to every channel that a predicate accepts. Channels may be advertised now or later.
   *
   * The predicate is called once for each channel. If it throws or does not return a boolean, the channel does not
   * match and the client calls `onError`. This method does not throw in that case. If a topic is still missing after 2
   * seconds, the client calls `onWarning`, once.
   *
   * @throws {TypeError} When `topic` is neither text nor a function, or an option does not exist.
   * @throws {RangeError} When `maxQueued` or `maxQueuedBytes` is not above 0.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe(topic: ChannelSelector, options?: SubscribeOptions): Subscription;
  /**
   * Subscribes with a decoder or codec, and calls `onMessage` with each message and its `value`. See the next overload
   * about channels that do not fit.
   *
   * @throws {TypeError} As without a decoder.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe<T>(
    topic: ChannelSelector,
    decoder: Decoder<T>,
    options: SubscribeCallbackOptions<DecodedMessage<T>>,
  ): CallbackSubscription;
  /**
   * Subscribes with a decoder or codec: each message has its decoded `value`. Channels whose encoding is `json` are
   * decoded by `decoder.json`. If that is absent, `value` is what `JSON.parse()` returns.
   *
   * A channel that does not fit is not subscribed. The client then calls `onError`, once for each time that the channel
   * is advertised. A channel does not fit if its encoding is another one. If the decoder is also an encoder with a
   * `schemaName`, a channel of another schema does not fit either. For `json` the client only calls `onWarning` then,
   * and decodes the messages.
   *
   * Messages that cannot be decoded are skipped and counted, as in `Subscription.json()`.
   *
   * @throws {TypeError} When `topic` is neither text nor a function, or an option does not exist.
   * @throws {RangeError} When `maxQueued` or `maxQueuedBytes` is not above 0.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribe<T>(topic: ChannelSelector, decoder: Decoder<T>, options?: SubscribeOptions): TypedSubscription<T>;
  subscribe(
    topic: ChannelSelector,
    first?: Decoder<unknown> | SubscribeOptions | SubscribeCallbackOptions,
    options?: SubscribeOptions | SubscribeCallbackOptions<never>,
  ): unknown {
    this.#requireNotClosed("subscribe");
    const subscription = this.#subscriber.subscribe(topic, first, options);
    if (typeof topic === "string") this.#connection.missingNames.watch("topic", topic);
    return subscription;
  }

  /**
   * Adds a channel to publish on. The client advertises it on every connection, if the server has the capability
   * `clientPublish` and supports the encoding. It also does so when a later `serverInfo` of the connection adds them.
   * If the server does not accept the channel, the client calls `onWarning`, once.
   *
   * May be called without a connection.
   *
   * @throws {TypeError} When a member has the wrong type.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  advertise(channel: ClientChannelInit): ClientChannelId {
    this.#requireNotClosed(`advertise "${channel.topic}"`);
    return this.#connection.publications.add(channel);
  }

  /** Removes a client channel. Returns whether it existed. */
  unadvertise(channelId: ClientChannelId): boolean {
    return this.#connection.publications.remove(channelId);
  }

  /**
   * Publishes a message. A string is sent as UTF-8. Bytes are copied: `payload` may be reused as soon as this returns.
   *
   * Never waits. Returns false if the message was dropped, because a late command is worse than a lost one. Messages
   * are dropped while the client is not connected, while more than `maxBufferedBytes` are queued in the socket, or if
   * the server does not accept the channel.
   *
   * @throws {RangeError} When there is no such channel.
   * @throws {TypeError} When the payload is neither text nor bytes, whether or not there is a connection.
   */
  publish(channelId: ClientChannelId, payload: ByteSource | string): boolean {
    return this.#connection.publications.publish(channelId, payload);
  }

  /**
   * Adds a channel whose messages an encoder or codec encodes, by default as JSON:
   * {@linkcode FoxgloveClient.advertise} and {@linkcode FoxgloveClient.publish} for values.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { FoxgloveClient, json } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * const speedCodec = json({ name: "Speed", example: { metersPerSecond: 0.1 } });
   * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
   * const received = Promise.withResolvers<number>();
   * server.onPublish("/speed", speedCodec, ({ metersPerSecond }) => received.resolve(metersPerSecond));
   * await server.start();
   *
   * await using client = await FoxgloveClient.connect(server.url!);
   * using speed = client.channel("/speed", speedCodec);
   * assertEquals(speed.send({ metersPerSecond: 0.5 }), true);
   * assertEquals(await received.promise, 0.5);
   * ```
   *
   * @throws {TypeError} When `encoder` is not one, or a member of it has the wrong type.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  channel<In>(topic: string, encoder: Encoder<In> = ANY_JSON): ClientChannelHandle<In> {
    checkEncoder(`Cannot advertise "${topic}"`, encoder);
    const id = this.advertise(encoderChannel(topic, encoder));
    const { publications } = this.#connection;
    const isClientClosed = () => this.state.type === "closed";
    return new PublishedChannel({ id, topic, encoder, publications, isClientClosed });
  }

  /**
   * Requests the values of these parameters, or of all. Parameters that are not set are left out.
   *
   * Waits while 32 requests for parameters are open, because servers reject more. `signal` also covers this wait.
   *
   * @throws {TypeError} When the server has no capability `parameters`.
   * @throws {RequestError} When the server reports that the request failed. Some servers do not report it: pass a
   * signal.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives.
   */
  async getParameters(names: readonly string[] = [], { signal }: WaitOptions = {}): Promise<readonly Parameter[]> {
    this.#requireCapability("get parameters", "parameters", signal);
    return await this.#connection.requests.getParameters(names, signal);
  }

  /**
   * Sets parameters. A parameter without a value is removed. Returns the values that the server reports afterwards,
   * because it may have changed or rejected some.
   *
   * @throws {TypeError} When the server has no capability `parameters`, or a value cannot be sent, such as NaN; nothing
   * is sent then.
   * @throws {RangeError} When a `bigint` is out of range; nothing is sent then.
   * @throws {RequestError} When the server reports that the request failed. Some servers do not report it: pass a
   * signal.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives.
   */
  async setParameters(
    parameters: readonly Parameter[],
    { signal }: WaitOptions = {},
  ): Promise<readonly Parameter[]> {
    this.#requireCapability("set parameters", "parameters", signal);
    return await this.#connection.requests.setParameters(parameters, signal);
  }

  /**
   * Subscribes to these parameters, or to all. The loop gets the current values first, then every change. After a
   * reconnect it gets the current values again. A parameter without a value is not set any more.
   *
   * May be called without a connection. It takes effect when the server has the capability `parametersSubscribe`, which
   * a later `serverInfo` may add. If the server lacks it, the client calls `onWarning`, once.
   *
   * @throws {TypeError} When `names` is not an array of strings.
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribeParameters(names: readonly string[] = [], { signal }: WaitOptions = {}): UpdateStream<readonly Parameter[]> {
    this.#requireNotClosed("subscribe to parameters");
    return this.#connection.parameterWatch.add(names, signal);
  }

  /**
   * Calls a service. A string is sent as UTF-8.
   *
   * @throws {TypeError} When the server has no capability `services`, or no such service: see `waitForService()`. Also
   * when the payload is neither text nor bytes.
   * @throws {RequestError} When the service failed. The message comes from the server.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives.
   */
  async callService(
    name: string,
    payload: ByteSource | string,
    options: CallServiceOptions = {},
  ): Promise<ServiceResult> {
    const action = `call service "${name}"`;
    const bytes = payloadBytes(payload, action);
    this.#requireCapability(action, "services", options.signal);
    const service = this.#connection.view.services.firstNamed(name);
    if (!service) {
      const advice = this.#connection.missingNames.advice("service", name);
      throw new TypeError(`Cannot ${action}: the server has no such service${advice}`);
    }
    const { encoding = service.request?.encoding ?? this.serverInfo.supportedEncodings?.[0] ?? "json" } = options;
    return await this.#connection.requests.callService(service.id, encoding, bytes, options.signal);
  }

  /**
   * Returns an object that calls a service with values: {@linkcode FoxgloveClient.waitForService} and
   * {@linkcode FoxgloveClient.callService}, with JSON in both directions or with codecs. Sends nothing yet.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { FoxgloveClient } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
   * await server.start();
   * server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }));
   *
   * await using client = await FoxgloveClient.connect(server.url!);
   * const add = client.service<{ a: number; b: number }, { sum: number }>("/add");
   * assertEquals(await add.call({ a: 1, b: 2 }, { signal: AbortSignal.timeout(5000) }), { sum: 3 });
   * ```
   */
  service<Req = unknown, Res = unknown>(
    name: string,
    options: ServiceCallerOptions<Req, Res> = {},
  ): ServiceCaller<Req, Res> {
    return new TypedServiceCaller(this, name, options);
  }

  /**
   * Fetches a file, such as `package://arm/meshes/base.stl`. The returned bytes are a view of the received frame, not a
   * copy.
   *
   * Waits while 32 assets are being fetched, because servers reject more. `signal` also covers this wait.
   *
   * @throws {TypeError} When the server has no capability `assets`.
   * @throws {RequestError} When the server cannot send the file. The message comes from the server.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives.
   */
  async fetchAsset(uri: string, { signal }: WaitOptions = {}): Promise<Uint8Array> {
    this.#requireCapability(`fetch "${uri}"`, "assets", signal);
    return await this.#connection.requests.fetchAsset(uri, signal);
  }

  /**
   * Subscribes to the connection graph. The loop gets the whole graph, and again after each change. A slow loop gets
   * only the newest.
   *
   * Graphs with more than 1000 names are delivered less often: the time between two graphs is at least 1 ms for each
   * 1000 names.
   *
   * May be called without a connection. It takes effect when the server has the capability `connectionGraph`, which a
   * later `serverInfo` may add. If the server lacks it, the client calls `onWarning`, once.
   *
   * @throws {ConnectionClosedError} When the client has ended.
   */
  subscribeConnectionGraph({ signal }: WaitOptions = {}): UpdateStream<ConnectionGraph> {
    this.#requireNotClosed("subscribe to the connection graph");
    return this.#connection.graphWatch.add(signal);
  }

  /**
   * Controls the playback of recorded data. Returns the new playback state, which the server also sends to all other
   * clients.
   *
   * @throws {TypeError} When the server has no capability `playbackControl`.
   * @throws {RangeError} When the speed is not finite and above 0.
   * @throws {RequestError} When the server reports that the request failed. Some servers do not report it: pass a
   * signal.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives.
   */
  async controlPlayback(request: PlaybackRequest, { signal }: WaitOptions = {}): Promise<PlaybackState> {
    const { speed = 1 } = request;
    if (!(speed > 0 && speed < Infinity)) {
      throw new RangeError(`Cannot control playback: speed must be finite and above 0, not ${speed}`);
    }
    this.#requireCapability("control playback", "playbackControl", signal);
    return await this.#connection.requests.controlPlayback({ ...request, speed }, signal);
  }

  /**
   * Closes the connection and does not reconnect. Loops end, and open requests and waits reject. Resolves when the
   * connection has closed, or after 2 seconds if the server does not answer.
   */
  close(): Promise<void> {
    return this.#connection.reconnector.close();
  }

  /** Same as {@linkcode FoxgloveClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #requireNotClosed(action: string): void {
    if (this.state.type === "closed") throw new ConnectionClosedError(`Cannot ${action}: the client is closed`);
  }

  #requireCapability(action: string, capability: Capability, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (!this.#connection.isReady) throw new ConnectionClosedError(`Cannot ${action}: the client is not connected`);
    if (!this.serverInfo.capabilities.includes(capability)) {
      throw new TypeError(`Cannot ${action}: the server has no capability "${capability}"`);
    }
  }

  async #waitFor<T>(
    kind: NameKind,
    waiters: Waiters<T>,
    existing: T | undefined,
    name: string,
    { signal }: WaitOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    this.#requireNotClosed("wait");
    if (existing) return existing;
    const item = waiters.add(name, signal);
    const { missingNames } = this.#connection;
    missingNames.watch(kind, name);
    return await item.catch((error) => {
      const reason = () =>
        this.#connection.isReady
          ? `the server has no such ${kind}${missingNames.advice(kind, name)}`
          : "the client is not connected";
      throw namedTimeout(error, () => `Cannot find ${kind} "${name}" in time: ${reason()}`);
    });
  }
}
