// Subject: a real server and fake clients, steered by operations.

import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { FoxgloveServerListener, ListenerContext } from "../../src/server/listener.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { TestClock } from "../support/test_clock.ts";
import { bytes, type Conversation, conversation, type FakeClient, settled } from "../support/conversation.ts";
import { type Essence, essenceOf } from "./essence.ts";
import type { HookCall } from "./model.ts";
import type { Operation, OwnersOperation } from "./operations.ts";
import { applyOwners, ownersParameters, playbackAt } from "./owner.ts";
import { ENCODINGS, MAX_PENDING, MAX_QUEUED, mayPublish, maySee, WELCOME } from "./setting.ts";
import { wireOf } from "./wire.ts";

/** A hook that was asked and has not answered. */
interface OpenRequest {
  readonly isAsset: boolean;
  answer(parameters: readonly Parameter[]): void;
  fail(): void;
}

/** The newest client in a place. */
interface Occupant {
  readonly client: FakeClient;
  readonly id: number;
  isOpen: boolean;
  isStalled: boolean;
}

/** So many turns of the event loop are enough for all that waits to be sent. */
const MAX_TURNS = 200;

/** The server under test. */
export class Subject {
  readonly server: FoxgloveServer;
  readonly hooks: HookCall[] = [];
  /** What clients that watch the graph know of it, by their places. */
  readonly graphs: Map<number, GraphReplica> = new Map();
  readonly #connect: Conversation["client"];
  /** Ahead by a second with each operation: statuses are never too many. */
  readonly #clock = new TestClock();
  readonly #clients = new Map<number, Occupant>();
  readonly #requests: OpenRequest[] = [];
  readonly #scripts: Extract<Operation, { do: "script" }>[] = [];
  #lastClientId = 0;

  constructor() {
    const { server, client } = conversation({
      capabilities: CAPABILITIES,
      supportedEncodings: ENCODINGS,
      sessionId: "s0",
      dataStartTime: 0n,
      dataEndTime: 9n,
      maxPendingRequests: MAX_PENDING,
      maxQueuedRequests: MAX_QUEUED,
      stuckAfterMs: 0,
      channelFilter: ({ topic }, { subprotocol }) => maySee(topic, subprotocol === "foxglove.sdk.v1"),
      clientChannelFilter: ({ topic }) => mayPublish(topic),
      listener: this.#listener(),
    }, { clock: this.#clock });
    this.server = server;
    this.#connect = client;
  }

  /** Does it to the server. Returns whether that threw. */
  async apply(operation: Operation): Promise<boolean> {
    this.#clock.advance(1000);
    // An asset that is overdue now lets the next one be read, in a turn of its own.
    if (this.#requests.some(({ isAsset }) => isAsset)) await nextTurn();
    if (operation.do === "answer" || operation.do === "fail") {
      const [open] = this.#requests.splice(operation.request, 1);
      if (operation.do === "answer") open?.answer(ownersParameters(operation.parameters));
      else open?.fail();
      // Once for the answer, and once for the turn in which the next request is started.
      if (open) { for (let turns = 0; turns < 2; turns++) await settled(); }
      return false;
    }
    if (operation.do === "script") {
      this.#scripts.push(operation);
      return false;
    }
    if ("client" in operation) {
      await this.#applyOf(operation);
      return false;
    }
    return this.#applyOwners(operation);
  }

  #applyOwners(operation: OwnersOperation): boolean {
    try {
      applyOwners(this.server, operation);
      return false;
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) return true;
      throw error;
    }
  }

  /** What the client in this place has heard since the last look. */
  take(place: number): Essence[] {
    const client = this.#clients.get(place)?.client;
    const heard: Essence[] = [];
    while (client && client.unheard > 0) {
      const message = client.takes();
      if (message.op === "connectionGraphUpdate") this.graphs.get(place)?.update(message);
      heard.push(essenceOf(message));
    }
    return heard;
  }

  async #applyOf(operation: Extract<Operation, { client: number }>): Promise<void> {
    const place = operation.client;
    if (operation.do === "connect") return this.#place(place, operation.sdk);
    const known = this.#clients.get(place);
    if (!known) return;
    const { client } = known;
    switch (operation.do) {
      case "leave":
        known.isOpen = false;
        return client.leaves();
      case "stall":
        known.isStalled = true;
        return client.stalls();
      case "read":
        known.isStalled = false;
        client.reads();
        return await this.#allSent(known);
      case "say":
        this.#followGraph(place, known, operation.message.op);
        return client.saysRaw(wireOf(operation));
      default:
        return client.saysRaw(wireOf(operation));
    }
  }

