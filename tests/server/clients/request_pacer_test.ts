// Requests that wait: when they start, how much memory they may use, and when they are dropped.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import type { ConnectionGraphUpdate } from "../../../src/protocol/connection_graph.ts";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { GraphFrames } from "../../../src/server/clients/graph_frames.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { Access } from "../../../src/session/access.ts";
import { GraphState } from "../../../src/session/graph_state.ts";
import {
  bytes,
  type Conversation,
  conversation,
  type FakeClient,
  service,
  settled,
} from "../../support/conversation.ts";
import { within } from "../../support/events.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { TRANSPORT_OPTIONS } from "../../support/transport.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

/** A server whose hooks return when the test calls answer(). */
class Slow implements FoxgloveServerListener {
  readonly clock = new TestClock();
  readonly talk: Conversation;
  /** The calls of the hooks, in order. */
  readonly asked: string[] = [];
  readonly #answers = new Map<string, PromiseWithResolvers<unknown>>();

  constructor(options: Partial<FoxgloveServerOptions> = {}) {
    this.talk = conversation({
      capabilities: ["assets", "parameters", "parametersSubscribe", "services", "connectionGraph"],
      listener: this,
      maxMessagesPerSecond: 0,
      maxBytesPerSecond: 0,
      ...options,
    }, { clock: this.clock });
    this.talk.server.addService({ name: "/reset", type: "Reset", request: SIDE, response: SIDE });
  }

  /** Connects a client. */
  client(): FakeClient {
    return this.talk.client();
  }

  answer(name: string, result: unknown): void {
    this.#answers.get(name)?.resolve(result);
  }

  onFetchAsset(_server: FoxgloveServer, uri: string): Promise<Uint8Array> {
    return this.#ask(uri) as Promise<Uint8Array>;
  }

  onGetParameters(_server: FoxgloveServer, [name = "all"]: readonly string[]): Promise<[]> {
    return this.#ask(name) as Promise<[]>;
  }

  onServiceRequest(_server: FoxgloveServer, _serviceId: number, callId: number): Promise<string> {
    return this.#ask(`call ${callId}`) as Promise<string>;
  }

  #ask(name: string): Promise<unknown> {
    this.asked.push(name);
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(name, answer);
    return answer.promise;
  }
}

function fetches(client: FakeClient, uri: string): void {
  client.says({ op: "fetchAsset", uri, requestId: 1 });
}

function gets(client: FakeClient, ...parameterNames: string[]): void {
  client.says({ op: "getParameters", parameterNames });
}

function calls(client: FakeClient, callId: number, size: number): void {
  client.says({
    op: "serviceCallRequest",
    serviceId: service(1),
    callId,
    encoding: "json",
    payload: new Uint8Array(size),
  });
}

/** Expects a failed call whose error names this option as the next message. */
function hearsRefusal(client: FakeClient, option: string): void {
  const message = client.takes();
  const text = message.op === "serviceCallFailure" ? message.message : JSON.stringify(message);
  assertEquals(/"(\w+)"/.exec(text)?.[1], option);
}

Deno.test("RequestPacer starts no request while the client's socket is full, even if nothing is queued", async () => {
  const slow = new Slow();
  const app = slow.client();
  app.stalls(4 * MIB);
  fetches(app, "mesh");
  gets(app, "a");
  for (let turns = 0; turns < 5; turns++) await settled();
  assertEquals(slow.asked, []);
  app.reads();
  while (slow.asked.length < 2) await settled();
  assertEquals(slow.asked.toSorted(), ["a", "mesh"]);
  slow.answer("mesh", bytes("solid"));
  assertEquals((await app.next()).op, "fetchAssetResponse");
  app.leaves();
});

Deno.test("RequestPacer does not start the next asset while the previous one is queued or in the socket", async () => {
  const slow = new Slow();
  const app = slow.client();
  fetches(app, "1");
  fetches(app, "2");
  app.stalls();
  slow.answer("1", new Uint8Array(4 * MIB));
  for (let turns = 0; turns < 5; turns++) await settled();
  assertEquals([slow.asked, app.inboxSize], [["1"], 0]);
  app.reads();
  await app.next();
  while (slow.asked.length < 2) await settled();
  app.leaves();
});

