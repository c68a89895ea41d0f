// Model: what a server must do, written as plainly as possible and without a line of the server's own code.
//
// Who has what is kept in flat lists of "client, id" pairs in the order in which they came; all else is derived from them. What follows from
// a change waits in a queue until the change is done.

import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { Essence } from "./essence.ts";
import { ModelClient } from "./model_client.ts";
import { ModelParameters } from "./model_parameters.ts";
import { ModelRequests } from "./model_requests.ts";
import type { Operation, OwnersOperation } from "./operations.ts";
import { ENCODINGS, mayPublish, maySee, UNSENDABLE, WELCOME } from "./setting.ts";

/** What the owner cannot do any more once the server is closed. */
const AFTER_CLOSE: ReadonlyMap<Operation["do"], "throws" | "does nothing"> = new Map([
  ["addChannel", "throws"],
  ["addService", "throws"],
  ["send", "does nothing"],
  ["updateParameters", "does nothing"],
  ["updateGraph", "does nothing"],
  ["sendStatus", "does nothing"],
  ["removeStatus", "does nothing"],
  ["broadcastTime", "does nothing"],
  ["broadcastPlayback", "does nothing"],
  ["resetSession", "does nothing"],
]);

/** A hook's name, the client's id, and what else it was told. */
export type HookCall = readonly unknown[];

interface ModelChannel {
  topic: string;
  latch: number;
  kept: string[];
}

/** A server and its clients, as they should be. */
export class Model {
  /** The newest client in each place, gone or not. */
  readonly clients: Map<number, ModelClient> = new Map();
  readonly channels: Map<number, ModelChannel> = new Map();
  readonly hooks: HookCall[] = [];
  graph = "[[],[],[]]";
  subscriptions: { client: ModelClient; id: number; channelId: number }[] = [];
  readonly #parameters = new ModelParameters(this);
  readonly #requests = new ModelRequests(this, this.#parameters);
  readonly #services = new Map<number, { name: string; encoding: string }>();
  readonly #stickies = new Map<string, Essence>();
  readonly #graphClients = new Set<ModelClient>();
  /** Subscriptions that the hooks were told of. */
  #reported: { client: ModelClient; channelId: number }[] = [];
  readonly #queue: (() => void)[] = [];
  readonly #scripts: { hook: string; operations: readonly OwnersOperation[] }[] = [];
  #isClosed = false;
  #clientChannels: { client: ModelClient; id: number; topic: string; encoding: string }[] = [];
  #sessionId = "s0";
  #time: number | undefined;
  #lastClientId = 0;
  #lastChannelId = 0;
  #lastServiceId = 0;

  /** Those who are connected, in the order in which they came. */
  get open(): ModelClient[] {
    return [...this.clients.values()].filter(({ isOpen }) => isOpen).sort((one, other) => one.id - other.id);
  }

  /** Does as the server should, with all that follows. Returns whether the caller gets an exception. */
  apply(operation: Operation): boolean {
    this.#requests.tick();
    // What follows from the time that passed comes before the operation.
    this.#drain();
    const throws = this.#apply(operation);
    this.#drain();
    for (const client of this.open) client.advertise();
    return throws;
  }

  /** Does something when all that was queued before is done. */
  later(effect: () => void): void {
    this.#queue.push(effect);
  }

