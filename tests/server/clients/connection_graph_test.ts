// The connection graph: publishers, subscribers and service providers, for the clients that subscribe to it.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../../../src/protocol/connection_graph.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import { type Conversation, conversation, type FakeClient, HookLog, settled } from "../../support/conversation.ts";

const EMPTY: ConnectionGraph = { publishedTopics: [], subscribedTopics: [], advertisedServices: [] };
const GRAPH: ConnectionGraph = {
  publishedTopics: [{ name: "/odom", publisherIds: ["driver", "sim"] }],
  subscribedTopics: [{ name: "/odom", subscriberIds: ["planner"] }, { name: "/cmd", subscriberIds: ["driver"] }],
  advertisedServices: [{ name: "/reset", providerIds: ["arm"] }],
};

function update(lists: Partial<ConnectionGraphUpdate>): ConnectionGraphUpdate {
  return { op: "connectionGraphUpdate", ...EMPTY, removedTopics: [], removedServices: [], ...lists };
}

/** A graph with one topic. */
function published(...publisherIds: string[]): ConnectionGraph {
  return { ...EMPTY, publishedTopics: [{ name: "/odom", publisherIds }] };
}

/** A server with a graph. Records the calls of its hook for the first and the last subscriber, with the client id. */
function graphing(listener: FoxgloveServerListener = {}): Conversation & { calls: HookLog } {
  const calls = new HookLog();
  const recording: FoxgloveServerListener = {
    onConnectionGraphSubscribe: (_server, subscribe, { client }) => calls.note(subscribe, client.id),
    onClientDisconnect: (_server, { client }) => calls.note("disconnect", client.id),
  };
  return { ...conversation({ capabilities: ["connectionGraph"], listener: { ...recording, ...listener } }), calls };
}

function watches(client: FakeClient): void {
  client.says({ op: "subscribeConnectionGraph" });
}

function unwatches(client: FakeClient): void {
  client.says({ op: "unsubscribeConnectionGraph" });
}

Deno.test("N01 FoxgloveServer sends five empty lists to a client that subscribes to an empty graph", () => {
  const { client, calls } = graphing();
  const [app, other] = [client(), client()];
  watches(app);
  assertEquals(JSON.parse(app.wire.at(-1) as string), {
    op: "connectionGraphUpdate",
    publishedTopics: [],
    subscribedTopics: [],
    advertisedServices: [],
    removedTopics: [],
    removedServices: [],
  });
  app.hears(update({}));
  app.hearsNothing();
  other.hearsNothing();
  assertEquals(calls.take(), [[true, 1]]);
});

Deno.test("N01 FoxgloveServer sends the whole current graph to a client that subscribes", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph({ ...EMPTY, advertisedServices: [{ name: "/gone", providerIds: ["arm"] }] });
  server.updateConnectionGraph(GRAPH);
  const app = client();
  watches(app);
  app.hears(update(GRAPH));
  app.hearsNothing();
});

Deno.test("N01 FoxgloveServer sends the graph again to a client that subscribes twice, and counts it once", () => {
  const { server, client, calls } = graphing();
  server.updateConnectionGraph(GRAPH);
  const app = client();
  watches(app);
  watches(app);
  app.hears(update(GRAPH), update(GRAPH));
  assertEquals(calls.take(), [[true, 1]]);
  server.updateConnectionGraph(published("driver"));
  assertEquals(app.inboxSize, 1);
  unwatches(app);
  assertEquals(calls.take(), [[false, 1]]);
});

Deno.test("N02 FoxgloveServer.updateConnectionGraph() sends the changes to every subscriber, and to no other client", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  const [one, other, third] = [client(), client(), client()];
  for (const app of [one, other]) {
    watches(app);
    app.hears(update(GRAPH));
  }
  server.updateConnectionGraph({
    ...GRAPH,
    publishedTopics: [{ name: "/odom", publisherIds: ["driver"] }, { name: "/scan", publisherIds: ["lidar"] }],
    subscribedTopics: [{ name: "/odom", subscriberIds: ["planner"] }],
  });
  for (const app of [one, other]) {
    app.hears(update({
      publishedTopics: [{ name: "/odom", publisherIds: ["driver"] }, { name: "/scan", publisherIds: ["lidar"] }],
      removedTopics: ["/cmd"],
    }));
    app.hearsNothing();
  }
  third.hearsNothing();
});

Deno.test("N02 FoxgloveServer.updateConnectionGraph() sends nothing for an equal graph in any order", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  const app = client();
  watches(app);
  app.takes();
  server.updateConnectionGraph(structuredClone(GRAPH));
  server.updateConnectionGraph({
    publishedTopics: [{ name: "/odom", publisherIds: ["sim", "driver", "sim"] }, { name: "/unused", publisherIds: [] }],
    subscribedTopics: [...GRAPH.subscribedTopics].reverse(),
    advertisedServices: GRAPH.advertisedServices,
  });
  app.hearsNothing();
  server.updateConnectionGraph({ ...GRAPH, advertisedServices: [] });
  app.hears(update({ removedServices: ["/reset"] }));
});

