// Loops over parameters and over the connection graph.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { settled } from "../support/conversation.ts";
import { connectedClient, type FakeConnection, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { NO_GRAPH_CHANGES } from "../support/no_graph_changes.ts";

const A = { name: "a", value: 1 };
const B = { name: "b", value: "x" };
const subscribes = (...parameterNames: string[]): ClientMessage => ({
  op: "subscribeParameterUpdates",
  parameterNames,
});
const unsubscribes = (...names: string[]): ClientMessage => ({
  op: "unsubscribeParameterUpdates",
  parameterNames: names,
});
const values = (...parameters: Parameter[]): ServerMessage => ({ op: "parameterValues", parameters });
const graph = (publisherIds: string[]): ServerMessage => ({
  ...NO_GRAPH_CHANGES,
  publishedTopics: [{ name: "/a", publisherIds }],
});

/** Answers a `getParameters` that has already arrived, and asserts its names. */
async function answers(peer: FakeConnection, names: string[], ...parameters: Parameter[]): Promise<void> {
  const message = peer.takes();
  if (message.op !== "getParameters") throw new Error(`"${message.op}" came`);
  assertEquals(message.parameterNames, names);
  peer.says({ op: "parameterValues", parameters, id: message.id ?? "" });
  await settled();
}

Deno.test("FoxgloveClient.subscribeParameters() delivers the current values first, then the changes", async () => {
  const { client, peer } = await connectedClient();
  const updates = client.subscribeParameters(["a", "gone"]);
  peer.hears(subscribes("a", "gone"));
  await answers(peer, ["a", "gone"], A);
  assertEquals((await updates.next()).value, [A]);
  peer.says(values(B), values(B, { name: "a", value: 2 }), values({ name: "a" }));
  assertEquals((await updates.next()).value, [{ name: "a", value: 2 }]);
  assertEquals((await updates.next()).value, [{ name: "a" }]);
  updates.close();
  peer.hears(unsubscribes("a", "gone"));
});

Deno.test("FoxgloveClient.subscribeParameters() without names watches all known parameters and new ones", async () => {
  const { client, peer } = await connectedClient();
  const updates = client.subscribeParameters();
  await answers(peer, [], A, B);
  peer.hears(subscribes("a", "b"));
  await answers(peer, ["a", "b"], A, B);
  assertEquals((await updates.next()).value, [A, B]);
  const set = client.setParameters([{ name: "new", value: 1 }]);
  const message = peer.takes();
  peer.says({
    ...values({ name: "new", value: 1 }),
    ...{ id: message.op === "setParameters" ? message.id ?? "" : "" },
  } as ServerMessage);
  await set;
  peer.hears(subscribes("new"));
  peer.says(values({ name: "new", value: 2 }));
  assertEquals((await updates.next()).value, [{ name: "new", value: 2 }]);
});

Deno.test("FoxgloveClient.subscribeParameters() subscribes once to names that several loops watch", async () => {
  const { client, peer } = await connectedClient();
  const one = client.subscribeParameters(["a"]);
  peer.hears(subscribes("a"));
  await answers(peer, ["a"], A);
  const two = client.subscribeParameters(["a", "b"]);
  peer.hears(subscribes("b"));
  await answers(peer, ["a", "b"], A, B);
  two.close();
  peer.hears(unsubscribes("b"));
  one.close();
  peer.hears(unsubscribes("a"));
  peer.hearsNothing();
});

Deno.test("FoxgloveClient.subscribeParameters() delivers the values again after a reconnect", async () => {
  const { client, peer, server } = await connectedClient();
  const updates = client.subscribeParameters(["a"]);
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO);
  again.hears(subscribes("a"));
  await answers(again, ["a"], { name: "a", value: 7 });
  assertEquals((await updates.next()).value, [{ name: "a", value: 7 }]);
  void client.close();
  assertEquals((await updates.next()).done, true);
  assertThrows(() => client.subscribeParameters(), ConnectionClosedError, "the client is closed");
});

Deno.test("FoxgloveClient.subscribeParameters() reports a failure to onError, and continues", async () => {
  const { client, peer, log } = await connectedClient();
  const updates = client.subscribeParameters(["a"]);
  peer.takes();
  const message = peer.takes();
  const id = message.op === "getParameters" ? message.id : "";
  peer.says({ op: "status", level: 2, message: `Cannot get parameters (request "${id}"): broken` });
  await settled();
  assertEquals(log.take().filter(([kind]) => kind === "error").length, 1);
  peer.says(values(A));
  assertEquals((await updates.next()).value, [A]);
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() delivers the whole graph after each change, and only the newest to a slow loop", async () => {
  const { client, peer } = await connectedClient();
  const graphs = client.subscribeConnectionGraph();
  peer.hears({ op: "subscribeConnectionGraph" });
  peer.says(graph(["p1"]), graph(["p2"]));
  const newest = {
    publishedTopics: [{ name: "/a", publisherIds: ["p2"] }],
    subscribedTopics: [],
    advertisedServices: [],
  };
  assertEquals((await graphs.next()).value, newest);
  assertEquals(graphs.dropped, 1);
  const second = client.subscribeConnectionGraph();
  assertEquals((await second.next()).value, newest);
  peer.hearsNothing();
  graphs.close();
  peer.hearsNothing();
  second.close();
  peer.hears({ op: "unsubscribeConnectionGraph" });
  // An update in flight does not become part of the next loop's graph.
  peer.says(graph(["late"]));
  const third = client.subscribeConnectionGraph();
  peer.hears({ op: "subscribeConnectionGraph" });
  assertEquals(third.queued, 0);
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() starts with an empty graph after a reconnect", async () => {
  const { client, peer, server } = await connectedClient();
  const graphs = client.subscribeConnectionGraph();
  peer.says({ ...graph(["p1"]), ...{ advertisedServices: [{ name: "/s", providerIds: ["n"] }] } } as ServerMessage);
  await graphs.next();
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO);
  again.hears({ op: "subscribeConnectionGraph" });
  again.says(graph(["p2"]));
  assertEquals((await graphs.next()).value?.advertisedServices, []);
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() ends when its signal aborts", async () => {
  const { client } = await connectedClient();
  const control = new AbortController();
  const next = client.subscribeConnectionGraph({ signal: control.signal }).next();
  control.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
});

Deno.test("FoxgloveClient.subscribeParameters() throws if the names are not an array of strings", async () => {
  const { client, peer } = await connectedClient();
  for (const names of ["speed", [5], null]) {
    assertThrows(() => client.subscribeParameters(names as never), TypeError, "the names must be an array of strings");
  }
  peer.hearsNothing();
});
