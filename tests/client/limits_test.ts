// The client's limits against servers that send without end, and the cost of each message.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { GraphView } from "../../src/client/graph_view.ts";
import { SubscriptionStream } from "../../src/client/subscription_stream.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import type { Service } from "../../src/protocol/services.ts";
import { bytes, channel, service, settled, subscription } from "../support/conversation.ts";
import { connectedClient, type FakeConnection, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { NO_GRAPH_CHANGES } from "../support/no_graph_changes.ts";

const ids = Array.from({ length: 10 }, (_, index) => index + 1);
const chan = (id: number, schema = ""): Channel => ({
  id: channel(id),
  topic: `/${id}`,
  encoding: "json",
  schemaName: "",
  schema,
});
const serv = (id: number): Service => ({
  id: service(id),
  name: `/${id}`,
  type: "",
  requestSchema: "",
  responseSchema: "",
});
const published = (...names: string[]): ServerMessage => ({
  ...NO_GRAPH_CHANGES,
  publishedTopics: names.map((name) => ({ name, publisherIds: ["p"] })),
});
const full = (kind: string) => [
  "warning",
  `Cannot keep more ${kind}: "maxKept" (3) or "maxKeptBytes" is reached; the rest is ignored`,
];

/** Answers a `getParameters` that has already arrived. */
async function answers(peer: FakeConnection, message: ClientMessage, names: readonly string[]): Promise<void> {
  if (message.op !== "getParameters") throw new Error(`"${message.op}" came`);
  peer.says({ op: "parameterValues", parameters: names.map((name) => ({ name, value: 1 })), id: message.id ?? "" });
  await settled();
}

Deno.test("FoxgloveClient keeps maxKept channels, ignores more, and warns once for each connection", async () => {
  const { client, peer, server, log } = await connectedClient({ maxKept: 3 });
  const all = client.subscribe(() => true);
  for (const id of ids) peer.says({ op: "advertise", channels: [chan(id)] });
  assertEquals([...client.channels.keys()], [1, 2, 3].map(channel));
  assertEquals(all.channels.length, 3);
  assertEquals(log.take(), [
    ["advertise", ["/1"]],
    ["advertise", ["/2"]],
    ["advertise", ["/3"]],
    full("channels"),
  ]);
  for (let id = 1; id <= 3; id++) assertEquals(peer.takes().op, "subscribe");
  peer.hearsNothing();
  // Removing a channel makes room for another.
  peer.says({ op: "unadvertise", channelIds: [channel(2), channel(9)] }, { op: "advertise", channels: [chan(10)] });
  assertEquals(log.take(), [["unadvertise", ["/2"], "removed"], ["advertise", ["/10"]]]);

  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  log.take();
  again.says(FULL_SERVER_INFO, { op: "advertise", channels: ids.map((id) => chan(id)) });
  assertEquals(log.take(), [["state", "open"], ["advertise", ["/1", "/2", "/3"]], full("channels")]);
});

Deno.test("FoxgloveClient removes and unsubscribes from a channel that grows beyond maxKeptBytes", async () => {
  const { client, peer, log } = await connectedClient({ maxKeptBytes: 1000 });
  const messages = client.subscribe("/1");
  peer.says({ op: "advertise", channels: [chan(1), chan(2)] });
  peer.hears({ op: "subscribe", subscriptions: [{ id: subscription(1), channelId: channel(1) }] });
  log.take();
  peer.says({ op: "advertise", channels: [chan(1, "x".repeat(1000))] });
  peer.hears({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  assertEquals([[...client.channels.keys()], messages.channels], [[channel(2)], []]);
  assertEquals(log.take().map(([kind]) => kind), ["unadvertise", "warning"]);
  // Messages in flight are not delivered as messages of the old channel.
  peer.says({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("x") });
  assertEquals([messages.queued, log.take()], [0, []]);
});

Deno.test("FoxgloveClient keeps maxKept services, statuses and parameters, but reports all statuses and parameters", async () => {
  const { client, peer, log } = await connectedClient({ maxKept: 3 });
  peer.says({ op: "advertiseServices", services: ids.map(serv) });
  assertEquals(log.take(), [["services", ["/1", "/2", "/3"]], full("services")]);
  for (const id of ids) peer.says({ op: "status", level: 0, message: `note ${id}`, id: String(id) });
  assertEquals(log.take().filter(([kind]) => kind === "warning"), [full("statuses")]);
  peer.says({ op: "parameterValues", parameters: ids.map((id) => ({ name: `p${id}`, value: id })) });
  assertEquals(log.take(), [["parameters", ids.map((id) => `p${id}`)], full("parameters")]);
  assertEquals([client.services.size, client.statuses.size, client.parameters.size], [3, 3, 3]);
  peer.says({ op: "removeStatus", statusIds: ["1"] }, { op: "status", level: 0, message: "new", id: "new" });
  assertEquals([...client.statuses.keys()], ["2", "3", "new"]);
});

Deno.test("FoxgloveClient keeps maxKept names in each list of the connection graph", async () => {
  const { client, peer, log } = await connectedClient({ maxKept: 3 });
  const graphs = client.subscribeConnectionGraph();
  for (const id of ids) peer.says(published(`/${id}`));
  assertEquals((await graphs.next()).value?.publishedTopics.map(({ name }) => name), ["/1", "/2", "/3"]);
  assertEquals(log.take(), [full("names in the graph")]);
});

Deno.test("FoxgloveClient.subscribeParameters() without names subscribes to at most maxKept names", async () => {
  const { client, peer, log } = await connectedClient({ maxKept: 3 });
  const updates = client.subscribeParameters();
  await answers(peer, peer.takes(), ["a", "b"]);
  peer.hears({ op: "subscribeParameterUpdates", parameterNames: ["a", "b"] });
  await answers(peer, peer.takes(), ["a", "b"]);
  await updates.next();
  for (const name of ["c", "d", "e"]) peer.says({ op: "parameterValues", parameters: [{ name, value: 1 }] });
  peer.hears({ op: "subscribeParameterUpdates", parameterNames: ["c"] });
  peer.hearsNothing();
  assertEquals(log.take().filter(([kind]) => kind === "warning"), [full("parameters")]);
  assertEquals(updates.queued, 3);
});

Deno.test("FoxgloveClient.subscribeParameters() without names inspects only the parameters of each message", async () => {
  const { client, peer } = await connectedClient();
  client.subscribeParameters();
  client.subscribeParameters();
  const names = Array.from({ length: 100 }, (_, index) => `known ${index}`);
  const [first, second] = [peer.takes(), peer.takes()];
  await answers(peer, first, names);
  peer.hears({ op: "subscribeParameterUpdates", parameterNames: names });
  await answers(peer, second, names);
  for (let count = 0; count < 2; count++) await answers(peer, peer.takes(), names);
  const { has, add } = Set.prototype;
  let looks = 0;
  Set.prototype.has = function (value) {
    looks += 1;
    return has.call(this, value);
  };
  Set.prototype.add = function (value) {
    looks += 1;
    return add.call(this, value);
  };
  try {
    peer.says({ op: "parameterValues", parameters: [{ name: "new", value: 1 }] });
  } finally {
    Object.assign(Set.prototype, { has, add });
  }
  peer.hears({ op: "subscribeParameterUpdates", parameterNames: ["new"] });
  assertEquals(looks > 0 && looks < 20, true, `${looks} names were looked at`);
});

Deno.test("FoxgloveClient.subscribeParameters() drops the oldest lists beyond 64 MiB", async () => {
  const { client, peer } = await connectedClient();
  const updates = client.subscribeParameters(["a"]);
  peer.takes();
  await answers(peer, peer.takes(), []);
  await updates.next();
  const value = "x".repeat(20 << 20);
  for (let count = 0; count < 5; count++) peer.says({ op: "parameterValues", parameters: [{ name: "a", value }] });
  assertEquals([updates.queued, updates.dropped], [3, 2]);
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() builds a graph only when a loop reads it, once for all loops", async () => {
  const { client, peer } = await connectedClient();
  const { graph } = GraphView.prototype;
  let made = 0;
  const seen = new Set<unknown>();
  GraphView.prototype.graph = function () {
    const result = graph.call(this);
    if (!seen.has(result)) made += 1;
    seen.add(result);
    return result;
  };
  try {
    const [one, other] = [client.subscribeConnectionGraph(), client.subscribeConnectionGraph()];
    for (let count = 0; count < 50; count++) peer.says(published(`/${count}`));
    assertEquals([made, one.dropped, other.queued], [0, 49, 1]);
    const [first, second] = [await one.next(), await other.next()];
    assertStrictEquals(first.value, second.value);
    assertEquals([made, first.value?.publishedTopics.length], [1, 50]);
    const waiting = [one.next(), other.next()];
    peer.says(published("/new"));
    const [third, fourth] = await Promise.all(waiting);
    assertStrictEquals(third?.value, fourth?.value);
    assertEquals([made, first.value?.publishedTopics.length, third?.value?.publishedTopics.length], [2, 50, 51]);
  } finally {
    GraphView.prototype.graph = graph;
  }
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() delivers large graphs at a rate that depends on their size", async () => {
  const { client, peer, server } = await connectedClient();
  const graphs = client.subscribeConnectionGraph();
  peer.says(published(...Array.from({ length: 5000 }, (_, index) => `/${index}`)));
  assertEquals((await graphs.next()).value?.publishedTopics.length, 5000);
  // If they were all delivered to the waiting loop, each would cost a copy of the graph.
  const waiting = graphs.next();
  for (const id of ids) peer.says(published(`/new/${id}`));
  assertEquals(server.clock.pendingTimers, 1);
  server.clock.advance(4.9);
  assertEquals(server.clock.pendingTimers, 1);
  server.clock.advance(0.2);
  assertEquals(server.clock.pendingTimers, 0);
  assertEquals([(await waiting).value?.publishedTopics.length, graphs.queued, graphs.dropped], [5010, 0, 0]);
  server.clock.advance(6);
  peer.says(published("/at/once"));
  assertEquals(graphs.queued, 1);
  peer.says(published("/late"));
  graphs.close();
  assertEquals(server.clock.pendingTimers, 0);
});

Deno.test("FoxgloveClient matches a channel only with the subscriptions to its topic", async () => {
  const { client, peer } = await connectedClient();
  const subscriptions = Array.from({ length: 100 }, (_, index) => client.subscribe(`/${index}`));
  const { matches } = SubscriptionStream.prototype;
  let asked = 0;
  SubscriptionStream.prototype.matches = function (channel) {
    asked += 1;
    return matches.call(this, channel);
  };
  try {
    for (let id = 0; id < 100; id++) peer.says({ op: "advertise", channels: [chan(id)] });
    subscriptions.push(client.subscribe("/99"));
  } finally {
    SubscriptionStream.prototype.matches = matches;
  }
  // Matching every channel with every subscription would take 10,000 calls.
  assertEquals([asked <= 101, subscriptions.every(({ channels }) => channels.length === 1)], [true, true]);
  for (let id = 0; id < 100; id++) assertEquals(peer.takes().op, "subscribe");
  subscriptions[7]!.close();
  peer.hears({ op: "unsubscribe", subscriptionIds: [subscription(8)] });
});

Deno.test("FoxgloveClient remembers 10,000 ended subscriptions within a minute", async () => {
  const { client, peer, log } = await connectedClient();
  client.subscribe(() => true);
  for (let round = 0; round < 10_100; round++) {
    peer.says({ op: "advertise", channels: [chan(1)] }, { op: "unadvertise", channelIds: [channel(1)] });
  }
  log.take();
  for (const id of [100, 101]) {
    peer.says({ op: "messageData", subscriptionId: subscription(id), timestamp: 1n, payload: bytes("late") });
  }
  assertEquals(log.take(), [["warning", "Received a message for subscription 100, which does not exist"]]);
});

Deno.test("FoxgloveClient disconnects from a server that keeps advertising but does not read", async () => {
  const { client, peer, log } = await connectedClient({ maxBufferedBytes: 1000 });
  client.subscribe(() => true);
  const round = () =>
    peer.says({ op: "advertise", channels: [chan(1)] }, { op: "unadvertise", channelIds: [channel(1)] });
  for (let count = 0; count < 100; count++) round();
  await settled();
  assertEquals(client.state.type, "open");
  // `publish()` drops messages at this level. A short time of it does not close the connection.
  peer.bufferedAmount = 1001;
  for (let count = 0; count < 5; count++) round();
  peer.bufferedAmount = 1000;
  round();
  peer.bufferedAmount = 1001;
  for (let count = 0; count < 5; count++) round();
  await settled();
  assertEquals(client.state.type, "open");
  log.take();
  for (let count = 0; count < 20; count++) round();
  await settled();
  assertEquals(
    client.state.type === "reconnecting" && client.state.error.message,
    "The connection to ws://robot:8765/path was closed: the server sends messages but does not read any",
  );
  void client.close();
});
