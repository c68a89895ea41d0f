// ClientSession: the state of one client, and the effects of each of its messages.

import type { FetchAsset } from "../protocol/assets.ts";
import type { Capability, Subprotocol } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import { readClientChannelIds, readClientUnadvertise } from "../protocol/client_publish.ts";
import { decodeClientMessage, readClientText } from "../protocol/decode.ts";
import type { ChannelId, ServiceId } from "../protocol/ids.ts";
import { type JsonLimits, measureJson } from "../protocol/measure_json.ts";
import type { JsonFields } from "../protocol/json_fields.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { readRequestId, readSetParametersNames } from "../protocol/parameters.ts";
import { parseClientText } from "../protocol/parse_text.ts";
import type { PlaybackControlRequest } from "../protocol/playback.ts";
import { ProtocolError } from "../protocol/protocol_error.ts";
import type { Service, ServiceCallRequest } from "../protocol/services.ts";
import { Access } from "./access.ts";
import { ClientChannels } from "./client_channels.ts";
import { type Effect, error, type QueuedKind, type QueuedRequest, type RequestEffect } from "./effects.ts";
import { OpenRequests } from "./open_requests.ts";
import type { Rights } from "./rights.ts";
import type { ServerState } from "./server_state.ts";
import { SentSchemas } from "./sent_schemas.ts";
import type { RequestType, SessionCounter } from "./session_counter.ts";
import { type CountedLimits, isLongName, longName, type SessionLimits, tooMany } from "./session_limits.ts";
import { Subscriptions } from "./subscriptions.ts";
import { type WatchAll, WatchAlls } from "./watch_alls.ts";

/** Options of {@linkcode ClientSession}. */
export interface ClientSessionOptions extends SessionLimits {
  /** `undefined`: the client did not request a subprotocol. */
  subprotocol: Subprotocol | undefined;
  /** What the client may see and do. Default: everything. */
  rights?: Rights | undefined;
  /** Whether the client may see a channel. Called once for each channel. */
  acceptsChannel?: ((channel: Channel) => boolean) | undefined;
  /** Whether the client may publish to a channel. */
  acceptsClientChannel?: ((channel: ClientChannel) => boolean) | undefined;
}

/** The limits on the length of a list. */
type ListLimit = "maxSubscriptions" | "maxClientChannels" | "maxParameters";

/** Estimated memory of one parsed JSON value, such as an empty object, in bytes. */
const JSON_VALUE_BYTES = 64;

/**
 * Turns each message of one client into a list of effects. Changes only its own state and the state that all clients
 * share.
 */
export class ClientSession<Client> {
  /** The rights of the client. */
  readonly access: Access;
  readonly requests: OpenRequests;
  /** The schemas that the client has received. `undefined` if each of its channels contains the schema. */
  readonly schemas: SentSchemas | undefined;
  readonly #state: ServerState<Client>;
  readonly #client: Client;
  readonly #options: ClientSessionOptions & CountedLimits<keyof SessionLimits>;
  readonly #counter: SessionCounter;
  readonly #subscriptions: Subscriptions<Client>;
  readonly #clientChannels: ClientChannels<Client>;
  /** Whether the client may see each channel, by id. Not used if the client may see all channels. */
  readonly #visibility = new Map<ChannelId, boolean>();
  readonly #watchAlls = new WatchAlls();
  #controlsPlayback = false;