  #drain(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
  }

  #apply(operation: Operation): boolean {
    if (this.#isClosed && AFTER_CLOSE.has(operation.do)) return AFTER_CLOSE.get(operation.do) === "throws";
    switch (operation.do) {
      case "connect":
        if (!this.clients.get(operation.client)?.isOpen) this.#connect(operation.client, operation.sdk);
        return false;
      case "addChannel":
        this.#addChannel(operation.topic, operation.latch ?? 0);
        return false;
      case "removeChannel":
        this.#removeChannel(operation.channelId);
        return false;
      case "send":
        return this.#send(operation.channelId, operation.text, operation.to);
      case "addService":
        return this.#addService(operation.name, operation.encoding ?? "json");
      case "removeService":
        if (this.#services.delete(operation.serviceId)) {
          for (const client of this.open) client.services.remove(operation.serviceId);
        }
        return false;
      case "updateParameters":
        this.#parameters.push(operation.parameters);
        return operation.parameters.some(({ value }) => value === UNSENDABLE);
      case "updateGraph":
        this.#updateGraph(operation.graph);
        return false;
      case "sendStatus":
        this.#sendStatus(operation);
        return false;
      case "removeStatus":
        for (const id of operation.ids) this.#stickies.delete(id);
        if (operation.ids.length > 0) this.#tellAll({ op: "removeStatus", ids: operation.ids });
        return false;
      case "broadcastTime":
        this.#time = operation.at;
        this.#tellAll({ op: "time", at: operation.at });
        return false;
      case "broadcastPlayback":
        this.#requests.tellPlayback(operation.at);
        return false;
      case "resetSession":
        this.#sessionId = operation.id;
        this.#time = undefined;
        for (const client of this.open) this.#resume(client);
        return false;
      case "disconnect":
        for (const client of this.open) if (client.id === operation.clientId) this.#dismiss(client);
        return false;
      case "close":
        this.#isClosed = true;
        for (const client of this.open) this.#dismiss(client);
        return false;
      case "script":
        this.#scripts.push(operation);
        return false;
      case "answer":
        this.#requests.answer(operation.request, operation.parameters);
        return false;
      case "fail":
        this.#requests.fail(operation.request);
        return false;
      default: {
        const client = this.clients.get(operation.client);
        if (client?.isOpen) this.#applyOf(client, operation);
        return false;
      }
    }
  }

  /** `id` is the id of a request that failed. */
  complain(client: ModelClient, level: StatusLevel, id?: string): void {
    client.tell({ op: "complaint", level, ...(id === undefined ? {} : { id }) });
  }

  /** A hook is called, and does what it was told to do. */
  note(name: string, client: ModelClient, ...details: unknown[]): void {
    this.hooks.push([name, client.id, ...details]);
    const index = this.#scripts.findIndex(({ hook }) => hook === name);
    for (const { operations } of index < 0 ? [] : this.#scripts.splice(index, 1)) {
      for (const operation of operations) this.#apply(operation);
    }
  }

  #applyOf(client: ModelClient, operation: Extract<Operation, { client: number }>): void {
    switch (operation.do) {
      case "leave":
        return this.#leave(client);
      case "stall":
        return client.stall();
      case "read":
        return client.read();
      case "babble":
        return this.later(() => this.complain(client, StatusLevel.ERROR));
      case "say":
        return this.#say(client, operation.message);
      case "publish":
        if (!this.#clientChannels.some((each) => each.client === client && each.id === operation.channelId)) {
          if (client.refused.has(operation.channelId)) return;
          return this.later(() => this.complain(client, StatusLevel.ERROR));
        }
        return this.later(() => this.note("onClientMessage", client, operation.channelId, operation.text));
      case "call": {
        const { serviceId, callId, encoding } = operation;
        if (this.#services.has(serviceId) && this.#supports(encoding)) {
          return this.#requests.open(client, { ask: "onServiceRequest", serviceId, callId, encoding });
        }
        return this.later(() => client.tell({ op: "serviceCallFailure", serviceId, callId }));
      }
      case "steer":
        client.hasSteered = true;
        if (operation.speed <= 0) {
          return this.later(() => this.complain(client, StatusLevel.ERROR, operation.requestId));
        }
        return this.#requests.open(client, { ask: "onPlaybackControl", requestId: operation.requestId });
    }
  }

  #say(client: ModelClient, message: ClientMessage): void {
    switch (message.op) {
      case "subscribe":
        return message.subscriptions.forEach(({ id, channelId }) => this.#subscribe(client, id, channelId));
      case "unsubscribe":
        return message.subscriptionIds.forEach((id) => this.#unsubscribe(client, id));
      case "advertise":
        return message.channels.forEach((channel) => this.#advertise(client, channel));
      case "unadvertise":
        return message.channelIds.forEach((id) => this.#unadvertise(client, id));
      case "getParameters":
        return this.#requests.open(client, { ask: "onGetParameters", names: message.parameterNames, id: message.id });
      case "setParameters":
        return this.#requests.open(client, { ask: "onSetParameters", wanted: message.parameters, id: message.id });
      case "subscribeParameterUpdates":
        if (this.#parameters.subscribe(client, message.parameterNames)) this.#requests.openWatchAll(client);
        return;
      case "unsubscribeParameterUpdates":
        return this.#parameters.unsubscribe(client, message.parameterNames);
      case "subscribeConnectionGraph":
        this.later(() => client.tell({ op: "connectionGraphUpdate" }));
        if (this.#graphClients.size === 0) this.later(() => this.note("onConnectionGraphSubscribe", client, true));
        this.#graphClients.add(client);
        return;
      case "unsubscribeConnectionGraph":
        return this.#unwatchGraph(client);
      case "fetchAsset":
        return this.#requests.open(client, { ask: "onFetchAsset", requestId: message.requestId });
      default:
        throw new TypeError(`Cannot say "${message.op}": there is an operation for it`);
    }
  }

  #connect(place: number, sdk: boolean): void {
    const client = new ModelClient(place, ++this.#lastClientId, sdk);
    this.clients.set(place, client);
    if (this.#isClosed) return client.leave();
    this.#greet(client);
    this.later(() => this.note("onClientConnect", client));
  }

  #dismiss(client: ModelClient): void {
    client.dismiss();
    this.#leave(client);
  }

  #leave(client: ModelClient): void {
    client.leave();
    for (const watch of client.watchAlls) watch.isEnded = true;
    this.#parameters.unwatch(client, this.#parameters.watchedBy(client));
    this.#unwatchGraph(client);
    for (const { id } of this.subscriptions.filter((each) => each.client === client)) this.#unsubscribe(client, id);
    for (const { id } of this.#clientChannels.filter((each) => each.client === client)) this.#unadvertise(client, id);
    this.later(() => this.note("onClientDisconnect", client));
  }

  #greet(client: ModelClient): void {
    client.tell({ op: "serverInfo", sessionId: this.#sessionId });
    const visible = [...this.channels].filter(([, { topic }]) => maySee(topic, client.sdk));
    client.tell({ op: "advertise", ids: visible.map(([id]) => id) });
    if (this.#services.size > 0) client.tell({ op: "advertiseServices", ids: [...this.#services.keys()] });
    for (const status of this.#stickies.values()) client.tell(status);
    if (this.#time !== undefined) client.tell({ op: "time", at: this.#time });
  }

  #resume(client: ModelClient): void {
    this.#greet(client);
    for (const channelId of this.channels.keys()) {
      const own = this.subscriptions.find((each) => each.client === client && each.channelId === channelId);
      if (own) this.#replay(client, own.id, channelId);
    }
  }

  #replay(client: ModelClient, subscriptionId: number, channelId: number): void {
    for (const text of this.channels.get(channelId)?.kept ?? []) {
      client.tell({ op: "messageData", subscriptionId, text }, channelId);
    }
  }

  #addChannel(topic: string, latch: number): void {
    const id = ++this.#lastChannelId;
    this.channels.set(id, { topic, latch, kept: [] });
    for (const client of this.open) if (maySee(topic, client.sdk)) client.channels.add(id);
  }

  #removeChannel(channelId: number): void {
    const channel = this.channels.get(channelId);
    if (!channel) return;
    this.channels.delete(channelId);
    const ended = this.subscriptions.filter((each) => each.channelId === channelId);
    this.subscriptions = this.subscriptions.filter((each) => each.channelId !== channelId);
    for (const { client, id } of ended) {
      client.forget(channelId);
      client.retired.add(id);
    }
    for (const client of this.open) {
      if (maySee(channel.topic, client.sdk)) client.channels.remove(channelId);
    }
    for (const { client } of ended) this.later(() => this.#reportEnd(client, channelId));
  }

  #send(channelId: number, text: string, to: number | undefined): boolean {
    const channel = this.channels.get(channelId);
    if (!channel) return true;
    if (to === undefined && channel.latch > 0) channel.kept = [...channel.kept, text].slice(-channel.latch);
    for (const { client, id } of this.subscriptions.filter((each) => each.channelId === channelId)) {
      if (to === undefined || to === client.id) client.tell({ op: "messageData", subscriptionId: id, text }, channelId);
    }
    return false;
  }

  #addService(name: string, encoding: string): boolean {
    if ([...this.#services.values()].some((service) => service.name === name)) return true;
    const id = ++this.#lastServiceId;
    const isNewEncoding = !this.#supports(encoding);
    this.#services.set(id, { name, encoding });
    for (const client of this.open) {
      client.services.add(id);
      if (isNewEncoding) client.greetAgain = () => this.#resume(client);
    }
    return false;
  }

  #supports(encoding: string): boolean {
    return ENCODINGS.includes(encoding) ||
      [...this.#services.values()].some((service) => service.encoding === encoding);
  }

  #subscribe(client: ModelClient, id: number, channelId: number): void {
    const own = this.subscriptions.filter((each) => each.client === client);
    const complain = (level: StatusLevel) => this.later(() => this.complain(client, level));
    if (own.some((each) => each.id === id)) return complain(StatusLevel.ERROR);
    const channel = this.channels.get(channelId);
    if (!channel || !maySee(channel.topic, client.sdk)) {
      client.retired.add(id);
      return complain(StatusLevel.WARNING);
    }
    if (own.some((each) => each.channelId === channelId)) return complain(StatusLevel.WARNING);
    client.retired.delete(id);
    this.subscriptions.push({ client, id, channelId });
    this.later(() => this.#reportBegin(client, id, channelId));
  }

  #reportBegin(client: ModelClient, id: number, channelId: number): void {
    if (!client.isOpen || !this.channels.has(channelId)) return;
    this.#replay(client, id, channelId);
    const isFirst = !this.#reported.some((each) => each.channelId === channelId);
    this.#reported.push({ client, channelId });
    if (isFirst) this.note("onSubscribe", client, channelId);
    this.note("onClientSubscribe", client, channelId);
    // The hook sends it at its end.
    this.#send(channelId, WELCOME, client.id);
  }

  #reportEnd(client: ModelClient, channelId: number): void {
    const own = this.#reported.find((each) => each.client === client && each.channelId === channelId);
    if (!own) return;
    this.#reported = this.#reported.filter((each) => each !== own);
    const isLast = !this.#reported.some((each) => each.channelId === channelId);
    this.note("onClientUnsubscribe", client, channelId);
    if (isLast) this.note("onUnsubscribe", client, channelId);
  }

  #unsubscribe(client: ModelClient, id: number): void {
    const own = this.subscriptions.find((each) => each.client === client && each.id === id);
    if (!own) {
      if (!client.retired.delete(id)) this.later(() => this.complain(client, StatusLevel.WARNING));
      return;
    }
    this.subscriptions = this.subscriptions.filter((each) => each !== own);
    this.later(() => {
      client.forget(own.channelId);
      this.#reportEnd(client, own.channelId);
    });
  }

  #advertise(client: ModelClient, { id, topic, encoding }: { id: number; topic: string; encoding: string }): void {
    const taken = this.#clientChannels.find((each) => each.client === client && each.id === id);
    const complain = (level: StatusLevel) => this.later(() => this.complain(client, level));
    if (taken) {
      const isSame = taken.topic === topic && taken.encoding === encoding;
      return complain(isSame ? StatusLevel.WARNING : StatusLevel.ERROR);
    }
    if (!this.#supports(encoding) || !mayPublish(topic)) {
      client.refused.add(id);
      return complain(StatusLevel.ERROR);
    }
    client.refused.delete(id);
    this.#clientChannels.push({ client, id, topic, encoding });
    this.later(() => this.note("onClientAdvertise", client, id, topic));
  }

  #unadvertise(client: ModelClient, id: number): void {
    const own = this.#clientChannels.find((each) => each.client === client && each.id === id);
    if (!own) {
      if (!client.refused.delete(id)) this.later(() => this.complain(client, StatusLevel.WARNING));
      return;
    }
    this.#clientChannels = this.#clientChannels.filter((each) => each !== own);
    this.later(() => this.note("onClientUnadvertise", client, id));
  }

  #unwatchGraph(client: ModelClient): void {
    if (this.#graphClients.delete(client) && this.#graphClients.size === 0) {
      this.later(() => this.note("onConnectionGraphSubscribe", client, false));
    }
  }

  #updateGraph(graph: ConnectionGraph): void {
    const next = graphText(graph);
    if (next === this.graph) return;
    this.graph = next;
    for (const client of this.#graphClients) client.tell({ op: "connectionGraphUpdate" });
  }

  #sendStatus({ text, id, to, sticky }: Extract<Operation, { do: "sendStatus" }>): void {
    const status: Essence = { op: "status", text, ...(id === undefined ? {} : { id }) };
    for (const client of this.open) if (to === undefined || to === client.id) client.tell(status);
    if (id === undefined || to !== undefined) return;
    if (sticky) this.#stickies.set(id, status);
    else this.#stickies.delete(id);
  }

  #tellAll(message: Essence): void {
    for (const client of this.open) client.tell(message);
  }
}

/** A graph in one way of writing it: names and ids in order, names without ids left out. */
export function graphText(graph: ConnectionGraph): string {
  const lists = [
    graph.publishedTopics.map(({ name, publisherIds }) => [name, publisherIds] as const),
    graph.subscribedTopics.map(({ name, subscriberIds }) => [name, subscriberIds] as const),
    graph.advertisedServices.map(({ name, providerIds }) => [name, providerIds] as const),
  ];
  return JSON.stringify(lists.map((entries) => {
    const pairs = entries.flatMap(([name, ids]) => ids.map((id) => JSON.stringify([name, id])));
    return [...new Set(pairs)].sort();
  }));
}
