// Exchange: what goes to and fro between a client and its server: messages in, and what becomes of each.

import type { Capability, Subprotocol } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import { decodeServerMessage } from "../protocol/decode.ts";
import { encodeClientMessage } from "../protocol/encode.ts";
import type { MessageData } from "../protocol/message_data.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { ParameterValues } from "../protocol/parameters.ts";
import type { PlaybackStateMessage } from "../protocol/playback.ts";
import { ProtocolError } from "../protocol/protocol_error.ts";
import { isBrokenSchema } from "../protocol/schema.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import { type Status, StatusLevel } from "../protocol/status.ts";
import { Connection } from "./connection.ts";
import { ConnectionClosedError } from "./errors.ts";
import { FollowUps } from "./follow_ups.ts";
import { GraphView } from "./graph_view.ts";
import { GraphWatch } from "./graph_watch.ts";
import type { ConnectionState, Listeners } from "./listener.ts";
import type { Settings } from "./options.ts";
import { ParameterWatch } from "./parameter_watch.ts";
import { Publications } from "./publications.ts";
import { Requests } from "./requests.ts";
import { ServerView } from "./server_view.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { Target } from "./target.ts";
import { Waits } from "./waits.ts";

/** Everything that a client knows and has asked for, kept up to date. */
export class Exchange {
  readonly connection: Connection;
  readonly view: ServerView;
  readonly requests: Requests;
  readonly publications: Publications;
  readonly graph: GraphWatch;
  readonly subscriptions: Subscriptions;
  readonly parameterWatch: ParameterWatch;
  readonly channelWaits: Waits<Channel> = new Waits();
  readonly serviceWaits: Waits<Service> = new Waits();
  /** Fulfilled when the server has introduced itself for the first time; rejects when it never will. */
  readonly introduction: Promise<void>;
  readonly #listeners: Listeners;
  #introduced!: () => void;
  #notIntroduced!: (error: unknown) => void;
  #isIntroduced = false;
  /** Missing capabilities that were warned of. */
  readonly #warnedOf = new Set<Capability>();
  /** Counts connections that were lost: a hook may end the one that it is told of. */
  #losses = 0;
  readonly #maxKept: number;
  /** Kinds of things of which the server of now has told more than is kept. */
  readonly #overfull = new Set<string>();
  /** Those of them that are still to be warned of. */
  #untold: string[] = [];
  /** Errors about parts of the current message. They are reported when the rest has been handled. */
  #unusable: ProtocolError[] = [];
  readonly #decodeOptions = { onError: (error: ProtocolError) => void this.#unusable.push(error) };

