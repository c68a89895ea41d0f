// ServerConnection: handles the messages of the server, and connects the parts of a client.

import type { Capability, Subprotocol } from "../protocol/capabilities.ts";
import type { Advertise, Channel } from "../protocol/channels.ts";
import { decodeServerMessage } from "../protocol/decode.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { ParameterValues } from "../protocol/parameters.ts";
import type { PlaybackStateMessage } from "../protocol/playback.ts";
import { ProtocolError } from "../protocol/protocol_error.ts";
import { isBrokenSchema } from "../protocol/schema.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import { type Status, StatusLevel } from "../protocol/status.ts";
import { BackpressureGuard } from "./backpressure_guard.ts";
import type { ConnectionState } from "./connection_state.ts";
import { encodeMessage } from "./encode_message.ts";
import { ConnectionClosedError } from "./errors.ts";
import { GraphView } from "./graph_view.ts";
import { GraphWatch } from "./graph_watch.ts";
import { MissingNames, type NameKind } from "./missing_names.ts";
import { LimitWarnings } from "./limit_warnings.ts";
import type { Listeners } from "./listener.ts";
import type { ClientSettings } from "./options.ts";
import { ParameterWatch } from "./parameter_watch.ts";
import { Publications } from "./publications.ts";
import { Reconnector } from "./reconnector.ts";
import { Requests } from "./requests.ts";
import type { ServerAddress } from "./server_address.ts";
import { ServerView } from "./server_view.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Waiters } from "./waiters.ts";

/** A parameter that no server has, so the answer is short. */
const NO_PARAMETER = "foxglove-ws.none";

/** The state of a client and its open operations. Each message from the server updates them. */
export class ServerConnection {
  readonly reconnector: Reconnector;
  readonly view: ServerView;
  readonly requests: Requests;
  readonly publications: Publications;
  readonly graphWatch: GraphWatch;
  readonly subscriptions: Subscriptions;
  readonly parameterWatch: ParameterWatch;
  readonly channelWaiters: Waiters<Channel> = new Waiters();
  readonly serviceWaiters: Waiters<Service> = new Waiters();
  /** Resolves after the first `serverInfo`. Rejects if the client ends before, or when `abortConnect()` is called. */
  readonly ready: Promise<void>;
  readonly missingNames: MissingNames;
  readonly #address: ServerAddress;
  readonly #listeners: Listeners;
  #resolveReady!: () => void;
  #rejectReady!: (error: unknown) => void;
  #isReady = false;
  /** Missing capabilities that a warning was sent for. */
  readonly #warnedCapabilities = new Set<string>();
  /** Counts lost connections. Code that calls hooks compares it, because a hook may close the connection. */
  #lostConnections = 0;
  readonly #limitWarnings: LimitWarnings;
  /** Errors about parts of the current message. They are reported when the rest has been handled. */
  #invalidParts: ProtocolError[] = [];
  readonly #decodeOptions = { onError: (error: ProtocolError) => void this.#invalidParts.push(error) };