Deno.test("RequestPacer drops the waiting requests of a client that disconnects, and calls no hook for them", async () => {
  const slow = new Slow({ maxPendingRequests: 1 });
  const app = slow.client();
  for (const name of ["1", "2", "3"]) {
    fetches(app, `mesh ${name}`);
    gets(app, name);
  }
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  assertEquals(slow.asked, ["mesh 1", "1"]);
  app.leaves();
  slow.answer("mesh 1", bytes("solid"));
  slow.answer("1", []);
  for (let turns = 0; turns < 5; turns++) await settled();
  assertEquals(slow.asked, ["mesh 1", "1"]);
  app.hearsNothing();
});

Deno.test("RequestPacer runs each request in its own turn if many arrive before the first is answered", async () => {
  const asked: number[] = [];
  const { client } = conversation({
    capabilities: ["parameters"],
    listener: {
      onGetParameters: (_server, [name]) => {
        asked.push(Number(name));
        return [];
      },
    },
  });
  const app = client();
  for (let count = 0; count < 100; count++) gets(app, `${count}`);
  assertEquals(asked.length, 1);
  for (let before = asked.length; before < 100; before = asked.length) {
    await new Promise((resolve) => setImmediate(resolve));
    assertEquals(asked.length - before <= 1, true, `${asked.length - before} requests in one turn`);
  }
  assertEquals(asked, asked.toSorted((one, other) => one - other));
});

Deno.test("RequestPacer starts a request at once if the client's earlier ones are answered, and otherwise in the next turn", async () => {
  const slow = new Slow();
  const app = slow.client();
  gets(app, "1");
  slow.answer("1", []);
  for (let count = 0; count < 20; count++) await Promise.resolve();
  gets(app, "2");
  assertEquals(slow.asked, ["1", "2"]);
  gets(app, "3");
  gets(slow.client(), "other");
  assertEquals(slow.asked, ["1", "2"]);
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(slow.asked, ["1", "2", "3", "other"]);
});

for (
  const [what, ask] of Object.entries({
    "getting parameters": (client: FakeClient) => gets(client),
    "watching all parameters": (client: FakeClient) =>
      client.says({ op: "subscribeParameterUpdates", parameterNames: [] }),
  })
) {
  Deno.test(`RequestPacer starts ${what} in a later turn of the event loop after many answers in this one`, async () => {
    let asked = 0;
    const all = Array.from({ length: 10_000 }, (_, index) => ({ name: `/parameter/${index}`, value: index }));
    const { client } = conversation({
      capabilities: ["parameters", "parametersSubscribe"],
      listener: {
        onGetParameters: () => {
          asked += 1;
          return all;
        },
      },
    });
    const [app, other] = [client(), client()];
    ask(app);
    for (let count = 0; count < 20; count++) await Promise.resolve();
    for (const each of [app, other]) ask(each);
    for (let count = 0; count < 20; count++) await Promise.resolve();
    assertEquals(asked, 1);
    for (let before = asked; asked < 3; before = asked) {
      await new Promise((resolve) => setImmediate(resolve));
      assertEquals(asked - before <= 1, true);
    }
  });
}

Deno.test("RequestPacer neither disconnects a client that requests more than it reads, nor starts more than it can queue", async () => {
  let asked = 0;
  const value = "x".repeat(40 * KIB);
  const { client } = conversation({
    capabilities: ["parameters"],
    maxMessagesPerSecond: 0,
    listener: {
      onGetParameters: () => {
        asked += 1;
        return [{ name: "a", value }];
      },
    },
  });
  const app = client();
  app.stalls();
  // More than the 64 MiB that an outbox can queue.
  for (let count = 0; count < 2000; count++) gets(app, "a");
  for (let before = asked, idle = 0; idle < 10; await settled()) {
    idle = asked > before ? 0 : idle + 1;
    before = asked;
  }
  // As many as make 4 MiB, together with the bytes in the socket.
  assertEquals([app.closedWith, asked], [undefined, 96]);
  app.reads();
  await app.arrived(2000);
  assertEquals([app.closedWith, asked], [undefined, 2000]);
  app.leaves();
});

