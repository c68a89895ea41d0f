import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { bytes, channel, service, subscription } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const A = { id: channel(1), topic: "/a", encoding: "json", schemaName: "", schema: "" };
const CMD = { topic: "/cmd", encoding: "json", schemaName: "" };

Deno.test("Y01 FoxgloveClient reconnects with back-off, and restores subscriptions and client channels", async () => {
  const { client, peer, server, log } = await connectedClient();
  peer.says({ op: "advertise", channels: [A] });
  const messages = client.subscribe("/a");
  const id = client.advertise(CMD);
  log.take();

  peer.leaves(1001, "server shutdown");
  assertEquals(log.take(), [["state", "reconnecting"], ["unadvertise", ["/a"], "disconnected"]]);
  assertEquals([client.channels.size, messages.channels], [0, []]);
  // No attempt starts before the shortest delay.
  server.clock.advance(999);
  assertEquals(server.pendingConnections, 0);
  server.clock.advance(1001);
  (await server.next()).fails("refused");
  assertEquals(client.state.type === "reconnecting" && client.state.failures, 2);

  server.clock.advance(4000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO);
  again.hears({ op: "advertise", channels: [{ ...CMD, id }] });
  again.says({ op: "advertise", channels: [{ ...A, id: channel(9) }] });
  again.hears({ op: "subscribe", subscriptions: [{ id: subscription(2), channelId: channel(9) }] });
  again.says({ op: "messageData", subscriptionId: subscription(2), timestamp: 5n, payload: bytes("x") });
  assertEquals((await messages.next()).value?.channel.id, channel(9));
  assertEquals(log.take(), [["state", "reconnecting"], ["state", "open"], ["advertise", ["/a"]]]);
  assertEquals(client.state, { type: "open", subprotocol: "foxglove.sdk.v1" });
});

Deno.test("FoxgloveClient forgets the server's state when the connection is lost", async () => {
  const { client, peer, server, log } = await connectedClient();
  peer.says(
    { op: "advertise", channels: [A] },
    {
      op: "advertiseServices",
      services: [{ id: service(1), name: "/s", type: "S", requestSchema: "", responseSchema: "" }],
    },
    { op: "status", level: 1, message: "hot", id: "h" },
    { op: "parameterValues", parameters: [{ name: "a", value: 1 }] },
    { op: "time", timestamp: 5n },
  );
  log.take();
  peer.leaves();
  assertEquals(log.take(), [["state", "reconnecting"], ["unadvertise", ["/a"], "disconnected"], [
    "no services",
    ["/s"],
    "disconnected",
  ]]);
  assertEquals(
    [client.channels.size, client.services.size, client.statuses.size, client.parameters.size, client.time],
    [0, 0, 0, 0, undefined],
  );
  assertEquals(client.serverInfo, FULL_SERVER_INFO);
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO, { op: "time", timestamp: 4n });
  // An earlier time on a new connection is not a jump.
  assertEquals(log.take(), [["state", "open"], ["time", 4n, false]]);
});

for (
  const [sessionIds, before, after, isReset] of [
    ["the same session id", "one", "one", false],
    ["another session id", "one", "two", true],
    ["no session id", undefined, undefined, true],
  ] as const
) {
  Deno.test(`FoxgloveClient ${isReset ? "resets" : "keeps"} the session after a reconnect to a server with ${sessionIds}`, async () => {
    const { sessionId: _id, ...info } = FULL_SERVER_INFO;
    const { peer, server, log } = await connectedClient({}, { ...info, ...(before && { sessionId: before }) });
    peer.leaves();
    server.clock.advance(10_000);
    const again = await server.next();
    again.accepts();
    log.take();
    again.says({ ...info, ...(after && { sessionId: after }) });
    assertEquals(log.take(), [["state", "open"], ...(isReset ? [["session", after]] : [])]);
  });
}