  constructor(address: ServerAddress, settings: ClientSettings, listeners: Listeners) {
    const send = (message: ClientMessage) => this.send(message);
    const { clock, maxKept, maxBufferedBytes } = settings;
    this.#address = address;
    this.#listeners = listeners;
    this.#limitWarnings = new LimitWarnings(maxKept, (message) => this.#warn(message));
    this.reconnector = new Reconnector(address, settings, {
      onOpen: (subprotocol) => this.#onOpen(subprotocol),
      onMessage: (data) => this.#onMessage(data),
      onQuiet: () => this.#askForAnswer(),
      onLost: (error) => this.#onLost(error),
      onStateChange: (state) => this.#onStateChange(state),
    });
    const guard = new BackpressureGuard(this.reconnector, maxBufferedBytes);
    this.view = new ServerView(settings, (kind) => this.#limitWarnings.record(kind));
    this.requests = new Requests(send, clock);
    this.publications = new Publications({
      send,
      serverInfo: () => this.#isReady ? this.view.info : undefined,
      bufferedAmount: () => this.reconnector.bufferedAmount,
      maxBufferedBytes,
      onWarning: (message) => this.#warn(message),
    });
    this.graphWatch = new GraphWatch({
      send,
      isSupported: () => this.supports("connectionGraph", "Subscribing to the connection graph"),
      createView: () => new GraphView(settings, () => this.#limitWarnings.record("names in the graph")),
      clock,
    });
    this.subscriptions = new Subscriptions((message) => guard.send(message), () => clock.now());
    this.parameterWatch = new ParameterWatch({
      send: (message) => guard.send(message),
      getParameters: (names, signal) => this.requests.getParameters(names, signal),
      isSupported: () => this.supports("parametersSubscribe", "Subscribing to parameters"),
      onError: (error) => listeners.emit("onError", error),
      onFull: () => this.#limitWarnings.record("parameters"),
    }, maxKept);
    this.missingNames = new MissingNames({
      clock,
      isMissing: (kind, name) => this.#isMissing(kind, name),
      names: (kind) =>
        kind === "topic"
          ? [...this.view.channels.byId.values()].map(({ topic }) => topic)
          : [...this.view.services.byId.values()].map(({ name }) => name),
      onWarning: (message) => this.#warn(message),
    });
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // Avoids an unhandled rejection: if the first attempt fails at once, connect() does not await this promise yet.
    this.ready.catch(() => {});
  }

  /** Whether `serverInfo` has arrived on the current connection. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Sends a message if there is a connection. Otherwise drops it. */
  send(message: ClientMessage): void {
    this.reconnector.send(encodeMessage(message));
  }

  /** Rejects {@linkcode ServerConnection.ready} with `error`, if it is still pending. */
  abortConnect(error: unknown): void {
    this.#rejectReady(error);
  }

  /**
   * Whether the server has a capability that `action` needs; false without a connection. If the server lacks it, warns
   * once for each capability. `action` begins the warning.
   */
  supports(capability: Capability, action: string): boolean {
    if (!this.#isReady) return false;
    if (this.view.info?.capabilities.includes(capability)) return true;
    if (!this.#warnedCapabilities.has(capability)) {
      this.#warnedCapabilities.add(capability);
      this.#warn(`${action}: the server has no capability "${capability}"`);
    }
    return false;
  }

  /** Makes a server answer that has nothing to send, so that it does not count as lost. */
  #askForAnswer(): void {
    if (!this.view.info?.capabilities.includes("parameters")) return;
    this.requests.getParameters([NO_PARAMETER], undefined).catch(() => {});
  }

  #onOpen(subprotocol: Subprotocol | undefined): void {
    if (subprotocol !== undefined) return;
    const problem = this.#address.offers.length > 0
      ? "The server did not choose any of the offered subprotocols"
      : 'The socket has no subprotocol, and neither has the option "subprotocol"';
    this.#warn(`${problem}: assuming foxglove.websocket.v1`);
  }

  #onStateChange(state: ConnectionState): void {
    // Hooks that run before onLost() must not send anything on the lost connection.
    if (state.type !== "open") {
      this.#isReady = false;
      this.missingNames.stop();
    }
    if (state.type === "closed") {
      const { error } = state;
      const closed = error ?? new ConnectionClosedError("The client was closed");
      this.#rejectReady(closed);
      this.channelWaiters.rejectAll(closed);
      this.serviceWaiters.rejectAll(closed);
      for (const part of [this.subscriptions, this.parameterWatch, this.graphWatch]) part.end(error);
    }
    this.#listeners.emitState(state);
  }