Deno.test("maxQueuedRequests rejects more requests, for each kind separately", () => {
  const slow = new Slow({ maxPendingRequests: 1, maxQueuedRequests: 1 });
  const app = slow.client();
  for (const name of ["1", "2", "3"]) gets(app, name);
  app.hearsStatus(StatusLevel.ERROR, 'Cannot get parameters: more unanswered requests than "maxQueuedReq');
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  app.hearsStatus(StatusLevel.ERROR, "Cannot subscribe to all parameters", '"maxQueuedRequests" allows (1)');
  for (const name of ["1", "2", "3"]) fetches(app, name);
  const rejection = app.takes();
  assertEquals(
    rejection.op === "fetchAssetResponse" && rejection.status === "error" && rejection.error,
    'Cannot fetch "3": more unanswered requests than "maxQueuedRequests" allows (1)',
  );
  app.hearsNothing();
});

Deno.test("maxRequestBytes fails a call that would exceed it, until other calls are answered", async () => {
  const slow = new Slow({ maxRequestBytes: 100 * KIB });
  const [app, other] = [slow.client(), slow.client()];
  for (let callId = 1; callId <= 4; callId++) calls(app, callId, 30 * KIB);
  hearsRefusal(app, "maxRequestBytes");
  calls(other, 5, 30 * KIB);
  assertEquals(slow.asked, ["call 1", "call 2", "call 3", "call 5"]);
  slow.answer("call 2", "{}");
  assertEquals((await app.next()).op, "serviceCallResponse");
  await settled();
  calls(app, 6, 30 * KIB);
  assertEquals(slow.asked.at(-1), "call 6");
  app.hearsNothing();
});

Deno.test("maxRequestBytes counts the whole buffer that a payload keeps alive", () => {
  const slow = new Slow({ maxRequestBytes: 100 * KIB });
  const app = slow.client();
  const call = encodeClientMessage({
    op: "serviceCallRequest",
    serviceId: service(1),
    callId: 1,
    encoding: "json",
    payload: bytes("{}"),
  }) as Uint8Array;
  const buffer = new Uint8Array(101 * KIB);
  buffer.set(call);
  app.saysRaw(buffer.subarray(0, call.length));
  hearsRefusal(app, "maxRequestBytes");
});

Deno.test("FoxgloveServer frees the memory of a large rejected message at once, but not if a hook got the message", () => {
  const slow = new Slow({ maxRequestBytes: 3 * MIB, maxMessageBytes: 3 * MIB });
  const app = slow.client();
  /** A call in its own buffer, as a socket delivers it. */
  const message = (callId: number, size: number): ArrayBuffer => {
    const payload = new Uint8Array(size);
    const frame = { op: "serviceCallRequest", serviceId: service(1), callId, encoding: "json", payload } as const;
    return (encodeClientMessage(frame) as Uint8Array<ArrayBuffer>).slice().buffer;
  };
  const [taken, rejected, small, tooLarge] = [[1, 2 * MIB], [2, 2 * MIB], [3, 1000], [4, 3 * MIB]].map(([id, size]) =>
    message(id!, size!)
  );
  for (const each of [taken, rejected, small, tooLarge]) app.saysRaw(each!);
  assertEquals([taken, rejected, small, tooLarge].map((each) => each!.byteLength > 0), [true, false, true, false]);
  assertEquals(slow.asked, ["call 1", "call 3"]);
});

Deno.test("maxRequestBytes counts text as more than its length, because its values need memory", () => {
  const slow = new Slow({ maxRequestBytes: 100 * KIB, listener: { onSetParameters: () => new Promise(() => {}) } });
  const app = slow.client();
  const set = (values: number) =>
    app.saysRaw(`{"op":"setParameters","parameters":[{"name":"a","value":[${"{},".repeat(values)}{}]}]}`);
  set(1500);
  app.hearsNothing();
  set(200);
  app.hearsStatus(StatusLevel.ERROR, "Cannot set parameters", 'more bytes in open requests than "maxRequestBytes"');
});

Deno.test("maxRequestBytes accepts any single message by default, even if others are rejected", () => {
  const slow = new Slow();
  const app = slow.client();
  for (let callId = 1; callId <= 3; callId++) calls(app, callId, 31 * MIB);
  hearsRefusal(app, "maxRequestBytes");
  assertEquals(slow.asked, ["call 1", "call 2"]);
});