  constructor(state: ServerState<Client>, client: Client, options: ClientSessionOptions) {
    const { counter } = state;
    const counted = { ...options, counter };
    this.#state = state;
    this.#client = client;
    this.#options = counted;
    this.#counter = counter;
    this.access = new Access(options.rights);
    this.requests = new OpenRequests(counted, state.requestBytes);
    if (options.subprotocol === "foxglove.sdk.v1.1") this.schemas = new SentSchemas(state.schemas);
    this.#subscriptions = new Subscriptions(state, client, counted);
    this.#clientChannels = new ClientChannels(state, {
      ...counted,
      accepts: (channel) =>
        this.access.allows("clientTopics", channel.topic) && (options.acceptsClientChannel?.(channel) ?? true),
    });
  }

  /**
   * Whether the client understands PlaybackState. Older apps raise an error if they receive one that they did not
   * request.
   */
  get takesPlaybackState(): boolean {
    const { subprotocol } = this.#options;
    return subprotocol === "foxglove.sdk.v1" || subprotocol === "foxglove.sdk.v1.1" || this.#controlsPlayback;
  }

  /** Returns the channels that the client may see. */
  visible(channels: readonly Channel[]): readonly Channel[] {
    if (this.#seesAll) return channels;
    return channels.filter((channel) => {
      const isVisible = this.#visibility.get(channel.id) ?? this.#accepts(channel);
      this.#visibility.set(channel.id, isVisible);
      return isVisible;
    });
  }

  /**
   * Forgets a channel that the server removed. Returns whether the client knows the channel, so that it needs an
   * `unadvertise`.
   */
  forgetChannel(channelId: ChannelId): boolean {
    const wasVisible = this.#isVisible(channelId);
    this.#visibility.delete(channelId);
    this.#subscriptions.forget(channelId);
    return wasVisible;
  }

  /** Processes one message from the socket. */
  receive(data: string | ArrayBuffer | Uint8Array): Effect[] {
    const size = typeof data === "string" ? data.length : data.byteLength;
    let message: ClientMessage;
    let bytes: number;
    try {
      if (typeof data === "string") {
        const values = measureJson(data, this.#options);
        if (typeof values === "string") {
          this.#counter.received("invalid", size);
          return [this.#refuseJson(values)];
        }
        bytes = size + values * JSON_VALUE_BYTES;
        const fields = parseClientText(data);
        const denied = this.#examine(fields, bytes);
        if (denied) {
          // Messages with an unknown op are not denied.
          this.#counter.received(fields.op as ClientMessage["op"], size);
          return denied;
        }
        message = readClientText(fields);
      } else {
        message = decodeClientMessage(data);
        // A payload keeps the whole underlying buffer in memory.
        bytes = "buffer" in data ? data.buffer.byteLength : data.byteLength;
      }
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      this.#counter.received("invalid", size);
      return [refusal(cause)];
    }
    this.#counter.received(message.op, size);
    return this.#apply(message, bytes);
  }

  /** Adds parameters to a subscription to all parameters, except those from which the client has unsubscribed since. */
  watchMore(watch: WatchAll, names: readonly string[]): Effect[] {
    return this.#watch(this.#watchAlls.notExcepted(watch, names));
  }

  /** Ends a subscription to all parameters: their names are known, or the hook failed to list them. */
  endWatchAll(watch: WatchAll): void {
    this.#watchAlls.end(watch);
  }

  /**
   * Ends all subscriptions and channels of the client. Returns the effects in the order in which the hooks must be
   * called.
   */
  close(): Effect[] {
    this.#watchAlls.unsubscribed([]);
    this.requests.close();
    return [
      ...parametersWatched(this.#state.parameters.watched.removeClient(this.#client), false),
      ...this.#watchGraph(false),
      ...this.#subscriptions.close(),
      ...this.#clientChannels.close(),
    ];
  }

  /**
   * Checks a text message before it is read completely. Returns the effects that reject or ignore it, or `undefined` if
   * it must be read. `bytes`: the memory that the message takes.
   */
  #examine(fields: JsonFields, bytes: number): Effect[] | undefined {
    switch (fields.op) {
      case "subscribe":
        return this.#exceeds(fields.count("subscriptions"), "maxSubscriptions", "subscribe");
      case "unsubscribe":
        return this.#exceeds(fields.count("subscriptionIds"), "maxSubscriptions", "unsubscribe");
      case "advertise":
        return this.#examineAdvertise(fields);
      case "unadvertise":
        return this.#examineUnadvertise(fields);
      case "getParameters":
        return this.#refused(
          "getParameters",
          this.#refuseIfMissing("parameters", "get parameters", readRequestId(fields)) ??
            this.#exceedsParameters("get", fields.count("parameterNames"), readRequestId(fields)),
        );
      case "setParameters":
        return this.#refused(
          "setParameters",
          this.#refuseIfMissing("parameters", "set parameters", readRequestId(fields)) ??
            this.#exceedsParameters("set", fields.count("parameters"), readRequestId(fields)) ??
            this.#denies(readSetParametersNames(fields), readRequestId(fields), bytes),
        );
      case "subscribeParameterUpdates":
        return this.#examineWatch(fields.count("parameterNames"));
      case "unsubscribeParameterUpdates":
        return this.#refuseIfMissing("parametersSubscribe", "unsubscribe from parameters") ??
          this.#exceeds(fields.count("parameterNames"), "maxParameters", "unsubscribe from parameters");
      case "subscribeConnectionGraph":
        return this.#refused(
          "sendGraph",
          this.#refuseIfMissing("connectionGraph", "subscribe to the connection graph"),
        );
      case "unsubscribeConnectionGraph":
        return this.#refuseIfMissing("connectionGraph", "unsubscribe from the connection graph");
      default:
        return undefined;
    }
  }

  #apply(message: ClientMessage, bytes: number): Effect[] {
    switch (message.op) {
      case "subscribe":
        return message.subscriptions.map(({ id, channelId }) =>
          this.#subscriptions.subscribe(id, channelId, this.#isVisible(channelId))
        );
      case "unsubscribe":
        return message.subscriptionIds.map((id) => this.#subscriptions.unsubscribe(id)).filter((effect) =>
          effect !== undefined
        );
      case "advertise":
        return message.channels.flatMap((channel) => this.#clientChannels.advertise(channel));
      case "unadvertise":
        return message.channelIds.flatMap((id) => this.#clientChannels.unadvertise(id));
      case "messageData":
        return this.#clientChannels.refused.has(message.channelId)
          ? []
          : this.#refuseIfMissing("clientPublish", "publish") ?? this.#clientChannels.message(message);
      case "getParameters": {
        const cannot = parametersCannot("get", message.id);
        const long = longName(message.parameterNames, this.#options);
        return long
          ? this.#refused("getParameters", [cannot(long)])
          : this.#enqueue("parameters", { type: "getParameters", request: message, bytes }, cannot);
      }
      case "setParameters":
        return this.#open({ type: "setParameters", request: message, bytes }, parametersCannot("set", message.id));
      case "subscribeParameterUpdates":
        return this.#watchParameters(message.parameterNames, bytes);
      case "unsubscribeParameterUpdates":
        return this.#unwatchParameters(message.parameterNames);
      case "subscribeConnectionGraph":
        return [
          ...this.#enqueue(
            "graph",
            { type: "sendGraph", bytes },
            (why) => error(`Cannot send the connection graph: ${why}`),
          ),
          ...this.#watchGraph(true),
        ];
      case "unsubscribeConnectionGraph":
        return this.#watchGraph(false);
      case "serviceCallRequest":
        return this.#callService(message, bytes);
      case "fetchAsset":
        return this.#fetchAsset(message, bytes);
      case "playbackControlRequest":
        return this.#controlPlayback(message, bytes);
      default:
        return message satisfies never;
    }
  }

  get #seesAll(): boolean {
    return !this.#options.acceptsChannel && !this.access.isRestricted("topics");
  }

  #accepts(channel: Channel): boolean {
    return this.access.allows("topics", channel.topic) && (this.#options.acceptsChannel?.(channel) ?? true);
  }

  #isVisible(channelId: ChannelId): boolean {
    return this.#seesAll || this.#visibility.get(channelId) === true;
  }

  /** Returns an error status if the server does not offer the capability to the client. */
  #refuseIfMissing(capability: Capability, doing: string, requestId?: string): Effect[] | undefined {
    const why = this.#whyNotOffered(capability);
    if (why === undefined) return undefined;
    return [error(`Cannot ${doing}: ${why}`, isLongName(requestId, this.#options) ? undefined : requestId)];
  }

  /** Returns the reason why the client's `serverInfo` does not list the capability, or `undefined` if it does. */
  #whyNotOffered(capability: Capability): string | undefined {
    if (!this.#state.capabilities.has(capability)) return `the server has no capability "${capability}"`;
    return this.access.excludes(capability) ? "permission denied" : undefined;
  }

  #refuseJson(limit: keyof JsonLimits): Effect {
    const what = limit === "maxJsonDepth" ? "levels of nesting" : "values";
    return error(`Cannot read text message: ${tooMany(what, limit, this.#options)}`);
  }

  /**
   * Returns an error status if a message lists too many entries. Rejects the whole message, because reading a million
   * entries is slow.
   */
  #exceeds(entries: number, option: ListLimit, doing: string): Effect[] | undefined {
    if (entries <= this.#options[option]) return undefined;
    return [error(`Cannot ${doing}: ${tooMany("entries", option, this.#options)}`)];
  }

  #examineAdvertise(fields: JsonFields): Effect[] | undefined {
    const refusal = this.#refuseIfMissing("clientPublish", "advertise") ??
      this.#exceeds(fields.count("channels"), "maxClientChannels", "advertise");
    if (refusal) this.#clientChannels.refuse(readClientChannelIds(fields));
    return refusal;
  }

  #examineUnadvertise(fields: JsonFields): Effect[] | undefined {
    const lacking = this.#refuseIfMissing("clientPublish", "unadvertise");
    if (!lacking) return this.#exceeds(fields.count("channelIds"), "maxClientChannels", "unadvertise");
    const { channelIds } = readClientUnadvertise(fields);
    return channelIds.every((id) => this.#clientChannels.refused.delete(id)) ? [] : lacking;
  }

  /** Returns an error status if the client may not watch parameters, or names too many of them; 0 means all. */
  #examineWatch(names: number): Effect[] | undefined {
    const missing = this.#refuseIfMissing("parametersSubscribe", "subscribe to parameters");
    return names === 0
      ? this.#refused("watchAllParameters", missing)
      : missing ?? this.#exceeds(names, "maxParameters", "subscribe to parameters");
  }

  /** Counts a rejected request. Returns the effects that reject it, which are `undefined` if it is not rejected. */
  #refused<Rejection extends Effect[] | undefined>(type: RequestType, rejection: Rejection): Rejection {
    if (rejection) this.#counter.requestNotStarted(type, "refused");
    return rejection;
  }

  /** Starts a request that cannot be queued, or rejects it with the effect of `refuse`. */
  #open(request: Exclude<RequestEffect, QueuedRequest>, refuse: (why: string) => Effect): Effect[] {
    const why = this.requests.open(request);
    return why === undefined ? [request] : this.#refused(request.type, [refuse(why)]);
  }

  /** Queues a request, or rejects it with the effect of `refuse`. */
  #enqueue(kind: QueuedKind, request: QueuedRequest, refuse: (why: string) => Effect): Effect[] {
    const why = this.requests.enqueue(request);
    return why === undefined ? [{ type: "startQueued", kind }] : this.#refused(request.type, [refuse(why)]);
  }

  /** Returns an error status if a message names too many parameters or its id is too long. */
  #exceedsParameters(verb: "get" | "set", entries: number, id: string | undefined): Effect[] | undefined {
    const longId = longName([id], this.#options);
    if (longId) return [parametersCannot(verb, undefined)(longId)];
    if (entries <= this.#options.maxParameters) return undefined;
    return [parametersCannot(verb, id)(tooMany("entries", "maxParameters", this.#options))];
  }

  /**
   * Rejects the whole message if the client may not set one of the parameters. A client that sent a request id then
   * gets the current values, because it waits for an answer.
   */
  #denies(parameterNames: readonly string[], id: string | undefined, bytes: number): Effect[] | undefined {
    const cannot = parametersCannot("set", id);
    const long = longName(parameterNames, this.#options);
    if (long) return [cannot(long)];
    const forbidden = parameterNames.find((name) => !this.access.allows("writableParameters", name));
    // If the client may not set any parameter, even an empty list must not reach the hook.
    if (forbidden === undefined && !this.access.isEmpty("writableParameters")) return undefined;
    const report = cannot(
      forbidden === undefined ? "permission denied" : `permission denied for "${forbidden}"`,
    );
    if (id === undefined) return [report];
    // Answered here, because `getParameters` without names returns all parameters.
    return parameterNames.length === 0
      ? [report, { type: "send", message: { op: "parameterValues", parameters: [], id } }]
      : [report, ...this.#apply({ op: "getParameters", parameterNames, id }, bytes)];
  }

  #watchParameters(names: readonly string[], bytes: number): Effect[] {
    const why = longName(names, this.#options) ?? this.#tooManyWatched(names);
    if (why) return [error(`Cannot subscribe to parameters: ${why}`)];
    this.#watchAlls.subscribed(names);
    if (names.length > 0) return this.#watch(names);
    const watch = this.#watchAlls.begin();
    return this.#enqueue("parameters", { type: "watchAllParameters", watch, bytes }, (why) => {
      this.#watchAlls.end(watch);
      return error(`Cannot subscribe to all parameters: ${why}`);
    });
  }

  #watch(names: readonly string[]): Effect[] {
    const readable = names.filter((name) => this.access.allows("readableParameters", name));
    return parametersWatched(this.#state.parameters.watched.add(this.#client, readable), true);
  }

  #tooManyWatched(names: readonly string[]): string | undefined {
    if (this.#state.parameters.watched.countWith(this.#client, names) <= this.#options.maxParameters) return undefined;
    return tooMany("parameters", "maxParameters", this.#options);
  }

  /** The excepted names stay in memory until the hook lists all parameters, which may never happen. */
  #tooManyExcepted(names: readonly string[]): string | undefined {
    const { maxParameters } = this.#options;
    if (this.#watchAlls.countWith(names) <= maxParameters) return undefined;
    return tooMany("parameters", "maxParameters", this.#options);
  }

  #unwatchParameters(names: readonly string[]): Effect[] {
    const { watched } = this.#state.parameters;
    const why = longName(names, this.#options) ?? this.#tooManyExcepted(names);
    if (why) return [error(`Cannot unsubscribe from parameters: ${why}`)];
    this.#watchAlls.unsubscribed(names);
    const last = names.length > 0 ? watched.remove(this.#client, names) : watched.removeClient(this.#client);
    return parametersWatched(last, false);
  }

  /** Returns an effect only for the first client that subscribes and the last client that unsubscribes. */
  #watchGraph(watch: boolean): Effect[] {
    const clients = this.#state.graphClients;
    const before = clients.size;
    if (watch) {
      clients.add(this.#client);
    } else {
      clients.delete(this.#client);
    }
    return (before === 0) === (clients.size === 0) ? [] : [{ type: "graphWatched", watched: watch }];
  }

  #callable(serviceId: ServiceId): Service | undefined {
    const service = this.#state.services.services.get(serviceId);
    return service && this.access.allows("services", service.name) ? service : undefined;
  }

  #callService(request: ServiceCallRequest, bytes: number): Effect[] {
    const { serviceId, encoding } = request;
    const refuse = (why: string, name?: string) => this.#refused("callService", [callFailure(request, why, name)]);
    const why = longName([encoding], this.#options) ?? this.#whyNotOffered("services");
    if (why) return refuse(why);
    const service = this.#callable(serviceId);
    if (!service) return refuse("no such service");
    if (encoding !== service.request?.encoding && !this.#state.supportedEncodings().includes(encoding)) {
      return refuse(`encoding "${encoding}" is not supported`, service.name);
    }
    return this.#open(
      { type: "callService", service, request, bytes },
      (why) => callFailure(request, why, service.name),
    );
  }

  #fetchAsset(request: FetchAsset, bytes: number): Effect[] {
    const { requestId, uri } = request;
    const failure = (error: string): Effect => ({
      type: "send",
      message: { op: "fetchAssetResponse", requestId, status: "error", error },
    });
    const long = longName([uri], this.#options);
    if (long) return this.#refused("fetchAsset", [failure(`Cannot fetch an asset: ${long}`)]);
    const refuse = (why: string) => failure(`Cannot fetch "${uri}": ${why}`);
    const why = this.#whyNotOffered("assets") ??
      (this.access.allows("assets", uri) ? undefined : "permission denied");
    if (why) return this.#refused("fetchAsset", [refuse(why)]);
    return this.#enqueue("assets", { type: "fetchAsset", request, bytes }, refuse);
  }

  #controlPlayback(request: PlaybackControlRequest, bytes: number): Effect[] {
    this.#controlsPlayback = true;
    const { requestId, speed } = request;
    const cannot = "Cannot control playback";
    const missing = this.#refuseIfMissing("playbackControl", "control playback", requestId);
    if (missing) return this.#refused("controlPlayback", missing);
    const long = longName([requestId], this.#options);
    if (long) return this.#refused("controlPlayback", [error(`${cannot}: ${long}`)]);
    const refuse = (why: string) => error(`${cannot}: ${why}`, requestId);
    if (!Number.isFinite(speed) || speed <= 0) {
      return this.#refused("controlPlayback", [refuse(`speed ${speed} is not positive`)]);
    }
    return this.#open({ type: "controlPlayback", request, bytes }, refuse);
  }
}

/**
 * The answer to an invalid message is a failure for the caller of a service, and an error status for all others. A
 * status about a parameter request has the id of that request, because its client waits for it.
 */
function refusal({ serviceCall, requestId, message }: ProtocolError): Effect {
  return serviceCall ? callFailure(serviceCall, message) : error(message, requestId);
}

/** `name`: the name of the service, only if the client may see it. */
function callFailure(
  { serviceId, callId }: Pick<ServiceCallRequest, "serviceId" | "callId">,
  why: string,
  name?: string,
): Effect {
  const message = `Cannot call ${name === undefined ? "a service" : `"${name}"`}: ${why}`;
  return { type: "send", message: { op: "serviceCallFailure", serviceId, callId, message } };
}

function parametersCannot(verb: "get" | "set", requestId: string | undefined): (why: string) => Effect {
  return (why) => error(`Cannot ${verb} parameters: ${why}`, requestId);
}

function parametersWatched(names: readonly string[], watched: boolean): Effect[] {
  return names.length > 0 ? [{ type: "parametersWatched", names, watched }] : [];
}
