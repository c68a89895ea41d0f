// Exchange: handles the messages of the server, and connects the parts of a client.

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

/** The state of a client and its open operations. Each message from the server updates them. */
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
  /** Resolves after the first `serverInfo`. Rejects if the client ends before, or with the error of {@linkcode Exchange.giveUp}. */
  readonly introduction: Promise<void>;
  readonly #listeners: Listeners;
  #introduced!: () => void;
  #notIntroduced!: (error: unknown) => void;
  #isIntroduced = false;
  /** Missing capabilities that a warning was sent for. */
  readonly #warnedOf = new Set<Capability>();
  /** Counts lost connections. Code that calls hooks compares it, because a hook may close the connection. */
  #losses = 0;
  readonly #maxKept: number;
  /** Kinds of entries, such as "channels", that exceed the limits on the current connection. */
  readonly #overfull = new Set<string>();
  /** The kinds in `#overfull` that still need a warning. */
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
    // Avoids an unhandled rejection: if the first attempt fails at once, connect() does not await this promise yet.
    this.introduction.catch(() => {});
  }

  /** Whether `serverInfo` has arrived on the current connection. */
  get isIntroduced(): boolean {
    return this.#isIntroduced;
  }

  /** Sends a message if there is a connection. Otherwise drops it. */
  send(message: ClientMessage): void {
    this.connection.send(encodeClientMessage(message));
  }

  /** Rejects {@linkcode Exchange.introduction} with `error`, if it is still pending. */
  giveUp(error: unknown): void {
    this.#notIntroduced(error);
  }

  /** Warns, once for each capability, that the server lacks a capability that `doing` needs. `doing` begins the warning. */
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

  /** Rejects the request that an invalid message answers. An invalid `serverInfo` fails the current attempt to connect. */
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
    // A status that answers a request is not stored, because the server does not remove it later.
    const isAnswer = status.level === StatusLevel.ERROR && this.requests.errorTold(status);
    if (!isAnswer) this.view.noteStatus(status);
    this.#listeners.tell("onStatus", status);
  }

  #handleTime(timestamp: bigint): void {
    // Servers without the capability have no clock of their own, so their `time` messages are ignored.
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

  /** Returns a function that tests whether the connection still exists. Used after hooks, because they may close it. */
  #watchLoss(): () => boolean {
    const losses = this.#losses;
    return () => losses === this.#losses;
  }

  /** Records that the limits were exceeded. The warning follows after the current message, because hooks must not see a half-done update. */
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