  #place(place: number, sdk: boolean): void {
    const before = this.#clients.get(place);
    if (before?.isOpen && !before.client.closedWith) return;
    const client = this.#connect({
      subprotocol: sdk ? "foxglove.sdk.v1" : "foxglove.websocket.v1",
      keepGreeting: true,
    });
    this.#clients.set(place, { client, id: ++this.#lastClientId, isOpen: true, isStalled: false });
  }

  /** Whoever subscribes is told all. Where updates wait, it cannot be told later which of them came before and which after. */
  #followGraph(place: number, { isStalled }: Occupant, op: ClientMessage["op"]): void {
    if (!op.endsWith("subscribeConnectionGraph")) return;
    if (isStalled) this.graphs.delete(place);
    else if (op === "subscribeConnectionGraph") this.graphs.set(place, new GraphReplica());
  }

  async #allSent({ id }: Occupant): Promise<void> {
    const isWaiting = () =>
      this.server.stats().clients.some(({ client, queuedBytes }) => client.id === id && queuedBytes > 0);
    for (let turns = 0; turns < MAX_TURNS && isWaiting(); turns++) {
      // The outbox of a client that has read nothing for long is polled every 5 ms.
      this.#clock.advance(5);
      await settled();
    }
  }

  #listener(): FoxgloveServerListener {
    const note = (name: string, { client }: ListenerContext, ...details: unknown[]) => {
      this.hooks.push([name, client.id, ...details]);
      const index = this.#scripts.findIndex(({ hook }) => hook === name);
      for (const { operations } of index < 0 ? [] : this.#scripts.splice(index, 1)) {
        for (const operation of operations) this.#applyOwners(operation);
      }
    };
    const ask = <T>(name: string, context: ListenerContext, resultOf: (parameters: readonly Parameter[]) => T) => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      this.#requests.push({
        isAsset: name === "onFetchAsset",
        answer: (parameters) => resolve(resultOf(parameters)),
        fail: () => reject(new Error("refused")),
      });
      note(name, context);
      return promise;
    };
    return {
      onSubscribe: (_server, id, context) => note("onSubscribe", context, id),
      onUnsubscribe: (_server, id, context) => note("onUnsubscribe", context, id),
      onClientSubscribe: (server, id, context) => {
        note("onClientSubscribe", context, id);
        if (server.channels.has(id)) server.sendMessage(id, 1n, WELCOME, { to: context.client.id });
      },
      onClientUnsubscribe: (_server, id, context) => note("onClientUnsubscribe", context, id),
      onClientConnect: (_server, context) => note("onClientConnect", context),
      onClientDisconnect: (_server, context) => note("onClientDisconnect", context),
      onClientAdvertise: (_server, { id, topic }, context) => note("onClientAdvertise", context, id, topic),
      onClientUnadvertise: (_server, id, context) => note("onClientUnadvertise", context, id),
      onClientMessage: (_server, id, payload, context) =>
        note("onClientMessage", context, id, new TextDecoder().decode(payload)),
      onParametersSubscribe: (_server, names, on, context) => note("onParametersSubscribe", context, [...names], on),
      onConnectionGraphSubscribe: (_server, on, context) => note("onConnectionGraphSubscribe", context, on),
      onServiceRequest: (_server, _id, _callId, _encoding, _payload, context) =>
        ask("onServiceRequest", context, () => "{}"),
      onGetParameters: (_server, _names, _id, context) => ask("onGetParameters", context, (parameters) => parameters),
      onSetParameters: (_server, _wanted, _id, context) => ask("onSetParameters", context, (parameters) => parameters),
      onFetchAsset: (_server, _uri, _id, context) => ask("onFetchAsset", context, () => bytes("asset")),
      onPlaybackControl: (_server, _request, context) => ask("onPlaybackControl", context, () => playbackAt(0)),
      onError: (_server, error, context) => note("onError", context, String(error)),
    };
  }
}

/** Lets all go on that waits for a turn of the event loop. Quicker than a timer. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a client knows of the graph: each entry of an update takes the place of the one before. */
export class GraphReplica implements ConnectionGraph {
  publishedTopics: ConnectionGraph["publishedTopics"] = [];
  subscribedTopics: ConnectionGraph["subscribedTopics"] = [];
  advertisedServices: ConnectionGraph["advertisedServices"] = [];

  update(update: ConnectionGraphUpdate): void {
    this.publishedTopics = merged(this.publishedTopics, update.publishedTopics, update.removedTopics);
    this.subscribedTopics = merged(this.subscribedTopics, update.subscribedTopics, update.removedTopics);
    this.advertisedServices = merged(this.advertisedServices, update.advertisedServices, update.removedServices);
  }
}

function merged<T extends { name: string }>(before: readonly T[], news: readonly T[], removed: readonly string[]): T[] {
  const replaced = new Set([...news.map(({ name }) => name), ...removed]);
  return [...before.filter(({ name }) => !replaced.has(name)), ...news];
}
