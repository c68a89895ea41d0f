// FoxgloveServer: the public class, which connects the parts of a server.

import type { ByteSource } from "../protocol/bytes.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ConnectionGraph } from "../protocol/connection_graph.ts";
import { encodeServerMessage } from "../protocol/encode.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { Service } from "../protocol/services.ts";
import type { Status, StatusLevel } from "../protocol/status.ts";
import { writeParameters } from "../protocol/written_parameters.ts";
import type { ServerInfoInit } from "../session/declared_info.ts";
import { ServerState } from "../session/server_state.ts";
import { Advertiser } from "./clients/advertiser.ts";
import type { Decoder, Encoder } from "../codecs/codec.ts";
import { json } from "../codecs/json.ts";
import { appUrlFrom, type AppUrlOptions } from "./app_url.ts";
import { CallQueue } from "../call_queue.ts";
import { checkClose } from "./close_code.ts";
import type {
  BroadcastTimeOptions,
  CloseOptions,
  DisconnectOptions,
  SendMessageOptions,
  SendStatusOptions,
  StartOptions,
} from "./call_options.ts";
import type { ChannelInit, ServiceInit } from "./channel_init.ts";
import { Channels } from "./channels.ts";
import { Declarations } from "./declarations.ts";
import type { RequestInfo, ServerAddress } from "./address.ts";
import type { ClientId, ClientInfo, Peer } from "./client_info.ts";
import { checkHasIdentity, checkPeer } from "./peer.ts";
import { ClientList } from "./clients/client_list.ts";
import { CLOCK, type Clock } from "../clock.ts";
import { MACHINE_CLOCK } from "../machine_clock.ts";
import { isDeno } from "../platform.ts";
import type { ServerSocket } from "./server_socket.ts";
import type { Connection } from "./clients/connection.ts";
import { EffectRunner } from "./clients/effect_runner.ts";
import { type Certificate, Endpoint } from "./http/endpoint.ts";
import { type ServerExtension, setExtensionPoints } from "./extensions.ts";
import { FailureLog } from "./failure_log.ts";
import { answerByFallback } from "./http/fallback.ts";
import type { ChannelPublisher } from "./delivery/channel_publisher.ts";
import { FramePool } from "./delivery/frame_pool.ts";
import type { MessageSink, SinkOptions } from "./delivery/message_sink.ts";
import { Sinks } from "./delivery/sinks.ts";
import { FrameStack } from "./delivery/frame_stack.ts";
import { Greeting } from "./clients/greeting.ts";
import { isUpgrade } from "./http/handshake.ts";
import { handshakeOf } from "./http/request_target.ts";
import { Handshakes } from "./http/handshakes.ts";
import { explainFailure, explainUpgrade } from "./http/responses.ts";
import { answerHealth, type Readiness } from "./http/health.ts";
import { Hooks } from "./clients/hooks.ts";
import { HOOK_NAMES } from "./hook_names.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import { settledWithin } from "./settled_within.ts";
import { queuedLogger } from "./loggers.ts";
import { warnOfMisspelled, warnOfMisspelledHooks } from "./misspelled.ts";
import { checkTimestamp } from "./delivery/message_frame.ts";
import { type FoxgloveServerOptions, OPTION_NAMES, type ResolvedOptions, resolveOptions } from "./options.ts";
import type { RequestHandlers, RequestSource } from "./http/http_listener.ts";
import { openNatively } from "./http/native_listener.ts";
import { DirectAccess } from "./direct/direct_access.ts";
import type { IncomingMessage, NodeRequest, NodeSocket, RawSocket } from "./direct/node_http.ts";
import { REMOTE_CLIENTS, type RemoteClients, type RemoteClientsOption } from "./remote_clients.ts";
import { ParameterReports, unsendable } from "./clients/parameter_reports.ts";
import { answerPreflight, isPreflight } from "./http/preflight.ts";
import { Connections } from "./clients/connections.ts";
import { Services } from "./services.ts";
import { type RunningServer, RunningServers } from "../running_servers.ts";
import type { ServerStats } from "./stats/server_stats.ts";
import { StatsCollector } from "./stats/stats_collector.ts";
import { PendingResponses } from "./http/pending_responses.ts";
import { ServerFigures } from "./status/server_figures.ts";
import { StatusRoutes } from "./status/status_routes.ts";
import { Telemetry } from "./status/telemetry.ts";
import type { ParameterDefinitions } from "./parameters/parameter_definitions.ts";
import type { ParametersOptions, ParameterStore } from "./parameters/parameter_store.ts";
import type { ChannelHandle } from "./typed/channel_handle.ts";
import { HookOwners } from "./typed/hook_owners.ts";
import { ParameterStores } from "./typed/parameter_stores.ts";
import { type ChannelOptions, TypedChannels } from "./typed/typed_channels.ts";
import { type ServiceHandle, type ServiceHandler, type ServiceOptions, TypedServices } from "./typed/typed_services.ts";
import { type PublishHandle, type PublishHandler, TypedTopics } from "./typed/typed_topics.ts";
import { type PublishOptions, ValuePublisher } from "./typed/value_publisher.ts";

/** The default of `CloseOptions.graceMs`. */
const DEFAULT_GRACE_MS = 1000;

/**
 * A server for Foxglove, Lichtblick and other clients of the Foxglove WebSocket protocol: `foxglove.sdk.v1.1`,
 * `foxglove.sdk.v1` and `foxglove.websocket.v1`. It selects the newest of these subprotocols that a client offers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer } from "@x/foxglove-ws";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * server.publish("/battery", { volts: 12.6 });
 * assertEquals(server.channels.size, 1);
 * ```
 */