  constructor(target: Target, settings: Settings, listeners: Listeners) {
    const send = (message: ClientMessage) => this.send(message);
    const { clock, maxKept, maxBufferedBytes } = settings;
    this.#listeners = listeners;
    this.#maxKept = maxKept;
    this.connection = new Connection(target, settings, {
      opened: (subprotocol) => this.#opened(subprotocol),
      received: (data) => this.#received(data),
      lost: (error) => this.#lost(error),
      stateChanged: (state) => this.#stateChanged(state),
    });
    const followUps = new FollowUps(this.connection, maxBufferedBytes);
    this.view = new ServerView(settings, (what) => this.#noteFull(what));
    this.requests = new Requests(send, clock);
    this.publications = new Publications(send);
    this.graph = new GraphWatch(send, clock, () => new GraphView(settings, () => this.#noteFull("names in the graph")));
    this.subscriptions = new Subscriptions((message) => followUps.send(message), () => clock.now());
    this.parameterWatch = new ParameterWatch({
      send: (message) => followUps.send(message),
      getParameters: (names, signal) => this.requests.getParameters(names, signal),
      onError: (error) => listeners.tell("onError", error),
      onFull: () => this.#noteFull("parameters"),
    }, maxKept);
    this.introduction = new Promise((resolve, reject) => {
      this.#introduced = resolve;
      this.#notIntroduced = reject;
    });
    // Nobody waits for it any more when a later connection is lost, or not yet when the first attempt fails at once.
    this.introduction.catch(() => {});
  }

  /** Whether the server has introduced itself on the connection of now. */
  get isIntroduced(): boolean {
    return this.#isIntroduced;
  }

  /** Sends, if there is a connection. */
  send(message: ClientMessage): void {
    this.connection.send(encodeClientMessage(message));
  }

  /** Waits no longer for the first introduction. */
  giveUp(error: unknown): void {
    this.#notIntroduced(error);
  }

  /** Warns, once, that the server lacks a capability without which nothing will come of `doing`. */
  warnIfWithout(capability: Capability, doing: string): void {
    if (!this.#isIntroduced || this.view.info?.capabilities.includes(capability)) return;
    if (this.#warnedOf.has(capability)) return;
    this.#warnedOf.add(capability);
    this.#warn(`${doing}: the server has no capability "${capability}"`);
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
      this.channelWaits.rejectAll(closed);
      this.serviceWaits.rejectAll(closed);
      for (const part of [this.subscriptions, this.parameterWatch, this.graph]) part.end(error);
    }
    this.#listeners.tell("onConnectionState", state);
  }

  #lost(error: ConnectionClosedError): void {
    this.#isIntroduced = false;
    this.#losses += 1;
    this.#overfull.clear();
    const { channels, services } = this.view.clear();
    this.subscriptions.lost();
    this.requests.rejectAll(error);
    if (channels.length > 0) this.#listeners.tell("onUnadvertise", channels);
    if (services.length > 0) this.#listeners.tell("onUnadvertiseServices", services);
  }

  #received(data: string | ArrayBuffer): void {
    try {
      this.#handle(decodeServerMessage(data, this.#decodeOptions));
    } catch (error) {
      if (error instanceof ProtocolError) this.#handleBroken(error);
      this.#listeners.tell("onError", error);
    }
    if (this.#unusable.length > 0) {
      for (const error of this.#unusable.splice(0)) this.#listeners.tell("onError", error);
    }
    if (this.#untold.length > 0) this.#warnOfFull();
  }

  /** Rejects the request that a broken message answers, or fails the attempt that waits for it. */
  #handleBroken(error: ProtocolError): void {
    this.requests.answerBroken(error);
    if (error.op === "serverInfo" && !this.#isIntroduced) this.connection.fail(error);
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
        return this.#handleUnadvertise(this.view.channels.remove(message.channelIds));
      case "advertiseServices":
        return this.#handleAdvertiseServices(message.services);
      case "unadvertiseServices":
        return this.#handleUnadvertiseServices(this.view.services.remove(message.serviceIds));
      case "status":
        return this.#handleStatus(message);
      case "removeStatus":
        this.view.removeStatuses(message.statusIds);
        return this.#listeners.tell("onRemoveStatus", message.statusIds);
      case "time":
        return this.#handleTime(message.timestamp);
      case "parameterValues":
        return this.#handleParameterValues(message);
      case "connectionGraphUpdate":
        return this.graph.told(message);
      case "playbackState":
        return this.#handlePlaybackState(message);
      case "serviceCallResponse":
        return this.#expect(this.requests.serviceAnswered(message), `service call ${message.callId}`);
      case "serviceCallFailure":
        return this.#expect(this.requests.serviceFailed(message), `service call ${message.callId}`);
      case "fetchAssetResponse":
        return this.#expect(this.requests.assetAnswered(message), `asset request ${message.requestId}`);
      default:
        return message satisfies never;
    }
  }

  #handleData(message: MessageData): void {
    if (this.subscriptions.deliver(message)) return;
    this.#warn(`A message came for subscription ${message.subscriptionId}, which does not exist`);
  }

  #handleServerInfo(info: ServerInfo): void {
    const isNewConnection = !this.#isIntroduced;
    const isNewSession = this.view.introduce(info, isNewConnection);
    const isCurrent = this.#watchLoss();
    this.#isIntroduced = true;
    this.connection.succeeded();
    if (isCurrent()) this.#listeners.tell("onServerInfo", info);
    if (isNewSession && isCurrent()) this.#listeners.tell("onSessionReset", info.sessionId);
    if (!isNewConnection || !isCurrent()) return;
    const refusals = this.publications.resume(info);
    this.parameterWatch.resume();
    this.graph.resume();
    this.#introduced();
    for (const refusal of refusals) this.#warn(refusal);
  }

  #handleAdvertise(channels: readonly Channel[]): void {
    const { gone, added } = this.view.channels.add(channels);
    const isCurrent = this.#watchLoss();
    this.subscriptions.advertised(gone, added);
    // A predicate may have closed the client.
    if (!isCurrent()) return;
    for (const channel of added) this.channelWaits.resolve(channel.topic, channel);
    if (gone.length > 0) this.#listeners.tell("onUnadvertise", gone);
    if (added.length > 0 && isCurrent()) this.#listeners.tell("onAdvertise", added);
    for (const { id, topic } of added.filter(isBrokenSchema)) {
      const text = `Cannot read the schema of channel ${id}, "${topic}": it is not base64`;
      this.#listeners.tell("onError", new ProtocolError("invalid-field", text));
    }
  }