Deno.test("N02 FoxgloveServer.updateConnectionGraph() sends nothing for a first graph that is empty", () => {
  const { server, client } = graphing();
  const app = client();
  watches(app);
  app.hears(update({}));
  server.updateConnectionGraph(EMPTY);
  app.hearsNothing();
});

Deno.test("N02 FoxgloveServer sends updates to the remaining subscribers after one client unsubscribes", () => {
  const { server, client } = graphing();
  const [one, other] = [client(), client()];
  for (const app of [one, other]) {
    watches(app);
    app.takes();
  }
  unwatches(one);
  server.updateConnectionGraph(published("driver"));
  one.hearsNothing();
  other.hears(update(published("driver")));
});

Deno.test("N02 FoxgloveServer.updateConnectionGraph() copies the graph, so that its caller may change it later", () => {
  const { server, client } = graphing();
  const publisherIds = ["driver"];
  server.updateConnectionGraph({ ...EMPTY, publishedTopics: [{ name: "/odom", publisherIds }] });
  publisherIds.push("sim");
  const app = client();
  watches(app);
  app.hears(update(published("driver")));
});

Deno.test("N02 FoxgloveServer.updateConnectionGraph() throws for a graph that cannot be sent, and changes nothing", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  const [app, late] = [client(), client()];
  watches(app);
  app.takes();
  const wrong = { ...EMPTY, publishedTopics: [{ name: 5, publisherIds: ["driver"] }] } as unknown as ConnectionGraph;
  assertThrows(() => server.updateConnectionGraph(wrong), TypeError, "publishedTopics[0].name must be a string");
  app.hearsNothing();
  watches(late);
  late.hears(update(GRAPH));
  server.updateConnectionGraph(GRAPH);
  app.hearsNothing();
});

Deno.test("N03 FoxgloveServer sends an empty list of publishers when the last one is removed and subscribers remain", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  const app = client();
  watches(app);
  app.takes();
  server.updateConnectionGraph({ ...GRAPH, publishedTopics: [] });
  app.hears(update({ publishedTopics: [{ name: "/odom", publisherIds: [] }] }));
  server.updateConnectionGraph(GRAPH);
  app.hears(update({ publishedTopics: GRAPH.publishedTopics }));
  server.updateConnectionGraph({ ...GRAPH, subscribedTopics: [{ name: "/cmd", subscriberIds: ["driver"] }] });
  app.hears(update({ subscribedTopics: [{ name: "/odom", subscriberIds: [] }] }));
  app.hearsNothing();
});

Deno.test("N03 FoxgloveServer does not send removed publishers to a client that subscribes later", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  server.updateConnectionGraph({ ...GRAPH, publishedTopics: [] });
  const app = client();
  watches(app);
  app.hears(update({ ...GRAPH, publishedTopics: [] }));
});

Deno.test("N04 FoxgloveServer reports topics and services that are removed from all lists once", () => {
  const { server, client } = graphing();
  server.updateConnectionGraph(GRAPH);
  const app = client();
  watches(app);
  app.takes();
  server.updateConnectionGraph({ ...EMPTY, subscribedTopics: [{ name: "/cmd", subscriberIds: ["driver"] }] });
  app.hears(update({ removedTopics: ["/odom"], removedServices: ["/reset"] }));
  server.updateConnectionGraph(EMPTY);
  app.hears(update({ removedTopics: ["/cmd"] }));
  app.hearsNothing();
});

Deno.test("N04 FoxgloveServer handles names that are also members of every object like others", () => {
  const { server, client } = graphing();
  const app = client();
  watches(app);
  app.takes();
  const names = ["__proto__", "constructor", "toString"];
  const odd: ConnectionGraph = {
    publishedTopics: names.map((name) => ({ name, publisherIds: ["__proto__"] })),
    subscribedTopics: [{ name: "__proto__", subscriberIds: names }],
    advertisedServices: names.map((name) => ({ name, providerIds: ["hasOwnProperty"] })),
  };
  server.updateConnectionGraph(odd);
  app.hears(update(odd));
  server.updateConnectionGraph(EMPTY);
  app.hears(update({ removedTopics: names, removedServices: names }));
});

