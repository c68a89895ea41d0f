// Client channels and loops that wait for a connection, or for a server that supports them.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { clientChannel } from "../support/conversation.ts";
import { connectedClient, type FakeConnection, type FakeServer, FULL_SERVER_INFO } from "../support/fake_server.ts";

const CMD = { topic: "/cmd", encoding: "json", schemaName: "" };
const NO_CAPABILITIES = { ...FULL_SERVER_INFO, capabilities: [] };
const ADVERTISE = { op: "advertise", channels: [{ ...CMD, id: clientChannel(1) }] } as const;

async function reconnect(server: FakeServer): Promise<FakeConnection> {
  server.clock.advance(10_000);
  const peer = await server.next();
  peer.accepts();
  return peer;
}

/** Sends all three kinds of wishes. */
function wish(client: FoxgloveClient): void {
  client.advertise(CMD);
  client.subscribeParameters(["a"]);
  client.subscribeConnectionGraph();
}

/** Asserts that the server has received all three, once. */
function hearsWishes(peer: FakeConnection): void {
  peer.hears(ADVERTISE, { op: "subscribeParameterUpdates", parameterNames: ["a"] });
  assertEquals(peer.takes().op, "getParameters");
  peer.hears({ op: "subscribeConnectionGraph" });
  peer.hearsNothing();
}

const WARNINGS = [
  'Cannot advertise "/cmd": the server has no capability "clientPublish"',
  'Subscribing to parameters: the server has no capability "parametersSubscribe"',
  'Subscribing to the connection graph: the server has no capability "connectionGraph"',
].map((text) => ["warning", text]);

Deno.test("FoxgloveClient sends what was advertised and subscribed without a connection when it is connected", async () => {
  const { client, peer, server, log } = await connectedClient();
  peer.leaves();
  log.take();
  wish(client);
  peer.hearsNothing();
  const again = await reconnect(server);
  again.hearsNothing();
  again.says(FULL_SERVER_INFO);
  hearsWishes(again);
  assertEquals(log.take(), [["state", "open"]]);
});

Deno.test("Y05 FoxgloveClient warns once about a missing capability, and continues when a later serverInfo adds it", async () => {
  const { client, peer, log } = await connectedClient({}, NO_CAPABILITIES);
  wish(client);
  client.subscribeParameters(["b"]).close();
  client.subscribeConnectionGraph().close();
  peer.hearsNothing();
  assertEquals(log.take(), WARNINGS);
  peer.says(NO_CAPABILITIES);
  assertEquals(log.take(), []);
  peer.says(FULL_SERVER_INFO);
  hearsWishes(peer);
  peer.says(FULL_SERVER_INFO);
  peer.hearsNothing();
  assertEquals(log.take(), []);
});

Deno.test("FoxgloveClient warns after a reconnect to a server without the capabilities, but not on each connection", async () => {
  const { client, peer, server, log } = await connectedClient();
  wish(client);
  hearsWishes(peer);
  peer.leaves();
  log.take();
  const incapable = await reconnect(server);
  incapable.says(NO_CAPABILITIES);
  incapable.hearsNothing();
  assertEquals(log.take(), [["state", "open"], ...WARNINGS]);
  assertEquals(client.publish(clientChannel(1), "x"), false);
  incapable.leaves();
  const same = await reconnect(server);
  same.says(NO_CAPABILITIES);
  assertEquals(log.take(), [["state", "reconnecting"], ["state", "open"]]);
  same.says(FULL_SERVER_INFO);
  hearsWishes(same);
  // Each problem was solved in between, so it is reported again.
  same.leaves();
  log.take();
  (await reconnect(server)).says(NO_CAPABILITIES);
  assertEquals(log.take(), [["state", "open"], ...WARNINGS]);
});

Deno.test("FoxgloveClient sends nothing about wishes that end before they take effect", async () => {
  const { client, peer } = await connectedClient({}, NO_CAPABILITIES);
  const id = client.advertise(CMD);
  const updates = client.subscribeParameters(["a"]);
  const graphs = client.subscribeConnectionGraph();
  assertEquals(client.unadvertise(id), true);
  updates.close();
  graphs.close();
  peer.says(FULL_SERVER_INFO);
  peer.hearsNothing();
});

Deno.test("FoxgloveClient.publish() drops messages while the server does not accept the channel any more", async () => {
  const { client, peer, log } = await connectedClient();
  const id = client.advertise(CMD);
  peer.hears(ADVERTISE);
  peer.says({ ...FULL_SERVER_INFO, supportedEncodings: ["cdr"] });
  assertEquals(log.take(), [["warning", 'Cannot advertise "/cmd": the server does not support encoding "json"']]);
  assertEquals(client.publish(id, "x"), false);
  peer.says(FULL_SERVER_INFO);
  assertEquals(client.publish(id, "y"), true);
  // The server still has the channel, so it is not advertised again.
  assertEquals(peer.takes().op, "messageData");
});

Deno.test("FoxgloveClient sends a wish once if a hook makes it while the connection is established or lost", async () => {
  for (
    const [hook, isLost] of [["onServerInfo", false], ["onConnectionState", false], [
      "onConnectionState",
      true,
    ]] as const
  ) {
    const { client, peer, server } = await connectedClient();
    const listener = {
      [hook](client: FoxgloveClient) {
        if (hook === "onConnectionState" && (client.state.type === "open") === isLost) return;
        client.removeListener(listener);
        wish(client);
      },
    };
    client.addListener(listener);
    peer.leaves();
    peer.hearsNothing();
    const again = await reconnect(server);
    again.says(FULL_SERVER_INFO);
    hearsWishes(again);
  }
});

Deno.test("FoxgloveClient.publish() returns false in the hook that reports the lost connection", async () => {
  const { client, peer } = await connectedClient();
  const id = client.advertise(CMD);
  const sent: boolean[] = [];
  client.addListener({ onConnectionState: () => void sent.push(client.publish(id, "x")) });
  peer.leaves();
  assertEquals(sent, [false]);
});

Deno.test("FoxgloveClient warns about a service that is waited for when the connection has no services", async () => {
  const { client, peer, server, log } = await connectedClient();
  const waiting = client.waitForService("/reset").catch((error: Error) => error.name);
  peer.leaves();
  log.take();
  (await reconnect(server)).says(NO_CAPABILITIES);
  assertEquals(log.take(), [
    ["state", "open"],
    ["warning", 'Waiting for a service: the server has no capability "services"'],
  ]);
  void client.close();
  assertEquals(await waiting, "ConnectionClosedError");
});

Deno.test("FoxgloveClient accepts no wishes after close()", async () => {
  const { client } = await connectedClient();
  void client.close();
  for (
    const make of [
      () => client.advertise(CMD),
      () => client.subscribeParameters(),
      () => client.subscribeConnectionGraph(),
    ]
  ) assertThrows(make, ConnectionClosedError, "the client is closed");
});

Deno.test("FoxgloveClient.subscribeConnectionGraph() shows no old graph to a loop that begins while disconnected", async () => {
  const { client, peer } = await connectedClient();
  const first = client.subscribeConnectionGraph();
  peer.says({
    op: "connectionGraphUpdate",
    publishedTopics: [{ name: "/a", publisherIds: ["p"] }],
    subscribedTopics: [],
    advertisedServices: [],
    removedTopics: [],
    removedServices: [],
  });
  peer.leaves();
  assertEquals([first.queued, client.subscribeConnectionGraph().queued], [1, 0]);
});