export class FoxgloveServer implements AsyncDisposable {
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #calls = new CallQueue();
  readonly #state: ServerState<Connection>;
  readonly #effects: EffectRunner;
  readonly #clients: ClientList;
  readonly #hooks: Hooks;
  readonly #failures: FailureLog;
  readonly #parameterReports: ParameterReports;
  readonly #greeting: Greeting<Connection>;
  readonly #publishers = new Map<ChannelId, ChannelPublisher>();
  readonly #sinks: Sinks;
  readonly #channels: Channels;
  readonly #services: Services;
  readonly #declarations: Declarations;
  readonly #typedChannels: TypedChannels;
  readonly #values: ValuePublisher;
  readonly #typedServices: TypedServices;
  readonly #typedTopics: TypedTopics;
  readonly #parameterStores: ParameterStores;
  readonly #connections: Connections;
  readonly #handshakes: Handshakes;
  readonly #stats = new StatsCollector();
  readonly #statusRoutes: StatusRoutes;
  readonly #telemetry: Telemetry;
  readonly #pendingResponses = new PendingResponses();
  readonly #life = new AbortController();
  readonly #closed: PromiseWithResolvers<void>;
  readonly #endpoint: Endpoint;
  readonly #direct: DirectAccess;
  /** Accepts the clients in other threads; `undefined` if the server does so itself. */
  readonly #remote: RemoteClients | undefined;
  readonly #requestHandlers: RequestHandlers;
  #isClosing = false;
  #isStarting = false;
  /** Thrown by `sendMessage()` after a cancelled `runCancellable()` has closed the server. */
  #cancelReason: unknown;
  readonly #running: RunningServer = {
    cancel: (reason) => {
      this.#cancelReason = reason;
      void this.close();
    },
    release: () => this.#cancelReason = undefined,
  };

  /**
   * Creates a server that does not listen yet: call {@linkcode FoxgloveServer.start}.
   *
   * @throws {TypeError} When options contradict each other or have the wrong type.
   * @throws {RangeError} When a number is out of its range.
   */
  constructor(options: FoxgloveServerOptions) {
    const checked = resolveOptions(options);
    const { [CLOCK]: clock = MACHINE_CLOCK } = options as FoxgloveServerOptions & { [CLOCK]?: Clock };
    const calls = this.#calls;
    const logger = queuedLogger(checked.logger, calls);
    const resolved: ResolvedOptions = { ...checked, logger };
    const { maxAssetBytes } = resolved;
    const stats = this.#stats;
    const remote = (options as FoxgloveServerOptions & RemoteClientsOption)[REMOTE_CLIENTS]?.({ ...resolved, clock });
    const state = new ServerState<Connection>({ ...resolved, counter: stats });
    const clients = new ClientList(state);
    const failures = new FailureLog(logger, clock, (source) => stats.hookFailed(source));
    const owners = new HookOwners();
    const extensions = new Set<ServerExtension>();
    const hooks = new Hooks(this, { ...resolved, own: owners.hooks, extensions, calls, failures, clock });
    const publishers = this.#publishers;
    const parameterReports = new ParameterReports(logger, clock);
    const effects = new EffectRunner({
      calls,
      hooks,
      clients,
      state,
      publishers,
      maxAssetBytes,
      clock,
      parameterReports,
      owners,
      stats,
    });
    const greeting = new Greeting(state, resolved.sessionId);
    const advertiser = new Advertiser(clients, clock, (connection) => this.#sendStateAgain(connection));
    const publisherOptions = {
      frames: new FrameStack(new FramePool()),
      fanOut: remote?.fanOut,
      calls,
      clock,
      onKeyByError: (topic: string, error: unknown) => {
        failures.note("keyBy", `Channel "${topic}": latch.keyBy`, error, topic);
      },
      onSinksChange: (channelId: ChannelId) => {
        if (extensions.size > 0) calls.add(() => extensions.forEach((each) => each.sinksChanged(channelId)));
      },
    };
    setExtensionPoints(this, {
      clock,
      logger,
      checkAcceptable: (identity) => {
        remote?.refuse("acceptSocket");
        checkHasIdentity(identity, resolved.authorize !== undefined);
      },
      isClosing: () => this.#isClosing,
      add: (extension) => {
        extensions.add(extension);
        return () => void extensions.delete(extension);
      },
      isUsed: (channelId) => this.hasSubscribers(channelId) || publishers.get(channelId)?.hasSinks === true,
      clearLatched: (channelId) => publishers.get(channelId)?.clearLatched(),
      repeatLatched: (channelId) =>
        calls.run(() => clients.list().forEach((each) => publishers.get(channelId)?.sendLatchedTo(each))),
      policyOf: (channelId) => publishers.get(channelId)?.policy,
      info: () => state.info.toInit(),
    });
    this.#closed = Promise.withResolvers();
    this.#options = resolved;
    warnOfMisspelled(logger, "of the server", options, { ...OPTION_NAMES, ...remote?.ownNames });
    if (options.listener) warnOfMisspelledHooks(logger, options.listener, HOOK_NAMES);
    this.#remote = remote;
    this.#clock = clock;
    this.#state = state;
    this.#effects = effects;
    this.#clients = clients;
    this.#hooks = hooks;
    this.#failures = failures;
    this.#parameterReports = parameterReports;
    this.#greeting = greeting;
    this.#sinks = new Sinks({
      publishers,
      calls,
      onError: (method, error, isRemoved) => {
        failures.note("sink", isRemoved ? `Removed a sink because its ${method}` : `A removed sink's ${method}`, error);
      },
    });
    this.#channels = new Channels({
      state,
      clients,
      effects,
      greeting,
      advertiser,
      publishers,
      publisherOptions,
      sinks: this.#sinks,
      stats,
      logger,
    });
    this.#services = new Services({ state, greeting, advertiser, logger });
    this.#declarations = new Declarations({ state, greeting, advertiser });
    this.#typedChannels = new TypedChannels({
      publishers,
      add: (channel) => this.addChannel(channel),
      remove: (channelId) => this.removeChannel(channelId),
      isServerClosed: () => this.#isClosing,
    });
    this.#values = new ValuePublisher({
      typedChannels: this.#typedChannels,
      channelsOf: (topic) => this.#channels.ofTopic(topic),
      logger,
    });
    this.#typedServices = new TypedServices({
      owners,
      add: (service) => {
        const [id] = this.#services.add([service]);
        return state.services.services.get(id as ServiceId) as Service;
      },
      remove: (serviceId) => this.removeService(serviceId),
    });
    this.#typedTopics = new TypedTopics(owners);
    this.#parameterStores = new ParameterStores(owners, {
      push: (parameters) => this.#calls.run(() => clients.pushParameters(writeParameters(parameters).written)),
      calls,
      failures,
      logger,
    });
    this.#connections = new Connections({
      options: resolved,
      failures,
      calls,
      state,
      clients,
      effects,
      greeting,
      advertiser,
      stats,
      clock,
    });
    this.#handshakes = new Handshakes({ options: resolved, failures, connections: this.#connections, stats, clock });
    const figures = new ServerFigures({
      state,
      extensions,
      clock,
      owners,
      transport: resolved.transport,
      stats: () => this.stats(),
      topics: () => stats.readTopics(publishers.values()),
    });
    this.#statusRoutes = new StatusRoutes({ options: resolved, handshakes: this.#handshakes, source: figures });
    this.#telemetry = new Telemetry(figures, logger);
    this.#requestHandlers = {
      handler: (request, info, source) => this.#pendingResponses.track(this.#respond(request, info, source)),
      handshakeHandler: (request, info, source) =>
        this.#pendingResponses.track(this.#handshakes.answer(request, info, source)),
      onInvalidTarget: (target, info) => this.#handshakes.refuseTarget(target, info) ?? explainUpgrade(),
      onError: (error) => {
        failures.note("Deno.serve", "Answering a request", error);
        return explainFailure();
      },
    };
    this.#direct = new DirectAccess({ ...resolved, clock });
    const openListener = remote?.open ??
      (resolved.transport === "direct" ? this.#direct.open : openNatively(resolved.idleTimeoutMs));
    this.#endpoint = new Endpoint({ ...resolved, clock, openListener }, this.#requestHandlers);
  }

  /**
   * The address on which the server listens; `undefined` before `start()` and after `close()`. Also `undefined` if the
   * process is out of file descriptors, until the server listens again on the same address.
   */
  get addr(): ServerAddress | undefined {
    return this.#endpoint.addr;
  }

  /**
   * The URL for clients on this machine, such as `ws://127.0.0.1:8765`; `undefined` while the server does not listen.
   *
   * If the server listens on a Unix socket, it is a URL for npm's `ws`, such as `ws+unix:/run/robot/ws.sock:/`. `ws`
   * cannot connect to a path that contains a colon, a space or other characters that URLs encode.
   */
  get url(): string | undefined {
    return this.#endpoint.url;
  }

  /**
   * The URL of the status page for a browser on this machine, such as `http://127.0.0.1:8765/`. With `authorize`, the
   * browser needs what it demands, for example a token. `undefined` if browsers on this machine do not see the page,
   * while the server does not listen, or if it listens on a Unix socket: see the option `statusPage`.
   */
  get statusPageUrl(): string | undefined {
    return this.#statusRoutes.urlAt(this.#endpoint);
  }

  /**
   * Returns a link that opens Foxglove or Lichtblick with a connection to this server.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   *
   * const server = new FoxgloveServer({ name: "my robot" });
   * assertEquals(
   *   server.appUrl({ app: "foxglove", url: "ws://robot.local:8765" }),
   *   "https://app.foxglove.dev/~/view?ds=foxglove-websocket&ds.url=ws%3A%2F%2Frobot.local%3A8765",
   * );
   * ```
   *
   * @throws {TypeError} When an option has a wrong value, or `base` is missing for Lichtblick. Also when `url` is
   * missing and the server does not listen, or listens on a Unix socket.
   */
  appUrl(options: AppUrlOptions): string {
    return appUrlFrom(this.url, options);
  }

  /** The connected clients. */
  get clients(): ReadonlyMap<ClientId, ClientInfo> {
    return this.#clients.infos;
  }

  /** The current channels. */
  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.#state.channels.channels;
  }

  /** Resolves when `close()` is done. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Replaces all hooks. */
  setListener(listener: FoxgloveServerListener | undefined): void {
    if (listener) warnOfMisspelledHooks(this.#options.logger, listener, HOOK_NAMES);
    this.#hooks.listener = listener;
  }

  /**
   * Starts to listen.
   *
   * @returns The address, with the actual port if the option `port` is 0.
   * @throws {Error} When it cannot listen. The error has the `code` `"EADDRINUSE"` if the port or the socket is in use.
   * @throws {RangeError} When the path of a Unix socket is too long: Linux allows 107 bytes, other systems 103.
   * @throws {TypeError} When the server already listens or has been closed.
   * @throws The signal's reason, when the signal aborts before the server listens.
   */
  async start(options: StartOptions = {}): Promise<ServerAddress> {
    if (this.#isClosing) throw new TypeError("Cannot start the server: it has been closed");
    if (this.addr) throw new TypeError("Cannot start the server: it is already listening");
    if (this.#isStarting) throw new TypeError("Cannot start the server: it is already starting");
    if (this.#endpoint.isDown) throw new TypeError("Cannot start the server: it is trying to listen again");
    const { signal } = options;
    signal?.throwIfAborted();
    const abort = () => void this.close();
    // Added before the server listens, so that the signal also ends a long start, such as that of workers.
    signal?.addEventListener("abort", abort, { once: true, signal: this.#life.signal });
    RunningServers.add(this.#running);
    this.#isStarting = true;
    try {
      const addr = await this.#endpoint.open();
      signal?.throwIfAborted();
      this.#telemetry.begin();
      this.#options.logger.info(`Listening on ${this.#endpoint.label}`);
      return addr;
    } catch (error) {
      if (this.#isClosing) await this.close();
      signal?.throwIfAborted();
      this.#throwIfCancelled();
      // The program may call start() again.
      signal?.removeEventListener("abort", abort);
      RunningServers.remove(this.#running);
      throw error;
    } finally {
      this.#isStarting = false;
    }
  }

  /**
   * Replaces the certificate, for example before it expires. With the transport `direct` on Deno and Node, all
   * connections stay open. Otherwise all clients are disconnected with code 1012 (service restart), and apps reconnect
   * automatically. Channels, services, latched messages and the session stay, so that apps keep their plots.
   *
   * @throws {TypeError} When the server does not listen, has no TLS or is already reloading, or when the certificate
   * and the key are not valid or do not match. Nothing changes then.
   * @throws {Error} When another program took the port in the meantime. The server then tries to listen until it
   * succeeds.
   */
  async reloadCertificate(certificate: Certificate): Promise<void> {
    const closeClients = () => this.#connections.closeAll("reload", 1012, "certificate reloaded");
    await this.#endpoint.reload(certificate, closeClients, DEFAULT_GRACE_MS);
    if (this.url) this.#options.logger.info(`Listening on ${this.url} with a new certificate`);
  }

  /**
   * Answers one HTTP request: accepts WebSocket handshakes, answers health checks at `healthPaths`, and passes other
   * requests to the `fallback`. Use it in the handler of your own `Deno.serve`, without `start()`.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert/equals";
   * import { FoxgloveServer } from "@x/foxglove-ws";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * const handler = (request: Request, info?: Deno.ServeHandlerInfo) =>
   *   new URL(request.url).pathname === "/ws" ? server.handleRequest(request, info) : new Response("my page");
   *
   * const response = await handler(new Request("http://localhost/ws"));
   * assertEquals(response.status, 426); // not a WebSocket handshake
   * ```
   *
   * @param info The second argument of the `Deno.serve` handler. The client's address is read from it.
   * @throws {TypeError} When the request is a WebSocket handshake and the platform is not Deno.
   */
  handleRequest(request: Request, info?: RequestInfo): Response | Promise<Response> {
    this.#remote?.refuse("handleRequest");
    if (!isDeno() && isUpgrade(request)) {
      throw new TypeError(
        "Cannot answer a request: handleRequest() accepts WebSockets only on Deno; use start() or handleUpgrade()",
      );
    }
    this.#telemetry.begin();
    return this.#respond(request, info);
  }

  /**
   * Answers a WebSocket handshake that an HTTP server of `node:http` has received: accepts the client, or sends a
   * response that explains why not. Use it for the event `upgrade` of your own server, for example with Express or
   * Fastify, without `start()`. All options about clients apply, such as `authorize` and `allowedOrigins`.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   * import { createServer } from "node:http";
   *
   * const server = new FoxgloveServer({ name: "my robot" });
   * const http = createServer((_request, response) => response.end("my page"));
   * http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head));
   * assertEquals(http.listenerCount("upgrade"), 1);
   * ```
   *
   * @param request The request, an `IncomingMessage`.
   * @param socket The connection, which the server owns from now on. It must not have been read from.
   * @param head The first bytes behind the request. The server owns them from now on.
   * @throws {TypeError} When the platform lacks Node's modules.
   */
  handleUpgrade(request: NodeRequest, socket: NodeSocket, head: Uint8Array): void {
    this.#remote?.refuse("handleUpgrade");
    // The types of parameters name only what a program needs to see.
    const [message, connection] = [request as IncomingMessage, socket as RawSocket];
    this.#telemetry.begin();
    this.#direct.upgrade(message, connection, head as Uint8Array<ArrayBuffer>, this.#requestHandlers);
  }

  /**
   * Accepts a WebSocket that your program or framework has upgraded, as a client. The socket may still be opening. Use
   * {@linkcode FoxgloveServer.handleRequest} instead if you can: it also checks the handshake.
   *
   * The caller must check the path and the `Origin` header, and must negotiate the subprotocol: the first of
   * `SUBPROTOCOLS` of `./protocol` that the client offers. A client that offers none must not be given one. A server
   * never pings the socket: its WebSocket implementation must find peers that have silently disappeared, as Deno's does
   * with `idleTimeout`. If the server is full or closes, it closes the socket with code 1013 or 1001.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert/equals";
   * import { FoxgloveServer } from "@x/foxglove-ws";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * const handler = (request: Request, info: Deno.ServeHandlerInfo) => {
   *   const { remoteAddr } = info; // Deno reads it from the request, which ends with the upgrade
   *   const subprotocol = "foxglove.sdk.v1";
   *   const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
   *   server.acceptSocket(socket, { remoteAddr, subprotocol });
   *   return response;
   * };
   * assertEquals(typeof handler, "function"); // for Deno.serve(handler)
   * ```
   *
   * @param socket The server sets its `binaryType`, and owns it from now on. Bytes of a message belong to the server.
   * @throws {TypeError} When the server has the option `authorize` and `peer.identity` is missing, or the identity or
   * the subprotocol is not valid. The socket is not touched then.
   */
  acceptSocket(socket: ServerSocket, peer: Peer = {}): void {
    this.#remote?.refuse("acceptSocket");
    const { authorize, requireSubprotocol } = this.#options;
    const checked = checkPeer(socket, peer, authorize !== undefined, requireSubprotocol);
    this.#telemetry.begin();
    this.#connections.acceptIfFree(socket, checked);
  }

  /**
   * Adds a channel and advertises it to all clients.
   *
   * Logs a warning if apps would silently ignore the channel. Changes of channels and services that are made in one go
   * are advertised together: when the running code is done, or before anything else is sent to a client.
   *
   * @returns The channel's id, which is never used again.
   * @throws {TypeError} When a schema that the encoding requires is missing, a member has the wrong type, or the server
   * has been closed.
   */
  addChannel(channel: ChannelInit): ChannelId {
    const [id] = this.addChannels([channel]);
    return id as ChannelId;
  }

  /**
   * Adds many channels at once. Adds all of them, or none if it throws.
   *
   * @throws {TypeError} As in {@linkcode FoxgloveServer.addChannel}.
   */
  addChannels(channels: readonly ChannelInit[]): ChannelId[] {
    this.#requireOpen("add a channel");
    return this.#calls.run(() => this.#channels.add(channels));
  }

  /**
   * Removes a channel and all subscriptions to it.
   *
   * @returns `false` if there is no such channel.
   */
  removeChannel(channelId: ChannelId): boolean {
    return this.removeChannels([channelId]) > 0;
  }

  /**
   * Removes many channels at once, and all subscriptions to them. Ignores ids without a channel.
   *
   * @returns How many channels were removed.
   */
  removeChannels(channelIds: Iterable<ChannelId>): number {
    return this.#calls.run(() => this.#channels.remove(channelIds));
  }

  /**
   * Whether any client is subscribed. To skip work, use {@linkcode FoxgloveServer.isActive}: messages of a latched
   * channel, and messages for sinks, are also used if no client is subscribed.
   */
  hasSubscribers(channelId: ChannelId): boolean {
    return this.#state.hasSubscribers(channelId);
  }

  /**
   * Whether a message would be used: a client is subscribed, the channel is latched, or a sink receives it. Producers
   * can skip work if not.
   */
  isActive(channelId: ChannelId): boolean {
    return this.#publishers.get(channelId)?.isActive ?? false;
  }

  /**
   * Sends a message to all subscribers of a channel. Never waits: messages are queued or dropped for slow clients, see
   * `ServerStats`. Does nothing after `close()`, because timers of the program may still be running.
   *
   * @param timestamp When the message was logged or received, in ns. `undefined`: now. Must be on the clock of
   * `broadcastTime()`, if the program uses that.
   * @param payload In the channel's encoding. A string is sent as UTF-8. Bytes are copied: the buffer may be reused at
   * once.
   * @throws {RangeError} When there is no such channel, or the timestamp is not a uint64.
   * @throws {TypeError} When the timestamp is not a bigint, or the payload is neither text nor bytes.
   * @throws The signal's reason, after a cancelled `runCancellable()` has closed the server.
   */
  sendMessage(
    channelId: ChannelId,
    timestamp: bigint | undefined,
    payload: ByteSource | string,
    options?: SendMessageOptions,
  ): void {
    if (this.#isClosing) return this.#throwIfCancelled();
    const publisher = this.#publishers.get(channelId);
    if (!publisher) throw new RangeError(`Cannot send on channel ${channelId}: no such channel`);
    if (timestamp !== undefined) checkTimestamp(timestamp);
    publisher.publish(timestamp, payload, options?.to);
  }

  /**
   * Publishes a value as JSON. The first call of a topic makes its channel, and its schema from the value. Never waits.
   * The value may be changed as soon as this returns.
   *
   * Uses a live JSON channel of the topic, if there is one. After that channel was removed, the next call makes a new
   * one. Values that do not fit the schema are sent, but apps may not show all of them: the log warns once for each
   * channel. Use {@linkcode FoxgloveServer.channel} then. Bytes are sent as base64 text, typed arrays as arrays, NaN
   * and infinities as `null`.
   *
   * Nothing is encoded while {@linkcode FoxgloveServer.isActive} is false, except the first value. Does nothing after
   * `close()`, because timers of the program may still be running.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * server.publish("/battery", { volts: 12.6 });
   * const [channel] = server.channels.values();
   * assertEquals([channel?.topic, channel?.schemaName], ["/battery", "battery"]);
   * ```
   *
   * @param topic The topic, such as `/battery`.
   * @param value An object. JSON cannot express a `Map`, a `Set`, an `Error`, a bigint or an object that contains
   * itself.
   * @param options The timestamp, the receiver, and the options of the channel, such as `latch`. The options of the
   * channel count only in the call that makes it.
   * @throws {TypeError} When JSON cannot express the value: the message names the topic and the path of the member.
   * Also when the topic has a channel with another encoding.
   * @throws {RangeError} When the timestamp is not a uint64.
   */
  publish<T extends object>(topic: string, value: T, options?: PublishOptions): void {
    if (!this.#isClosing) this.#values.publish(topic, value, options);
  }

  /**
   * Adds a channel whose messages are values, and advertises it to all clients.
   *
   * @example
   * ```ts
   * import { FoxgloveServer, json } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * const battery = server.channel("/battery", json({ example: { volts: 12.6 } }), { maxRateHz: 30 });
   * battery.send({ volts: 12.4 });
   * battery.send(() => ({ volts: 12.3 })); // not called while no client is subscribed
   * assertEquals(server.channels.get(battery.id)?.encoding, "json");
   * ```
   *
   * @param topic The topic, such as `/battery`.
   * @param encoder Encodes the values, for example `json()` or `protobuf()`. Default: JSON, any object.
   * @param options The options of `addChannel()` that the encoder does not determine.
   * @throws {TypeError} As in {@linkcode FoxgloveServer.addChannel}.
   */
  channel<In>(topic: string, encoder: Encoder<In> = json<In>(), options: ChannelOptions = {}): ChannelHandle<In> {
    return this.#typedChannels.add(topic, encoder, options);
  }

  /**
   * Passes all channels and messages to a sink, for example to record them, also while no client is subscribed.
   *
   * The sink first learns of the live channels, and receives their latched messages. Then it receives every message
   * when it is sent, including those that `maxRateHz` or slow clients drop. A message is encoded once for clients and
   * sinks. The sink does not receive messages that are sent to one client (`to`). Several sinks are called in the order
   * in which they were added.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * const texts: string[] = [];
   * {
   *   using _ = server.addSink({
   *     channelAdded: ({ topic }) => void texts.push(topic),
   *     channelRemoved: () => {},
   *     message: (_channelId, _timestamp, payload) => void texts.push(new TextDecoder().decode(payload)),
   *   }, { topics: ["/battery", "/camera/*"] });
   *   server.publish("/battery", { volts: 12.6 });
   * }
   * server.publish("/battery", { volts: 12.5 }); // the end of the block has removed the sink
   * assertEquals(texts, ["/battery", '{"volts":12.6}']);
   * ```
   *
   * @param sink Gets the calls. If it throws, it is removed, and the log says why.
   * @returns Removes the sink: it gets no more calls.
   * @throws {TypeError} When the sink lacks a method, is closed or was already added, a pattern in `topics` is not
   * valid, or the server has been closed.
   */
  addSink(sink: MessageSink, options: SinkOptions = {}): Disposable {
    this.#requireOpen("add a sink");
    return this.#calls.run(() => this.#sinks.add(sink, options));
  }

  /**
   * Adds a service whose handler gets and returns values, and advertises it to all clients. Declares the capability
   * `services` and the encoding of the requests.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { FoxgloveClient } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
   * server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }));
   * await server.start();
   *
   * await using client = await FoxgloveClient.connect(server.url!);
   * await client.waitForService("/add");
   * const { payload } = await client.callService("/add", '{"a":1,"b":2}');
   * assertEquals(new TextDecoder().decode(payload), '{"sum":3}');
   * ```
   *
   * @param name The name, such as `/reset`.
   * @param handler Answers a call. The message of an error that it throws is the failure text for the caller. Throw a
   * `RefusalError` to log one line without a stack.
   * @param options The codecs. Default: JSON, any object. Requests are not checked against the type.
   * @throws {TypeError} When another service has the name, an option is wrong, or the server has been closed.
   */
  service<Req, Res>(
    name: string,
    handler: ServiceHandler<Req, Res>,
    options: ServiceOptions<Req, Res> = {},
  ): ServiceHandle {
    this.#requireOpen("add a service");
    return this.#calls.run(() => {
      const handle = this.#typedServices.add(name, handler, options);
      this.#declarations.offer("services");
      return handle;
    });
  }

  /**
   * Makes a store of parameters that clients can get, set and watch. Declares the capabilities `parameters` and
   * `parametersSubscribe`.
   *
   * The store answers for its parameters, and the listener for all others. Clients cannot set values that the
   * definition does not allow: they get a status with the reason, and the value that still holds.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot" });
   * const parameters = server.parameters({
   *   "/pid/kp": { value: 1.5, min: 0, max: 10, step: 0.1, description: "Proportional gain" },
   *   "/mode": { value: "auto", oneOf: ["auto", "manual"] },
   *   "/serial": { value: "A17", readOnly: true },
   * });
   * parameters.onChange("/pid/kp", (kp) => console.log(`The gain is ${kp} now`));
   * parameters.set("/mode", "manual");
   * const mode: "auto" | "manual" = parameters.get("/mode");
   * assertEquals(mode, "manual");
   * ```
   *
   * @param definitions The parameters by name. They are copied.
   * @param options The file that keeps the values over restarts, if any.
   * @throws {TypeError} When a definition is not valid, another store has one of the names, or the server has been
   * closed.
   * @throws {RangeError} When a default is out of its range, or the range is not valid.
   */
  parameters<const Definitions extends ParameterDefinitions>(
    definitions: Definitions,
    options?: ParametersOptions,
  ): ParameterStore<Definitions> {
    this.#requireOpen("add parameters");
    return this.#calls.run(() => {
      const store = this.#parameterStores.add(definitions, options);
      this.#declarations.offer("parameters");
      this.#declarations.offer("parametersSubscribe");
      return store;
    });
  }

  /**
   * Calls a handler with the values that clients publish on a topic. Declares the capability `clientPublish`, and the
   * encodings `json` and that of the codec. Other topics, and other hooks of the listener, are not affected.
   *
   * A message is decoded by the encoding of the client's channel. If it cannot be decoded, the client gets a status. An
   * error of the handler is treated like one of `onClientMessage`.
   *
   * @example
   * ```ts
   * import { FoxgloveServer, json } from "@x/foxglove-ws";
   * import { FoxgloveClient } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
   * const { promise, resolve } = Promise.withResolvers<number>();
   * server.onPublish("/target", json<{ x: number }>(), ({ x }) => resolve(x));
   * await server.start();
   *
   * await using client = await FoxgloveClient.connect(server.url!);
   * client.publish(client.advertise({ topic: "/target", encoding: "json", schemaName: "Target" }), '{"x":5}');
   * assertEquals(await promise, 5);
   * ```
   *
   * @param topic The topic, such as `/cmd_vel`.
   * @param codec Decodes the messages. JSON is also accepted: `Decoder.json` says how it is read.
   * @param handler Called for each message. `context` has the client and its channel.
   * @throws {TypeError} When the topic has a handler, an argument has the wrong type, or the server has been closed.
   */
  onPublish<T>(topic: string, codec: Decoder<T>, handler: PublishHandler<T>): PublishHandle {
    this.#requireOpen("handle messages");
    return this.#calls.run(() => {
      const handle = this.#typedTopics.add(topic, codec, handler);
      this.#declarations.offer("clientPublish");
      this.#declarations.accept(["json", codec.encoding]);
      return handle;
    });
  }

  /**
   * Adds a service and advertises it to all clients. Calls are answered by the hook `onServiceRequest`.
   *
   * `serverInfo` tells apps which encodings they may use. If the request encoding is new, all clients receive another
   * `serverInfo` of the same session, and everything else that a new client receives.
   *
   * @returns The service's id, which is never used again.
   * @throws {TypeError} When the server has no capability `services`, another service has the name, the request
   * encoding is unknown, or the server has been closed.
   */
  addService(service: ServiceInit): ServiceId {
    const [id] = this.addServices([service]);
    return id as ServiceId;
  }

  /**
   * Adds many services at once. Adds all of them, or none if it throws.
   *
   * @throws {TypeError} As in {@linkcode FoxgloveServer.addService}.
   */
  addServices(services: readonly ServiceInit[]): ServiceId[] {
    this.#requireOpen("add a service");
    this.#require("services", services.length === 1 ? `add service "${services[0]?.name}"` : "add services");
    return this.#calls.run(() => this.#services.add(services));
  }

  /**
   * Removes a service. Calls that have already arrived are still answered.
   *
   * @returns `false` if there is no such service.
   */
  removeService(serviceId: ServiceId): boolean {
    return this.removeServices([serviceId]) > 0;
  }

  /**
   * Removes many services at once. Calls that have already arrived are still answered. Ignores ids without a service.
   *
   * @returns How many services were removed.
   */
  removeServices(serviceIds: Iterable<ServiceId>): number {
    return this.#calls.run(() => this.#services.remove(serviceIds));
  }

  /**
   * Sends new parameter values to the clients that are subscribed to them. A parameter without a value counts as
   * removed, and is not sent.
   *
   * NaN and infinities never throw, because sensors produce them; they are logged. In an array of numbers they are sent
   * as `null`, as Foxglove's SDK does. As a member of an object they are left out, and a parameter that is NaN or an
   * infinity is not sent.
   *
   * @throws {TypeError} When the server has no capability `parametersSubscribe`. Or when a value cannot be sent at all,
   * such as a `Date`, a function or an object that contains itself; then the other parameters have been sent.
   * @throws {RangeError} When a `bigint` is out of range; then the other parameters have been sent.
   */
  updateParameters(parameters: readonly Parameter[]): void {
    if (this.#isClosing) return;
    this.#require("parametersSubscribe", "update parameters");
    const { written, refused } = writeParameters(parameters);
    this.#calls.run(() => {
      this.#clients.pushParameters(written);
      this.#parameterReports.noteNonFinite(written);
    });
    if (refused.length > 0) throw unsendable(refused);
  }

  /**
   * Replaces the whole connection graph. Subscribers receive the differences.
   *
   * @throws {TypeError} When the server has no capability `connectionGraph`, or a member has the wrong type. The graph
   * does not change then.
   */
  updateConnectionGraph(graph: ConnectionGraph): void {
    if (this.#isClosing) return;
    this.#require("connectionGraph", "update the connection graph");
    const difference = this.#state.graph.replace(graph);
    if (difference) this.#calls.run(() => this.#clients.sendGraph(difference));
  }

  /**
   * Sends the server time to all clients. Clients that connect later receive the last one. If the server has the
   * capability `time`, apps leave plots empty until they receive a time.
   *
   * @param timestamp In ns, on the clock of the messages' timestamps. If it goes back, apps leave plots empty until the
   * time has caught up: pass `newSession` then.
   * @throws {TypeError} When the server has no capability `time`.
   * @throws {RangeError} When the timestamp is not a uint64.
   */
  broadcastTime(timestamp: bigint, options: BroadcastTimeOptions = {}): void {
    if (this.#isClosing) return;
    this.#require("time", "broadcast the time");
    const frame = encodeServerMessage({ op: "time", timestamp });
    if (options.newSession) this.resetSessionId();
    this.#greeting.lastTime = frame;
    this.#calls.run(() => this.#clients.sendTime(frame));
  }

  /**
   * Sends the playback state to all clients, for example when playback ends. Requests of clients are answered by the
   * hook `onPlaybackControl`.
   *
   * Clients with the subprotocol `foxglove.websocket.v1` do not know the message: they receive it only after they have
   * controlled playback.
   *
   * @throws {TypeError} When the server has no capability `playbackControl`.
   * @throws {RangeError} When the time is not a uint64.
   */
  broadcastPlaybackState(state: PlaybackState): void {
    if (this.#isClosing) return;
    this.#require("playbackControl", "broadcast the playback state");
    this.#calls.run(() => this.#clients.sendPlaybackState(state));
  }

  /**
   * Sends a status, which apps show to the user. Apps identify a problem by its text: use the same text for the same
   * problem, without counters.
   *
   * @throws {TypeError} When `sticky` is set without `id`, or together with `to`.
   */
  sendStatus(level: StatusLevel, message: string, options: SendStatusOptions = {}): void {
    if (this.#isClosing) return;
    const { id, to, sticky = false } = options;
    if (sticky && (id === undefined || to !== undefined)) {
      throw new TypeError('Cannot send a sticky status: it requires "id" and must not have "to"');
    }
    const status: Status = { op: "status", level, message, ...(id === undefined ? {} : { id }) };
    const frame = encodeServerMessage(status);
    this.#calls.run(() => this.#clients.send(frame, to));
    if (id === undefined || to !== undefined) return;
    if (sticky) {
      this.#greeting.stickyStatuses.set(id, status);
    } else {
      // It replaces an earlier sticky status with this id.
      this.#greeting.stickyStatuses.delete(id);
    }
  }

  /** Removes statuses by their ids. Does nothing if the list is empty. */
  removeStatus(statusIds: readonly string[]): void {
    if (this.#isClosing) return;
    if (statusIds.length === 0) return;
    for (const id of statusIds) this.#greeting.stickyStatuses.delete(id);
    const frame = encodeServerMessage({ op: "removeStatus", statusIds });
    this.#calls.run(() => this.#clients.send(frame));
  }

  /**
   * Replaces parts of the server's description of itself: its name, capabilities, encodings, metadata or data range.
   * Members that are absent stay. Capabilities that typed services, parameters and topics need also stay.
   *
   * If anything changes, all clients receive another `serverInfo` of the same session. The server then advertises
   * everything again, and sends latched messages again, because apps forget both.
   *
   * @example
   * ```ts
   * import { FoxgloveServer } from "@x/foxglove-ws";
   * import { FoxgloveClient } from "@x/foxglove-ws/client";
   * import { assertEquals } from "@std/assert/equals";
   *
   * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
   * server.setInfo({ metadata: { ROS_DISTRO: "jazzy" } });
   * await server.start();
   * await using client = await FoxgloveClient.connect(server.url!);
   * assertEquals([client.serverInfo.name, client.serverInfo.metadata], ["my robot", { ROS_DISTRO: "jazzy" }]);
   * ```
   *
   * @throws {TypeError} When a member has the wrong type, or when the capability `playbackControl`, `dataStartTime` and
   * `dataEndTime` are not all present or all absent. Nothing changes then.
   * @throws {RangeError} When the data range is not valid. Nothing changes then.
   */
  setInfo(info: Partial<ServerInfoInit>): void {
    if (this.#isClosing) return;
    this.#calls.run(() => this.#declarations.set(info));
  }

  /**
   * Begins a new session: apps discard the data that they have shown so far. Channels, services and subscriptions stay.
   * Channels and services are advertised again, because apps forget their data types with the old session.
   *
   * @param sessionId The id of the new session. Default: a random UUID.
   */
  resetSessionId(sessionId: string = crypto.randomUUID()): void {
    if (this.#isClosing) return;
    this.#greeting.sessionId = sessionId;
    this.#channels.resetSession();
    this.#calls.run(() => {
      for (const connection of this.#clients.list()) this.#sendStateAgain(connection);
    });
  }

  /**
   * Disconnects a client. Queued messages that must not be dropped are sent first. The client's hooks are called before
   * this returns, unless a hook calls this. Apps reconnect automatically after some seconds: to keep a client out,
   * `authorize` must reject it.
   *
   * @returns `false` if there is no such client.
   * @throws {RangeError} When the close code is not allowed, or the reason is too long.
   */
  disconnect(clientId: ClientId, options: DisconnectOptions = {}): boolean {
    const { code = 1008, reason = "disconnected by the server" } = options;
    checkClose(code, reason);
    return this.#connections.disconnect(clientId, code, reason);
  }

  /**
   * Returns statistics of messages, clients, requests and failures, as a new object for each call. Do not call it for
   * each message: a call takes 20 µs, and up to 0.5 µs more for each client and channel.
   */
  stats(): ServerStats {
    return this.#stats.read({
      clients: this.#clients.list(),
      publishers: this.#publishers.values(),
      sinks: this.#sinks.list,
      services: this.#state.services.services.size,
      sessionId: this.#greeting.sessionId,
      now: this.#clock.now(),
    });
  }

  /**
   * Stops listening, disconnects all clients with code 1001, calls their hooks and closes all sinks. Waits until the
   * sockets and sinks are closed and the `fallback` has answered, but at most `graceMs`. Then waits for the listener to
   * end, again at most `graceMs`. Further calls have no effect.
   *
   * @throws {RangeError} When `graceMs` is negative or not a number.
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { graceMs = DEFAULT_GRACE_MS } = options;
    if (!(graceMs >= 0)) throw new RangeError(`Cannot close the server: graceMs must be zero or more, got ${graceMs}`);
    if (!this.#isClosing) {
      // Set first, because the hooks that are called now may call close().
      this.#isClosing = true;
      void this.#shutDown(graceMs);
    }
    return this.closed;
  }

  /** Closes the server: see {@linkcode FoxgloveServer.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** `source`: the server's own listener, if the request came through it. */
  #respond(request: Request, info?: RequestInfo, source?: RequestSource): Response | Promise<Response> {
    const refusal = this.#handshakes.refuseTarget(request, info);
    if (refusal) return refusal;
    if (isUpgrade(request)) return this.#handshakes.answer(handshakeOf(request), info, source);
    if (isPreflight(request)) return answerPreflight(request, this.#options, source);
    return answerHealth(request, this.#options.healthPaths, this.#readiness()) ??
      this.#statusRoutes.answer(request, info, source) ??
      answerByFallback(this.#options.fallback, this.#failures, request, info) ?? explainUpgrade();
  }

  #readiness(): Readiness {
    return this.#endpoint.isDown ? "not listening" : this.#handshakes.readiness;
  }

  /**
   * Sends everything again: after another `serverInfo`, apps forget channels, services, and the messages that they have
   * shown.
   */
  #sendStateAgain(connection: Connection): void {
    this.#connections.sendState(connection);
    for (const publisher of this.#publishers.values()) publisher.sendLatchedTo(connection);
  }

  async #shutDown(graceMs: number): Promise<void> {
    this.#life.abort();
    this.#telemetry.close();
    this.#endpoint.beginClose();
    if (this.#cancelReason === undefined) RunningServers.remove(this.#running);
    this.#handshakes.close();
    const ended = this.#calls.run(() => {
      const ended = this.#connections.close();
      this.#effects.close();
      for (const publisher of this.#publishers.values()) publisher.close();
      return [...ended, ...this.#sinks.close()];
    });
    // Clients get time to close. The shutdown() of Deno's server closes sockets with its own reason, and never ends if
    // a peer has stopped reading, unless the peer's socket was closed first. Other transports destroy connections.
    const saved = this.#parameterStores.close();
    await settledWithin(this.#clock, graceMs, [...ended, ...this.#pendingResponses.answers, saved]);
    this.#pendingResponses.abandon();
    this.#connections.destroyAll();
    await settledWithin(this.#clock, graceMs, [this.#endpoint.close()]);
    this.#endpoint.abandon();
    this.#options.logger.info("Closed");
    this.#closed.resolve();
  }

  #throwIfCancelled(): void {
    if (this.#cancelReason !== undefined) throw this.#cancelReason;
  }

  #requireOpen(doing: string): void {
    if (this.#isClosing) throw new TypeError(`Cannot ${doing}: the server has been closed`);
  }

  #require(capability: Capability, doing: string): void {
    if (this.#state.capabilities.has(capability)) return;
    throw new TypeError(`Cannot ${doing}: the server has no capability "${capability}"`);
  }
}