Deno.test("maxTotalRequestBytes fails large calls when other clients use it up, and accepts small ones", () => {
  const slow = new Slow({ maxTotalRequestBytes: 100 * KIB });
  const [app, other] = [slow.client(), slow.client()];
  calls(app, 1, 110 * KIB);
  calls(other, 2, 30 * KIB);
  hearsRefusal(other, "maxTotalRequestBytes");
  calls(other, 3, 1 * KIB);
  assertEquals(slow.asked, ["call 1", "call 3"]);
});

Deno.test("maxTotalRequestBytes counts the bytes of a disconnected client's hook until that hook returns", async () => {
  const slow = new Slow({ maxTotalRequestBytes: 100 * KIB });
  const app = slow.client();
  calls(app, 1, 110 * KIB);
  app.leaves();
  const other = slow.client();
  calls(other, 2, 30 * KIB);
  hearsRefusal(other, "maxTotalRequestBytes");
  slow.answer("call 1", "{}");
  await settled();
  calls(other, 3, 30 * KIB);
  assertEquals(slow.asked, ["call 1", "call 3"]);
});

/** A server that can read or send two assets of the maximum size at a time, and some clients. */
function crowded(count: number): { slow: Slow; clients: FakeClient[] } {
  const slow = new Slow({ maxAssetBytes: 10 * MIB, maxTotalRequestBytes: 20 * MIB });
  return { slow, clients: Array.from({ length: count }, () => slow.client()) };
}

Deno.test("maxTotalRequestBytes delays assets until a fetched asset turns out to be small", async () => {
  const { slow, clients } = crowded(4);
  clients.forEach((client, index) => fetches(client, `${index}`));
  assertEquals(slow.asked, ["0", "1"]);
  slow.answer("0", new Uint8Array(1 * MIB));
  assertEquals((await clients[0]!.next()).op, "fetchAssetResponse");
  await settled();
  assertEquals(slow.asked, ["0", "1", "2"]);
  slow.answer("1", "not bytes");
  await clients[1]!.next();
  await settled();
  assertEquals(slow.asked, ["0", "1", "2", "3"]);
});

Deno.test("maxTotalRequestBytes counts an asset until its client has read it or has disconnected", async () => {
  const { slow, clients: [stuck, slowReader, third, fourth] } = crowded(4);
  for (const [index, client] of [stuck!, slowReader!].entries()) {
    client.stalls();
    fetches(client, `${index}`);
    slow.answer(`${index}`, new Uint8Array(10 * MIB));
  }
  await settled();
  fetches(third!, "2");
  fetches(fourth!, "3");
  for (let turns = 0; turns < 5; turns++) await settled();
  assertEquals(slow.asked, ["0", "1"]);
  slowReader!.reads();
  await slowReader!.next();
  while (slow.asked.length < 3) await settled();
  stuck!.leaves();
  await settled();
  assertEquals(slow.asked, ["0", "1", "2", "3"]);
  slowReader!.leaves();
});

Deno.test("RequestPacer delays other assets for at most two seconds when a hook hangs, for this client and for others", async () => {
  const { slow, clients: [one, other, third] } = crowded(3);
  fetches(one!, "hangs");
  fetches(one!, "next");
  fetches(other!, "hangs too");
  fetches(third!, "waits");
  slow.clock.advance(1999);
  await settled();
  assertEquals(slow.asked, ["hangs", "hangs too"]);
  slow.clock.advance(1);
  for (let turns = 0; turns < 3; turns++) await settled();
  assertEquals(slow.asked, ["hangs", "hangs too", "waits", "next"]);
  // The late asset is still sent.
  slow.answer("hangs", bytes("solid"));
  assertEquals((await one!.next()).op, "fetchAssetResponse");
});

Deno.test("RequestPacer sends assets one after the other when several late ones arrive together", async () => {
  const { slow, clients: [app] } = crowded(1);
  for (const uri of ["1", "2", "3"]) {
    fetches(app!, uri);
    slow.clock.advance(2000);
    await settled();
  }
  assertEquals(slow.asked, ["1", "2", "3"]);
  app!.stalls(4 * MIB);
  for (const uri of ["1", "2", "3"]) slow.answer(uri, new Uint8Array(5 * MIB));
  for (let turns = 0; turns < 5; turns++) await settled();
  // The next asset is not encoded before there is room.
  assertEquals(slow.talk.server.stats().clients[0]?.queuedBytes, 4 * MIB);
  app!.reads();
  await app!.arrived(3);
  app!.leaves();
});