Deno.test("FoxgloveClient does not reconnect if reconnect is false", async () => {
  const { client, peer, server, log } = await connectedClient({ reconnect: false });
  const waiting = client.waitForChannel("/a");
  peer.leaves(1001, "server shutdown");
  await assertRejects(() => waiting, ConnectionClosedError, "server shutdown");
  await client.closed;
  assertEquals(log.take(), [["state", "closed"]]);
  assertEquals([server.clock.pendingTimers, client.state.type], [0, "closed"]);
});

Deno.test("FoxgloveClient.close() cancels the next attempt", async () => {
  const { client, peer, server, log } = await connectedClient();
  peer.leaves();
  await client.close();
  await client.closed;
  assertEquals([server.clock.pendingTimers, server.pendingConnections, log.take()], [0, 0, [["state", "reconnecting"], [
    "state",
    "closed",
  ]]]);
});

Deno.test("FoxgloveClient.close() during an attempt to reconnect closes its socket", async () => {
  const { client, peer, server } = await connectedClient();
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  const closing = client.close();
  again.leaves();
  await closing;
  assertEquals([again.closedWith, server.clock.pendingTimers], [1000, 0]);
});

Deno.test("FoxgloveClient.close() does not wait for a server that never answers, and is idempotent", async () => {
  const { client, server, log } = await connectedClient();
  const closings = [client.close(), client.close()];
  server.clock.advance(2000);
  await Promise.all([...closings, client.closed, client.close()]);
  assertEquals([server.clock.pendingTimers, log.take()], [0, [["state", "closed"]]]);
});

Deno.test("FoxgloveClient.close() can be called in the hook that reports the lost connection", async () => {
  const { client, peer, server, log } = await connectedClient();
  client.addListener({ onUnadvertise: () => void client.close() });
  peer.says({ op: "advertise", channels: [A] });
  log.take();
  peer.leaves();
  await client.closed;
  assertEquals([server.clock.pendingTimers, log.take()], [0, [["state", "reconnecting"], [
    "unadvertise",
    ["/a"],
    "disconnected",
  ], [
    "state",
    "closed",
  ]]]);
});

Deno.test("FoxgloveClient closes the connection if the server sends nothing for maxSilenceMs", async () => {
  const { client, peer, server, log } = await connectedClient({ maxSilenceMs: 100 });
  for (let look = 0; look < 3; look++) {
    peer.says({ op: "time", timestamp: 1n });
    server.clock.advance(50);
    server.clock.advance(50);
  }
  assertEquals([client.state.type, peer.closedWith], ["open", undefined]);
  log.take();
  server.clock.advance(50);
  assertEquals([log.take(), peer.closedWith], [[["state", "reconnecting"]], 1000]);
  assertEquals(
    client.state.type === "reconnecting" && client.state.error.message,
    "The connection to ws://robot:8765/path was closed: the server sent nothing for 100 ms",
  );
  void client.close();
  assertEquals(server.clock.pendingTimers, 0);
});

Deno.test("FoxgloveClient keeps the connection to a server that only answers, with maxSilenceMs", async () => {
  const { client, peer, server } = await connectedClient({ maxSilenceMs: 100 });
  for (let look = 0; look < 3; look++) {
    server.clock.advance(50);
    const request = peer.takes();
    if (request.op !== "getParameters") throw new Error(`The client has sent ${request.op}`);
    assertEquals(request.parameterNames, ["foxglove-ws.none"]);
    peer.says({ op: "parameterValues", parameters: [], id: request.id! });
    server.clock.advance(50);
  }
  assertEquals(client.state.type, "open");
  server.clock.advance(50);
  server.clock.advance(50);
  assertEquals(client.state.type, "reconnecting");
  await client.close();
});

Deno.test("FoxgloveClient asks nothing of a silent server without parameters", async () => {
  const { client, peer, server } = await connectedClient({ maxSilenceMs: 100 }, {
    ...FULL_SERVER_INFO,
    capabilities: [],
  });
  server.clock.advance(50);
  peer.hearsNothing();
  server.clock.advance(50);
  assertEquals(client.state.type, "reconnecting");
  await client.close();
});