  #handleUnadvertise(gone: readonly Channel[]): void {
    this.subscriptions.unadvertised(gone);
    if (gone.length > 0) this.#listeners.tell("onUnadvertise", gone);
  }

  #handleAdvertiseServices(services: readonly Service[]): void {
    const { gone, added } = this.view.services.add(services);
    const isCurrent = this.#watchLoss();
    for (const service of added) this.serviceWaits.resolve(service.name, service);
    this.#handleUnadvertiseServices(gone);
    if (added.length > 0 && isCurrent()) this.#listeners.tell("onAdvertiseServices", added);
  }

  #handleUnadvertiseServices(gone: readonly Service[]): void {
    if (gone.length > 0) this.#listeners.tell("onUnadvertiseServices", gone);
  }

  #handleStatus(status: Status): void {
    // An answer to a request is no note that holds until it is removed.
    const isAnswer = status.level === StatusLevel.ERROR && this.requests.errorTold(status);
    if (!isAnswer) this.view.noteStatus(status);
    this.#listeners.tell("onStatus", status);
  }

  #handleTime(timestamp: bigint): void {
    // Without the capability, the server has no clock of its own that anything would refer to.
    if (!this.view.info?.capabilities.includes("time")) return;
    this.#listeners.tell("onTime", timestamp, this.view.tick(timestamp));
  }

  #handleParameterValues(message: ParameterValues): void {
    const { parameters } = message;
    this.view.noteParameters(parameters);
    if (this.requests.parametersAnswered(message)) this.parameterWatch.learned(parameters);
    else this.parameterWatch.told(parameters);
    this.#listeners.tell("onParameterValues", parameters);
  }

  #handlePlaybackState({ op: _op, ...state }: PlaybackStateMessage): void {
    this.requests.playbackAnswered(state);
    this.#listeners.tell("onPlaybackState", state);
  }

  #expect(wasAskedFor: boolean, what: string): void {
    if (!wasAskedFor) this.#warn(`An answer came to ${what}, which was not made`);
  }

  #warn(message: string): void {
    this.#listeners.tell("onWarning", message);
  }

  /** Returns a function that says whether the connection is still there, for what follows after hooks. */
  #watchLoss(): () => boolean {
    const losses = this.#losses;
    return () => losses === this.#losses;
  }

  /** Warns later: this is the middle of work that a hook must not see. */
  #noteFull(what: string): void {
    if (this.#overfull.has(what)) return;
    this.#overfull.add(what);
    this.#untold.push(what);
  }

  #warnOfFull(): void {
    for (const what of this.#untold.splice(0)) {
      this.#warn(
        `Cannot keep more ${what}: more than "maxKept" (${this.#maxKept}) or "maxKeptBytes" allow; the rest is ignored`,
      );
    }
  }
}