Deno.test("RequestPacer leaves no timer behind when the server closes during a fetch", async () => {
  const slow = new Slow();
  const app = slow.client();
  const before = slow.clock.pendingTimers;
  fetches(app, "hangs");
  assertEquals(slow.clock.pendingTimers, before + 1);
  const closed = slow.talk.server.close();
  app.leaves();
  await closed;
  assertEquals(slow.clock.pendingTimers, 0);
});

const GRAPH = {
  publishedTopics: Array.from({ length: 100 }, (_, index) => ({ name: `/t${index}`, publisherIds: ["node"] })),
  subscribedTopics: [],
  advertisedServices: [],
};

Deno.test("FoxgloveServer answers every request for the connection graph, however many and however slowly the client reads", async () => {
  const { server, client } = conversation({ capabilities: ["connectionGraph"] });
  server.updateConnectionGraph(GRAPH);
  const app = client();
  app.stalls();
  for (let count = 0; count < 6000; count++) app.says({ op: "subscribeConnectionGraph" });
  for (let turns = 0; turns < 5; turns++) await settled();
  assertEquals(app.closedWith, undefined);
  app.reads();
  await app.arrived(6000);
  assertEquals([app.closedWith, app.takes().op], [undefined, "connectionGraphUpdate"]);
  app.leaves();
});

/** A graph that counts its snapshots. */
class CountedGraph extends GraphState {
  snapshots = 0;

  override snapshot(): ConnectionGraphUpdate {
    this.snapshots += 1;
    return super.snapshot();
  }
}

Deno.test("GraphFrames encodes a graph once for all clients with full access, and once for each other client", () => {
  const graph = new CountedGraph();
  const frames = new GraphFrames(graph);
  graph.replace(GRAPH);
  const [one, other] = [new Access(), new Access()];
  const limited = new Access({ topics: ["/t1"] });
  const all = frames.snapshot(one);
  assertEquals(JSON.parse(`${all}`).publishedTopics.length, 100);
  assertEquals(JSON.parse(`${frames.snapshot(limited)}`).publishedTopics.length, 1);
  assertStrictEquals(frames.snapshot(other), all);
  const before = graph.snapshots;
  for (let count = 0; count < 10; count++) for (const access of [one, other, limited]) frames.snapshot(access);
  assertEquals(graph.snapshots, before);

  graph.replace({ ...GRAPH, publishedTopics: [] });
  assertEquals(JSON.parse(`${frames.snapshot(one)}`).publishedTopics.length, 0);
  assertEquals(JSON.parse(`${frames.snapshot(limited)}`).publishedTopics.length, 0);
});

Deno.test("FoxgloveServer fetches one asset for a client on a real socket that reads nothing", async () => {
  let asked = 0;
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    capabilities: ["assets"],
    listener: {
      onFetchAsset: () => {
        asked += 1;
        return new Uint8Array(16 * MIB);
      },
    },
  });
  const { port } = await server.start();
  using socket = await RawSocket.connect({ port });
  for (let requestId = 1; requestId <= 4; requestId++) {
    await socket.sendText(`{"op":"fetchAsset","uri":"package://a","requestId":${requestId}}`);
  }
  const queuedBytes = () => server.stats().clients[0]?.queuedBytes ?? 0;
  await within(
    (async () => {
      while (queuedBytes() < 4 * MIB) await settled();
    })(),
    "the asset to fill the socket",
  );
  for (let turns = 0; turns < 50; turns++) await settled();
  assertEquals(asked, 1);
  assertEquals(queuedBytes() < 17 * MIB, true);
  for (let requestId = 1; requestId <= 4;) {
    const frame = await within(socket.readFrame(), "an asset");
    if (frame?.payload[0] !== 4) continue;
    assertEquals([frame.payload[1], frame.payload.length], [requestId, 10 + 16 * MIB]);
    requestId += 1;
  }
  assertEquals(asked, 4);
});