Deno.test("N05 onConnectionGraphSubscribe is called for the first and the last subscriber only, however it ends", () => {
  const { client, calls } = graphing();
  const [one, other] = [client(), client()];
  watches(one);
  watches(other);
  assertEquals(calls.take(), [[true, 1]]);
  unwatches(one);
  unwatches(one);
  assertEquals(calls.take(), []);
  other.leaves();
  other.leaves();
  assertEquals(calls.take(), [[false, 2], ["disconnect", 2]]);
  one.leaves();
  assertEquals(calls.take(), [["disconnect", 1]]);
  const third = client();
  watches(third);
  unwatches(third);
  assertEquals(calls.take(), [[true, 3], [false, 3]]);
});

Deno.test("N05 onConnectionGraphSubscribe is called once when the server closes, before onClientDisconnect", async () => {
  const { server, client, calls } = graphing();
  for (const app of [client(), client()]) watches(app);
  calls.take();
  await server.close({ graceMs: 0 });
  assertEquals(calls.take(), [["disconnect", 1], [false, 2], ["disconnect", 2]]);
});

Deno.test("N05 onConnectionGraphSubscribe may publish the graph: the change follows the snapshot", () => {
  const { server, client } = graphing({
    onConnectionGraphSubscribe: (server, subscribe) => server.updateConnectionGraph(subscribe ? GRAPH : EMPTY),
  });
  const app = client();
  watches(app);
  app.hears(update({}), update(GRAPH));
  unwatches(app);
  app.hearsNothing();
  watches(app);
  app.hears(update({}), update(GRAPH));
  app.leaves();
  const [next, another] = [client(), client()];
  watches(next);
  next.hears(update({}), update(GRAPH));
  watches(another);
  another.hears(update(GRAPH));
  next.hearsNothing();
  assertEquals(server.clients.size, 2);
});

Deno.test("N05 onConnectionGraphSubscribe may publish the graph later", async () => {
  const { client } = graphing({
    async onConnectionGraphSubscribe(server) {
      await Promise.resolve();
      server.updateConnectionGraph(GRAPH);
    },
  });
  const app = client();
  watches(app);
  app.hears(update({}));
  assertEquals(await app.next(), update(GRAPH));
});

Deno.test("N05 onConnectionGraphSubscribe gets the client and the server", () => {
  const seen: unknown[] = [];
  const { server, client } = graphing({
    onConnectionGraphSubscribe: (server, _subscribe, context) => void seen.push(server, context.client),
  });
  const app = client();
  watches(app);
  assertStrictEquals(seen[0], server);
  assertStrictEquals(seen[1], server.clients.values().next().value);
});

Deno.test("N05 the connection graph works without hooks", () => {
  const { server, client, log } = conversation({ capabilities: ["connectionGraph"] });
  const app = client();
  watches(app);
  server.updateConnectionGraph(GRAPH);
  app.hears(update({}), update(GRAPH));
  unwatches(app);
  watches(app);
  app.hears(update(GRAPH));
  app.leaves();
  assertEquals(log.filter((line) => /^(warn|error)/.test(line)), []);
});

Deno.test("N06 FoxgloveServer silently ignores an unsubscribe of a client that is not subscribed", () => {
  const { server, client, calls } = graphing();
  const [app, other] = [client(), client()];
  unwatches(app);
  watches(other);
  other.takes();
  unwatches(app);
  app.hearsNothing();
  assertEquals(calls.take(), [[true, 2]]);
  server.updateConnectionGraph(published("driver"));
  other.hears(update(published("driver")));
});

Deno.test("N06 without the capability the client gets an ERROR, and updateConnectionGraph() throws", () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    capabilities: ["services"],
    listener: { onConnectionGraphSubscribe: (_server, subscribe) => calls.note(subscribe) },
  });
  const app = client();
  watches(app);
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot subscribe to the connection graph: the server has no capability "connectionGraph"',
  });
  unwatches(app);
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot unsubscribe from the connection graph: the server has no capability "connectionGraph"',
  });
  assertThrows(() => server.updateConnectionGraph(GRAPH), TypeError, '"connectionGraph"');
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

Deno.test("N07 FoxgloveServer sends the snapshot before any change, and loses no change after it", async () => {
  const { server, client } = graphing();
  const app = client();
  server.updateConnectionGraph(published("1"));
  watches(app);
  server.updateConnectionGraph(published("2"));
  watches(app);
  server.updateConnectionGraph(published("3"));
  await settled();
  app.hears(update(published("1")), update(published("2")), update(published("2")), update(published("3")));
  app.hearsNothing();
});

Deno.test("N07 FoxgloveServer sends the newest graph to a client that subscribes while a hook publishes", () => {
  const { client } = graphing({
    onConnectionGraphSubscribe(server) {
      server.updateConnectionGraph(published("before"));
      watches(late);
      server.updateConnectionGraph(published("after"));
    },
  });
  const [app, late] = [client(), client()];
  watches(app);
  app.hears(update({}), update(published("before")), update(published("after")));
  late.hears(update(published("after")));
  app.hearsNothing();
  late.hearsNothing();
});
