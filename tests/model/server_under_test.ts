// ServerUnderTest: a real server and fake clients that apply operations.

import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../../src/protocol/connection_graph.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { FoxgloveServerListener, ListenerContext } from "../../src/server/listener.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { SchemaReader } from "./schema_reader.ts";
import { TestClock } from "../support/test_clock.ts";
import { bytes, type Conversation, conversation, type FakeClient, settled } from "../support/conversation.ts";
import { type MessageSummary, summaryOf } from "./message_summary.ts";
import type { HookCall } from "./model.ts";
import type { Operation, ServerOperation } from "./operations.ts";
import { SinkDriver } from "./sink_driver.ts";
import { applyToServer, playbackStateAt, realParameters } from "./server_driver.ts";
import { ENCODINGS, MAX_PENDING, MAX_QUEUED, mayPublish, maySee, WELCOME } from "./fixture.ts";
import { encodeOperation } from "./client_driver.ts";

/** A hook call that has not been answered. */
interface OpenRequest {
  readonly isAsset: boolean;
  answer(parameters: readonly Parameter[]): void;
  fail(): void;
}

/** The newest client in a slot. */
interface FixtureClient {
  readonly client: FakeClient;
  readonly schemas: SchemaReader;
  readonly id: number;
  isOpen: boolean;
  isStalled: boolean;
}

/** Queued data is sent within this number of turns of the event loop. */
const MAX_TURNS = 200;

/** The server under test, with its clients and the log of its hook calls. */
export class ServerUnderTest {
  readonly server: FoxgloveServer;
  readonly hooks: HookCall[] = [];
  readonly sinks: SinkDriver = new SinkDriver();
  /** The graph as known by the clients that watch it, by slot. */
  readonly graphs: Map<number, GraphReplica> = new Map();
  readonly #connect: Conversation["client"];
  /** Advances by a second with each operation, so that statuses are never throttled. */
  readonly #clock = new TestClock();
  readonly #clients = new Map<number, FixtureClient>();
  readonly #requests: OpenRequest[] = [];
  readonly #scripts: Extract<Operation, { type: "script" }>[] = [];
  #lastClientId = 0;
  #isClosing = false;

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
      channelFilter: ({ topic }, { subprotocol }) => maySee(topic, subprotocol !== "foxglove.websocket.v1"),
      clientChannelFilter: ({ topic }) => mayPublish(topic),
      listener: this.#listener(),
    }, { clock: this.#clock });
    this.server = server;
    this.#connect = client;
  }

  /** Applies an operation. Returns whether the server threw. */
  async apply(operation: Operation): Promise<boolean> {
    this.#clock.advance(1000);
    // If an asset is overdue now, the server reads the next one in another turn.
    if (this.#requests.some(({ isAsset }) => isAsset)) await nextTurn();
    if (operation.type === "answer" || operation.type === "fail") {
      const [request] = this.#requests.splice(operation.request, 1);
      if (operation.type === "answer") request?.answer(realParameters(operation.parameters));
      else request?.fail();
      // One turn for the answer, and one in which the next request starts.
      if (request) { for (let turns = 0; turns < 2; turns++) await settled(); }
      return false;
    }
    if (operation.type === "script") {
      this.#scripts.push(operation);
      return false;
    }
    if ("client" in operation) {
      await this.#applyClientOperation(operation);
      return false;
    }
    return this.#applyToServer(operation);
  }

  /** Must be called after the last operation. A server that is being closed has timers until it is closed. */
  async end(): Promise<void> {
    if (!this.#isClosing) return;
    let isClosed = false;
    void this.server.closed.then(() => isClosed = true);
    for (let turns = 0; turns < MAX_TURNS && !isClosed; turns++) {
      this.#clock.advance(1000);
      await settled();
    }
  }

  #applyToServer(operation: ServerOperation): boolean {
    if (operation.type === "close") this.#isClosing = true;
    try {
      applyToServer(this.server, operation, this.sinks);
      return false;
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) return true;
      throw error;
    }
  }

  /** The messages that the client in this slot has received since the last call. */
  take(slot: number): MessageSummary[] {
    const { client, schemas } = this.#clients.get(slot) ?? {};
    return (client?.takesAll() ?? []).map((message) => {
      schemas?.check(message, this.server.channels);
      if (message.op === "connectionGraphUpdate") this.graphs.get(slot)?.update(message);
      return summaryOf(message);
    });
  }

  async #applyClientOperation(operation: Extract<Operation, { client: number }>): Promise<void> {
    const slot = operation.client;
    if (operation.type === "connect") return this.#connectClient(slot, operation.subprotocol);
    const known = this.#clients.get(slot);
    if (!known) return;
    const { client } = known;
    switch (operation.type) {
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
      case "message":
        this.#followGraph(slot, known, operation.message.op);
        client.saysRaw(encodeOperation(operation));
        // A request for parameters starts in another turn if the client waits for an answer already.
        if (this.#requests.length > 0) await nextTurn();
        return;
      default:
        return client.saysRaw(encodeOperation(operation));
    }
  }

  #connectClient(slot: number, subprotocol: Subprotocol): void {
    const before = this.#clients.get(slot);
    if (before?.isOpen && !before.client.closedWith) return;
    const client = this.#connect({ subprotocol, keepFirstMessages: true });
    const schemas = new SchemaReader(subprotocol);
    this.#clients.set(slot, { client, schemas, id: ++this.#lastClientId, isOpen: true, isStalled: false });
  }

  /**
   * A new subscriber gets the whole graph. The graph of a stalled client is not compared: its queue mixes older and
   * newer updates.
   */
  #followGraph(slot: number, { isStalled }: FixtureClient, op: ClientMessage["op"]): void {
    if (!op.endsWith("subscribeConnectionGraph")) return;
    if (isStalled) this.graphs.delete(slot);
    else if (op === "subscribeConnectionGraph") this.graphs.set(slot, new GraphReplica());
  }

  async #allSent({ id }: FixtureClient): Promise<void> {
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
        for (const operation of operations) this.#applyToServer(operation);
      }
    };
    const open = <T>(name: string, context: ListenerContext, resultOf: (parameters: readonly Parameter[]) => T) => {
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
        open("onServiceRequest", context, () => "{}"),
      onGetParameters: (_server, _names, _id, context) => open("onGetParameters", context, (parameters) => parameters),
      onSetParameters: (_server, _wanted, _id, context) => open("onSetParameters", context, (parameters) => parameters),
      onFetchAsset: (_server, _uri, _id, context) => open("onFetchAsset", context, () => bytes("asset")),
      onPlaybackControl: (_server, _request, context) => open("onPlaybackControl", context, () => playbackStateAt(0)),
      onError: (_server, error, context) => note("onError", context, String(error)),
    };
  }
}

/** Waits for the next turn of the event loop. Faster than a timer. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The graph as a client knows it: each entry of an update replaces the one before. */
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

function merged<T extends { name: string }>(
  before: readonly T[],
  updates: readonly T[],
  removed: readonly string[],
): T[] {
  const replaced = new Set([...updates.map(({ name }) => name), ...removed]);
  return [...before.filter(({ name }) => !replaced.has(name)), ...updates];
}
