import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { bytes, channel, service, subscription } from "../support/conversation.ts";
import { ABLE, meeting } from "../support/fake_server.ts";

const A = { id: channel(1), topic: "/a", encoding: "json", schemaName: "", schema: "" };
const CMD = { topic: "/cmd", encoding: "json", schemaName: "" };

Deno.test("Y01 a lost server is connected to again with back-off; topics are subscribed, client channels advertised", async () => {
  const { client, peer, server, log } = await meeting();
  peer.says({ op: "advertise", channels: [A] });
  const messages = client.subscribe("/a");
  const id = client.advertise(CMD);
  log.take();

  peer.leaves(1001, "server shutdown");
  assertEquals(log.take(), [["state", "reconnecting"], ["unadvertise", ["/a"]]]);
  assertEquals([client.channels.size, messages.channels], [0, []]);
  // No attempt comes before the shortest wait.
  server.clock.advance(999);
  assertEquals(server.unanswered, 0);
  server.clock.advance(1001);
  (await server.next()).fails("refused");
  assertEquals(client.state.type === "reconnecting" && client.state.failures, 2);

  server.clock.advance(4000);
  const again = await server.next();
  again.accepts();
  again.says(ABLE);
  again.hears({ op: "advertise", channels: [{ ...CMD, id }] });
  again.says({ op: "advertise", channels: [{ ...A, id: channel(9) }] });
  again.hears({ op: "subscribe", subscriptions: [{ id: subscription(2), channelId: channel(9) }] });
  again.says({ op: "messageData", subscriptionId: subscription(2), timestamp: 5n, payload: bytes("x") });
  assertEquals((await messages.next()).value?.channel.id, channel(9));
  assertEquals(log.take(), [["state", "reconnecting"], ["state", "open"], ["advertise", ["/a"]]]);
  assertEquals(client.state, { type: "open", subprotocol: "foxglove.sdk.v1" });
});

Deno.test("FoxgloveClient forgets with the connection what the server told on it", async () => {
  const { client, peer, server, log } = await meeting();
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
  assertEquals(log.take(), [["state", "reconnecting"], ["unadvertise", ["/a"]], ["no services", ["/s"]]]);
  assertEquals(
    [client.channels.size, client.services.size, client.statuses.size, client.parameters.size, client.time],
    [0, 0, 0, 0, undefined],
  );
  assertEquals(client.serverInfo, ABLE);
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(ABLE, { op: "time", timestamp: 4n });
  // The clock of another connection did not jump.
  assertEquals(log.take(), [["state", "open"], ["time", 4n, false]]);
});

for (
  const [what, before, after, isReset] of [
    ["the same session id", "one", "one", false],
    ["another session id", "one", "two", true],
    ["no session id", undefined, undefined, true],
  ] as const
) {
  Deno.test(`FoxgloveClient ${isReset ? "resets" : "keeps"} the session when a server comes back with ${what}`, async () => {
    const { sessionId: _id, ...info } = ABLE;
    const { peer, server, log } = await meeting({}, { ...info, ...(before && { sessionId: before }) });
    peer.leaves();
    server.clock.advance(10_000);
    const again = await server.next();
    again.accepts();
    log.take();
    again.says({ ...info, ...(after && { sessionId: after }) });
    assertEquals(log.take(), [["state", "open"], ...(isReset ? [["session", after]] : [])]);
  });
}

Deno.test("FoxgloveClient does not connect again with reconnect: false", async () => {
  const { client, peer, server, log } = await meeting({ reconnect: false });
  const waiting = client.waitForChannel("/a");
  peer.leaves(1001, "server shutdown");
  await assertRejects(() => waiting, ConnectionClosedError, "server shutdown");
  await client.closed;
  assertEquals(log.take(), [["state", "closed"]]);
  assertEquals([server.clock.alarms, client.state.type], [0, "closed"]);
});

Deno.test("FoxgloveClient.close() ends the wait for the next attempt", async () => {
  const { client, peer, server, log } = await meeting();
  peer.leaves();
  await client.close();
  await client.closed;
  assertEquals([server.clock.alarms, server.unanswered, log.take()], [0, 0, [["state", "reconnecting"], [
    "state",
    "closed",
  ]]]);
});

Deno.test("FoxgloveClient.close() during an attempt to connect again closes its socket", async () => {
  const { client, peer, server } = await meeting();
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  const closing = client.close();
  again.leaves();
  await closing;
  assertEquals([again.closedWith, server.clock.alarms], [1000, 0]);
});

Deno.test("FoxgloveClient.close() does not wait for a server that never answers, and is idempotent", async () => {
  const { client, server, log } = await meeting();
  const closings = [client.close(), client.close()];
  server.clock.advance(2000);
  await Promise.all([...closings, client.closed, client.close()]);
  assertEquals([server.clock.alarms, log.take()], [0, [["state", "closed"]]]);
});

Deno.test("FoxgloveClient can be closed by the hook that hears of the loss", async () => {
  const { client, peer, server, log } = await meeting();
  client.addListener({ onUnadvertise: () => void client.close() });
  peer.says({ op: "advertise", channels: [A] });
  log.take();
  peer.leaves();
  await client.closed;
  assertEquals([server.clock.alarms, log.take()], [0, [["state", "reconnecting"], ["unadvertise", ["/a"]], [
    "state",
    "closed",
  ]]]);
});

Deno.test("FoxgloveClient gives up a connection on which nothing came for maxSilenceMs", async () => {
  const { client, peer, server, log } = await meeting({ maxSilenceMs: 100 });
  for (let look = 0; look < 3; look++) {
    peer.says({ op: "time", timestamp: 1n });
    server.clock.advance(100);
  }
  assertEquals([client.state.type, peer.closedWith], ["open", undefined]);
  log.take();
  server.clock.advance(100);
  assertEquals([log.take(), peer.closedWith], [[["state", "reconnecting"]], 1000]);
  assertEquals(
    client.state.type === "reconnecting" && client.state.error.message,
    "The connection to ws://robot:8765/path was closed: the server sent nothing for 100 ms",
  );
  void client.close();
  assertEquals(server.clock.alarms, 0);
});
