// Model: the required behaviour of a server, as simple as possible, and without any of the server's code.
//
// The state is flat lists of "client, id" pairs in the order of their creation; everything else is derived from them.
// Effects of a change are queued until the change is done.

import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { MessageSummary } from "./message_summary.ts";
import { ModelClient } from "./model_client.ts";
import { ModelParameters } from "./model_parameters.ts";
import { ModelRequests } from "./model_requests.ts";
import { ModelSinks } from "./model_sinks.ts";
import type { Operation, ServerOperation } from "./operations.ts";
import { ENCODINGS, mayPublish, maySee, UNSENDABLE, WELCOME } from "./fixture.ts";

/** The operations that fail or have no effect after the server is closed. */
const AFTER_CLOSE: ReadonlyMap<Operation["type"], "throws" | "does nothing"> = new Map([
  ["addChannel", "throws"],
  ["addService", "throws"],
  ["addSink", "throws"],
  ["send", "does nothing"],
  ["updateParameters", "does nothing"],
  ["updateGraph", "does nothing"],
  ["sendStatus", "does nothing"],
  ["removeStatus", "does nothing"],
  ["broadcastTime", "does nothing"],
  ["broadcastPlayback", "does nothing"],
  ["resetSession", "does nothing"],
]);

/** A hook's name, the client's id, and further arguments. */
export type HookCall = readonly unknown[];

interface ModelChannel {
  topic: string;
  latch: number;
  kept: string[];
}

/** The expected state of a server and its clients. */
export class Model {
  /** The newest client in each slot, connected or not. */
  readonly clients: Map<number, ModelClient> = new Map();
  readonly channels: Map<number, ModelChannel> = new Map();
  readonly hooks: HookCall[] = [];
  readonly sinks: ModelSinks = new ModelSinks(this.channels);
  graph = "[[],[],[]]";
  subscriptions: { client: ModelClient; id: number; channelId: number }[] = [];
  readonly #parameters = new ModelParameters(this);
  readonly #requests = new ModelRequests(this, this.#parameters);
  readonly #services = new Map<number, { name: string; encoding: string }>();
  readonly #stickyStatuses = new Map<string, MessageSummary>();
  readonly #graphClients = new Set<ModelClient>();
  /** The subscriptions that have been reported to hooks. */
  #reported: { client: ModelClient; channelId: number }[] = [];
  readonly #queue: (() => void)[] = [];
  readonly #scripts: { hook: string; operations: readonly ServerOperation[] }[] = [];
  #isClosed = false;
  #clientChannels: { client: ModelClient; id: number; topic: string; encoding: string }[] = [];
  #sessionId = "s0";
  #time: number | undefined;
  #lastClientId = 0;
  #lastChannelId = 0;
  #lastServiceId = 0;

  /** The connected clients, in the order of their arrival. */
  get open(): ModelClient[] {
    return [...this.clients.values()].filter(({ isOpen }) => isOpen).sort((one, other) => one.id - other.id);
  }

  /** Applies an operation and all its effects. Returns whether the server must throw. */
  apply(operation: Operation): boolean {
    this.#requests.tick();
    // The effects of the elapsed time come before the operation.
    this.drain();
    const throws = this.#apply(operation);
    this.drain();
    for (const client of this.open) client.advertise();
    return throws;
  }

  /** Runs `effect` after all effects that were queued before. */
  later(effect: () => void): void {
    this.#queue.push(effect);
  }

  /** Runs all queued effects, and those that they queue. */
  drain(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
  }