  #onLost(error: ConnectionClosedError): void {
    this.#isReady = false;
    this.#lostConnections += 1;
    this.#limitWarnings.reset();
    const { channels, services } = this.view.clear();
    this.subscriptions.onConnectionLost();
    this.requests.rejectAll(error);
    for (const part of [this.publications, this.parameterWatch, this.graphWatch]) part.onConnectionLost();
    if (channels.length > 0) this.#listeners.emit("onUnadvertise", channels, "disconnected");
    if (services.length > 0) this.#listeners.emit("onUnadvertiseServices", services, "disconnected");
  }

  #onMessage(data: string | ArrayBuffer): void {
    try {
      this.#handle(decodeServerMessage(data, this.#decodeOptions));
    } catch (error) {
      if (error instanceof ProtocolError) this.#handleInvalidMessage(error);
      this.#listeners.emit("onError", error);
    }
    if (this.#invalidParts.length > 0) {
      for (const error of this.#invalidParts.splice(0)) this.#listeners.emit("onError", error);
    }
    this.#limitWarnings.flush();
  }

  /**
   * Rejects the request that an invalid message answers. An invalid `serverInfo` fails the current attempt to connect.
   */
  #handleInvalidMessage(error: ProtocolError): void {
    this.requests.onInvalidMessage(error);
    if (error.op === "serverInfo" && !this.#isReady) this.reconnector.failAttempt(error);
  }

  #handle(message: ServerMessage): void {
    switch (message.op) {
      case "messageData":
        return this.#handleData(message);
      case "serverInfo":
        return this.#handleServerInfo(message);
      case "advertise":
        return this.#handleAdvertise(message);
      case "unadvertise":
        return this.#handleUnadvertise(this.view.channels.remove(message.channelIds));
      case "advertiseServices":
        return this.#handleAdvertiseServices(message.services);
      case "unadvertiseServices":
        return this.#handleUnadvertiseServices(this.view.services.remove(message.serviceIds));
      case "status":
        return this.#handleStatus(message);
      case "removeStatus":
        this.view.removeStatuses(message.statusIds);
        return this.#listeners.emit("onRemoveStatus", message.statusIds);
      case "time":
        return this.#handleTime(message.timestamp);
      case "parameterValues":
        return this.#handleParameterValues(message);
      case "connectionGraphUpdate":
        return this.graphWatch.onUpdate(message);
      case "playbackState":
        return this.#handlePlaybackState(message);
      case "serviceCallResponse":
        return this.#warnIfUnexpected(this.requests.onServiceResponse(message), `service call ${message.callId}`);
      case "serviceCallFailure":
        return this.#warnIfUnexpected(this.requests.onServiceFailure(message), `service call ${message.callId}`);
      case "fetchAssetResponse":
        return this.#warnIfUnexpected(this.requests.onAssetResponse(message), `asset request ${message.requestId}`);
      default:
        return message satisfies never;
    }
  }

  #handleData(message: MessageData): void {
    if (this.subscriptions.deliver(message)) return;
    this.#warn(`Received a message for subscription ${message.subscriptionId}, which does not exist`);
  }

  #handleServerInfo(info: ServerInfo): void {
    const isNewConnection = !this.#isReady;
    const isNewSession = this.view.setInfo(info, isNewConnection);
    const isCurrent = this.#watchConnection();
    this.#isReady = true;
    this.reconnector.markReady();
    if (isCurrent()) this.#listeners.emit("onServerInfo", info);
    if (isNewSession && isCurrent()) this.#listeners.emit("onSessionReset", info.sessionId);
    if (!isCurrent()) return;
    for (const capability of info.capabilities) this.#warnedCapabilities.delete(capability);
    // Resolved first, because the following may call hooks that close the client, after a successful connection.
    this.#resolveReady();
    this.publications.onServerInfo();
    for (const watch of [this.parameterWatch, this.graphWatch]) watch.subscribe();
    if (!this.serviceWaiters.isEmpty) this.supports("services", "Waiting for a service");
    for (const topic of [...this.channelWaiters.names, ...this.subscriptions.topics]) {
      this.missingNames.watch("topic", topic);
    }
    for (const name of this.serviceWaiters.names) this.missingNames.watch("service", name);
  }

  /** Whether the program uses the name, and the server does not have it. False without a connection. */
  #isMissing(kind: NameKind, name: string): boolean {
    if (!this.#isReady) return false;
    if (kind === "topic") {
      const isUsed = this.subscriptions.hasTopic(name) || this.channelWaiters.has(name);
      return isUsed && !this.view.channels.firstNamed(name);
    }
    // Without the capability, there is another warning.
    const hasServices = this.view.info?.capabilities.includes("services") === true;
    return hasServices && this.serviceWaiters.has(name) && !this.view.services.firstNamed(name);
  }

  #handleAdvertise(message: Advertise): void {
    const errors: unknown[] = [];
    this.view.schemas.add(message.schemas ?? []);
    const { removed, added } = this.view.channels.add(this.#resolveSchemas(message.channels, errors));
    const isCurrent = this.#watchConnection();
    this.subscriptions.onAdvertise(removed, added);
    // A predicate may have closed the client.
    if (!isCurrent()) return;
    for (const channel of added) this.channelWaiters.resolve(channel.topic, channel);
    if (removed.length > 0) this.#listeners.emit("onUnadvertise", removed, "removed");
    if (added.length > 0 && isCurrent()) this.#listeners.emit("onAdvertise", added);
    for (const error of errors) this.#listeners.emit("onError", error);
    for (const { id, topic } of added.filter(isBrokenSchema)) {
      const text = `Cannot read the schema of channel ${id}, "${topic}": it is not base64`;
      this.#listeners.emit("onError", new ProtocolError("invalid-field", text));
    }
  }

  /**
   * Returns the channels with their schemas. Leaves out channels whose schema is unknown, and adds the errors to
   * `errors`.
   */
  #resolveSchemas(channels: Advertise["channels"], errors: unknown[]): Channel[] {
    return channels.flatMap((channel) => {
      try {
        return [this.view.schemas.resolve(channel)];
      } catch (error) {
        errors.push(error);
        return [];
      }
    });
  }

  #handleUnadvertise(removed: readonly Channel[]): void {
    this.subscriptions.onUnadvertise(removed);
    if (removed.length > 0) this.#listeners.emit("onUnadvertise", removed, "removed");
  }

  #handleAdvertiseServices(services: readonly Service[]): void {
    const { removed, added } = this.view.services.add(services);
    const isCurrent = this.#watchConnection();
    for (const service of added) this.serviceWaiters.resolve(service.name, service);
    this.#handleUnadvertiseServices(removed);
    if (added.length > 0 && isCurrent()) this.#listeners.emit("onAdvertiseServices", added);
  }

  #handleUnadvertiseServices(removed: readonly Service[]): void {
    if (removed.length > 0) this.#listeners.emit("onUnadvertiseServices", removed, "removed");
  }

  #handleStatus(status: Status): void {
    // A status that answers a request is not stored, because the server does not remove it later.
    const isResponse = status.level === StatusLevel.ERROR && this.requests.onErrorStatus(status);
    if (!isResponse) this.view.addStatus(status);
    this.#listeners.emitStatus(status, isResponse);
  }

  #handleTime(timestamp: bigint): void {
    // Servers without the capability have no clock of their own, so their `time` messages are ignored.
    if (!this.view.info?.capabilities.includes("time")) return;
    this.#listeners.emit("onTime", timestamp, this.view.setTime(timestamp));
  }

  #handleParameterValues(message: ParameterValues): void {
    const { parameters } = message;
    this.view.setParameters(parameters);
    if (this.requests.onParameterValues(message)) this.parameterWatch.addKnown(parameters);
    else this.parameterWatch.onUpdate(parameters);
    this.#listeners.emit("onParameterValues", parameters);
  }

  #handlePlaybackState({ op: _op, ...state }: PlaybackStateMessage): void {
    this.requests.onPlaybackState(state);
    this.#listeners.emit("onPlaybackState", state);
  }

  #warnIfUnexpected(isExpected: boolean, request: string): void {
    if (!isExpected) this.#warn(`Received a response to ${request}, which this client did not send`);
  }

  #warn(message: string): void {
    this.#listeners.emit("onWarning", message);
  }

  /** Returns a function that tests whether the connection still exists. Used after hooks, because they may close it. */
  #watchConnection(): () => boolean {
    const countBefore = this.#lostConnections;
    return () => countBefore === this.#lostConnections;
  }
}