  #apply(operation: Operation): boolean {
    if (this.#isClosed && AFTER_CLOSE.has(operation.type)) return AFTER_CLOSE.get(operation.type) === "throws";
    switch (operation.type) {
      case "connect":
        if (!this.clients.get(operation.client)?.isOpen) this.#connect(operation.client, operation.subprotocol);
        return false;
      case "addChannel":
        this.#addChannel(operation.topic, operation.latch ?? 0);
        return false;
      case "removeChannel":
        this.#removeChannel(operation.channelId);
        return false;
      case "send":
        return this.#send(operation.channelId, operation.text, operation.to);
      case "addSink":
      case "removeSink":
        this.sinks.apply(operation);
        return false;
      case "addService":
        return this.#addService(operation.name, operation.encoding ?? "json");
      case "removeService":
        if (this.#services.delete(operation.serviceId)) {
          for (const client of this.open) client.services.remove(operation.serviceId);
        }
        return false;
      case "updateParameters":
        this.#parameters.update(operation.parameters);
        return operation.parameters.some(({ value }) => value === UNSENDABLE);
      case "updateGraph":
        this.#updateGraph(operation.graph);
        return false;
      case "sendStatus":
        this.#sendStatus(operation);
        return false;
      case "removeStatus":
        for (const id of operation.ids) this.#stickyStatuses.delete(id);
        if (operation.ids.length > 0) this.#broadcast({ op: "removeStatus", ids: operation.ids });
        return false;
      case "broadcastTime":
        this.#time = operation.at;
        this.#broadcast({ op: "time", at: operation.at });
        return false;
      case "broadcastPlayback":
        this.#requests.broadcastPlayback(operation.at);
        return false;
      case "resetSession":
        this.#sessionId = operation.id;
        this.#time = undefined;
        for (const client of this.open) this.#resume(client);
        return false;
      case "disconnect":
        for (const client of this.open) if (client.id === operation.clientId) this.#disconnect(client);
        return false;
      case "close":
        this.#isClosed = true;
        this.sinks.close();
        for (const client of this.open) this.#disconnect(client);
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
        // All other operations are a client's. If this does not compile, a case above is missing.
        const client = this.clients.get(operation.client);
        if (client?.isOpen) this.#applyClientOperation(client, operation);
        return false;
      }
    }
  }

  /** Sends an error or warning status. `id` is the id of a failed request. */
  reportError(client: ModelClient, level: StatusLevel, id?: string): void {
    client.send({ op: "error", level, ...(id === undefined ? {} : { id }) });
  }

  /** Records a hook call, and applies the operations that were scripted for it. */
  callHook(name: string, client: ModelClient, ...details: unknown[]): void {
    this.hooks.push([name, client.id, ...details]);
    const index = this.#scripts.findIndex(({ hook }) => hook === name);
    for (const { operations } of index < 0 ? [] : this.#scripts.splice(index, 1)) {
      for (const operation of operations) this.#apply(operation);
    }
  }

  #applyClientOperation(client: ModelClient, operation: Extract<Operation, { client: number }>): void {
    switch (operation.type) {
      case "leave":
        return this.#leave(client);
      case "stall":
        return client.stall();
      case "read":
        return client.read();
      case "invalidText":
        return this.later(() => this.reportError(client, StatusLevel.ERROR));
      case "message":
        return this.#handleMessage(client, operation.message);
      case "publish":
        if (!this.#clientChannels.some((each) => each.client === client && each.id === operation.channelId)) {
          if (client.rejectedChannels.has(operation.channelId)) return;
          return this.later(() => this.reportError(client, StatusLevel.ERROR));
        }
        return this.later(() => this.callHook("onClientMessage", client, operation.channelId, operation.text));
      case "call": {
        const { serviceId, callId, encoding } = operation;
        if (this.#services.has(serviceId) && this.#supports(encoding)) {
          return this.#requests.open(client, { hook: "onServiceRequest", serviceId, callId, encoding });
        }
        return this.later(() => client.send({ op: "serviceCallFailure", serviceId, callId }));
      }
      case "controlPlayback":
        client.hasControlledPlayback = true;
        if (operation.speed <= 0) {
          return this.later(() => this.reportError(client, StatusLevel.ERROR, operation.requestId));
        }
        return this.#requests.open(client, { hook: "onPlaybackControl", requestId: operation.requestId });
    }
  }

  #handleMessage(client: ModelClient, message: ClientMessage): void {
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
        return this.#requests.open(client, { hook: "onGetParameters", names: message.parameterNames, id: message.id });
      case "setParameters":
        return this.#requests.open(client, { hook: "onSetParameters", wanted: message.parameters, id: message.id });
      case "subscribeParameterUpdates":
        if (this.#parameters.subscribe(client, message.parameterNames)) this.#requests.openWatchAll(client);
        return;
      case "unsubscribeParameterUpdates":
        return this.#parameters.unsubscribe(client, message.parameterNames);
      case "subscribeConnectionGraph":
        this.later(() => client.send({ op: "connectionGraphUpdate" }));
        if (this.#graphClients.size === 0) this.later(() => this.callHook("onConnectionGraphSubscribe", client, true));
        this.#graphClients.add(client);
        return;
      case "unsubscribeConnectionGraph":
        return this.#unwatchGraph(client);
      case "fetchAsset":
        return this.#requests.open(client, { hook: "onFetchAsset", requestId: message.requestId });
      default:
        throw new TypeError(`Cannot apply "${message.op}": add a case here, or an operation if it contains bytes`);
    }
  }

  #connect(slot: number, subprotocol: Subprotocol): void {
    const client = new ModelClient(slot, ++this.#lastClientId, subprotocol);
    this.clients.set(slot, client);
    if (this.#isClosed) return client.leave();
    this.#sendFirstMessages(client);
    this.later(() => this.callHook("onClientConnect", client));
  }

  #disconnect(client: ModelClient): void {
    client.disconnect();
    this.#leave(client);
  }

  #leave(client: ModelClient): void {
    client.leave();
    for (const watch of client.watchAlls) watch.isEnded = true;
    this.#parameters.unwatch(client, this.#parameters.watchedBy(client));
    this.#unwatchGraph(client);
    for (const { id } of this.subscriptions.filter((each) => each.client === client)) this.#unsubscribe(client, id);
    for (const { id } of this.#clientChannels.filter((each) => each.client === client)) this.#unadvertise(client, id);
    this.later(() => this.callHook("onClientDisconnect", client));
  }

  #sendFirstMessages(client: ModelClient): void {
    client.send({ op: "serverInfo", sessionId: this.#sessionId });
    const visible = [...this.channels].filter(([, { topic }]) => maySee(topic, client.isSdk));
    client.send({ op: "advertise", ids: visible.map(([id]) => id) });
    if (this.#services.size > 0) client.send({ op: "advertiseServices", ids: [...this.#services.keys()] });
    for (const status of this.#stickyStatuses.values()) client.send(status);
    if (this.#time !== undefined) client.send({ op: "time", at: this.#time });
  }

  #resume(client: ModelClient): void {
    this.#sendFirstMessages(client);
    for (const channelId of this.channels.keys()) {
      const own = this.subscriptions.find((each) => each.client === client && each.channelId === channelId);
      if (own) this.#replay(client, own.id, channelId);
    }
  }

  #replay(client: ModelClient, subscriptionId: number, channelId: number): void {
    for (const text of this.channels.get(channelId)?.kept ?? []) {
      client.send({ op: "messageData", subscriptionId, text }, channelId);
    }
  }

  #addChannel(topic: string, latch: number): void {
    const id = ++this.#lastChannelId;
    const channel = { topic, latch, kept: [] };
    this.channels.set(id, channel);
    this.sinks.channelAdded(id, channel);
    for (const client of this.open) if (maySee(topic, client.isSdk)) client.channels.add(id);
  }

  #removeChannel(channelId: number): void {
    const channel = this.channels.get(channelId);
    if (!channel) return;
    this.channels.delete(channelId);
    this.sinks.channelRemoved(channelId, channel);
    const ended = this.subscriptions.filter((each) => each.channelId === channelId);
    this.subscriptions = this.subscriptions.filter((each) => each.channelId !== channelId);
    for (const { client, id } of ended) {
      client.dropData(channelId);
      client.endedSubscriptions.add(id);
    }
    for (const client of this.open) {
      if (maySee(channel.topic, client.isSdk)) client.channels.remove(channelId);
    }
    for (const { client } of ended) this.later(() => this.#reportEnd(client, channelId));
  }

  #send(channelId: number, text: string, to: number | undefined): boolean {
    const channel = this.channels.get(channelId);
    if (!channel) return true;
    if (to === undefined) this.sinks.message(channelId, channel, text);
    if (to === undefined && channel.latch > 0) channel.kept = [...channel.kept, text].slice(-channel.latch);
    for (const { client, id } of this.subscriptions.filter((each) => each.channelId === channelId)) {
      if (to === undefined || to === client.id) client.send({ op: "messageData", subscriptionId: id, text }, channelId);
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
      if (isNewEncoding) client.resume = () => this.#resume(client);
    }
    return false;
  }

  #supports(encoding: string): boolean {
    return ENCODINGS.includes(encoding) ||
      [...this.#services.values()].some((service) => service.encoding === encoding);
  }

  #subscribe(client: ModelClient, id: number, channelId: number): void {
    const own = this.subscriptions.filter((each) => each.client === client);
    const report = (level: StatusLevel) => this.later(() => this.reportError(client, level));
    if (own.some((each) => each.id === id)) return report(StatusLevel.ERROR);
    const channel = this.channels.get(channelId);
    if (!channel || !maySee(channel.topic, client.isSdk)) {
      client.endedSubscriptions.add(id);
      return report(StatusLevel.WARNING);
    }
    if (own.some((each) => each.channelId === channelId)) return report(StatusLevel.WARNING);
    client.endedSubscriptions.delete(id);
    this.subscriptions.push({ client, id, channelId });
    this.later(() => this.#reportBegin(client, id, channelId));
  }

  #reportBegin(client: ModelClient, id: number, channelId: number): void {
    if (!client.isOpen || !this.channels.has(channelId)) return;
    this.#replay(client, id, channelId);
    const isFirst = !this.#reported.some((each) => each.channelId === channelId);
    this.#reported.push({ client, channelId });
    if (isFirst) this.callHook("onSubscribe", client, channelId);
    this.callHook("onClientSubscribe", client, channelId);
    // The hook sends it just before it returns.
    this.#send(channelId, WELCOME, client.id);
  }

  #reportEnd(client: ModelClient, channelId: number): void {
    const own = this.#reported.find((each) => each.client === client && each.channelId === channelId);
    if (!own) return;
    this.#reported = this.#reported.filter((each) => each !== own);
    const isLast = !this.#reported.some((each) => each.channelId === channelId);
    this.callHook("onClientUnsubscribe", client, channelId);
    if (isLast) this.callHook("onUnsubscribe", client, channelId);
  }

  #unsubscribe(client: ModelClient, id: number): void {
    const own = this.subscriptions.find((each) => each.client === client && each.id === id);
    if (!own) {
      if (!client.endedSubscriptions.delete(id)) this.later(() => this.reportError(client, StatusLevel.WARNING));
      return;
    }
    this.subscriptions = this.subscriptions.filter((each) => each !== own);
    this.later(() => {
      client.dropData(own.channelId);
      this.#reportEnd(client, own.channelId);
    });
  }

  #advertise(client: ModelClient, { id, topic, encoding }: { id: number; topic: string; encoding: string }): void {
    const taken = this.#clientChannels.find((each) => each.client === client && each.id === id);
    const report = (level: StatusLevel) => this.later(() => this.reportError(client, level));
    if (taken) {
      const isSame = taken.topic === topic && taken.encoding === encoding;
      return report(isSame ? StatusLevel.WARNING : StatusLevel.ERROR);
    }
    if (!this.#supports(encoding) || !mayPublish(topic)) {
      client.rejectedChannels.add(id);
      return report(StatusLevel.ERROR);
    }
    client.rejectedChannels.delete(id);
    this.#clientChannels.push({ client, id, topic, encoding });
    this.later(() => this.callHook("onClientAdvertise", client, id, topic));
  }

  #unadvertise(client: ModelClient, id: number): void {
    const own = this.#clientChannels.find((each) => each.client === client && each.id === id);
    if (!own) {
      if (!client.rejectedChannels.delete(id)) this.later(() => this.reportError(client, StatusLevel.WARNING));
      return;
    }
    this.#clientChannels = this.#clientChannels.filter((each) => each !== own);
    this.later(() => this.callHook("onClientUnadvertise", client, id));
  }

  #unwatchGraph(client: ModelClient): void {
    if (this.#graphClients.delete(client) && this.#graphClients.size === 0) {
      this.later(() => this.callHook("onConnectionGraphSubscribe", client, false));
    }
  }

  #updateGraph(graph: ConnectionGraph): void {
    const next = graphText(graph);
    if (next === this.graph) return;
    this.graph = next;
    for (const client of this.#graphClients) client.send({ op: "connectionGraphUpdate" });
  }

  #sendStatus({ text, id, to, sticky }: Extract<Operation, { type: "sendStatus" }>): void {
    const status: MessageSummary = { op: "status", text, ...(id === undefined ? {} : { id }) };
    for (const client of this.open) if (to === undefined || to === client.id) client.send(status);
    if (id === undefined || to !== undefined) return;
    if (sticky) this.#stickyStatuses.set(id, status);
    else this.#stickyStatuses.delete(id);
  }

  #broadcast(message: MessageSummary): void {
    for (const client of this.open) client.send(message);
  }
}

/** A graph in canonical form: sorted names and ids, without names that have no ids. */
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
