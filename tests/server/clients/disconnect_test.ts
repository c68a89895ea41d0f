// FoxgloveServer.disconnect(): closes the connection of one client.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { bytes, clientId, conversation, HookLog, ODOM, subscription } from "../../support/conversation.ts";
import { once } from "../../support/events.ts";
import { TRANSPORT_OPTIONS } from "../../support/transport.ts";

Deno.test("FoxgloveServer.disconnect() closes one connection and runs its hooks before it returns", () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    listener: {
      onClientUnsubscribe: (_server, id, { client }) => calls.note("unsubscribe", id, client.id),
      onClientDisconnect: (server, { client }) => calls.note("disconnect", client.id, server.clients.has(client.id)),
    },
  });
  const id = server.addChannel(ODOM);
  const [app, other] = [client(), client()];
  for (const each of [app, other]) each.subscribes(1, id);
  assertEquals(server.disconnect(clientId(1), { code: 4001, reason: "rights have changed" }), true);
  assertEquals(calls.take(), [["unsubscribe", id, 1], ["disconnect", 1, false]]);
  assertEquals(app.closedWith, { code: 4001, reason: "rights have changed" });
  server.sendMessage(id, 1n, "x");
  app.hearsNothing();
  other.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("x") });
  assertEquals(other.closedWith, undefined);
});

Deno.test("FoxgloveServer.disconnect() does nothing for a client that has disconnected", () => {
  const { server, client } = conversation();
  client();
  assertEquals(server.disconnect(clientId(1)), true);
  assertEquals([server.disconnect(clientId(1)), server.disconnect(clientId(9))], [false, false]);
});

Deno.test("FoxgloveServer.disconnect() inside a hook takes effect after all hooks of the message", () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    listener: {
      onSubscribe: (server, id, { client }) => {
        calls.note("first", id);
        server.disconnect(client.id);
      },
      onClientSubscribe: (_server, id) => calls.note("subscribe", id),
      onClientUnsubscribe: (_server, id) => calls.note("unsubscribe", id),
      onUnsubscribe: (_server, id) => calls.note("last", id),
      onClientDisconnect: () => calls.note("disconnect"),
    },
  });
  const [a, b] = server.addChannels(["/a", "/b"].map((topic) => ({ ...ODOM, topic })));
  const subscriptions = [a!, b!].map((channelId) => ({ id: subscription(channelId), channelId }));
  client().says({ op: "subscribe", subscriptions });
  assertEquals(calls.take(), [["first", a], ["subscribe", a], ["unsubscribe", a], ["last", a], ["disconnect"]]);
});

Deno.test("FoxgloveServer.disconnect() rejects codes and reasons that cannot be sent", () => {
  const { server, client } = conversation();
  client();
  for (const code of [0, 999, 1004, 1005, 1006, 1014, 1015, 2999, 5000, 1000.5, NaN]) {
    assertThrows(() => server.disconnect(clientId(1), { code }), RangeError, `code ${code} is not one of`);
  }
  assertThrows(
    () => server.disconnect(clientId(1), { reason: "ö".repeat(62) }),
    RangeError,
    "the reason has 124 bytes",
  );
  assertEquals(server.clients.size, 1);
  assertEquals(server.disconnect(clientId(1), { reason: "ö".repeat(61) }), true);
});

Deno.test("FoxgloveServer.disconnect() sends the code and the reason to a real client", async () => {
  const connected = Promise.withResolvers<void>();
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    listener: { onClientConnect: () => connected.resolve() },
  });
  await server.start();
  const socket = new WebSocket(server.url!);
  const closed = once<CloseEvent>(socket, "close");
  await connected.promise;
  for (const id of server.clients.keys()) server.disconnect(id);
  const { code, reason } = await closed;
  assertEquals([code, reason], [1008, "disconnected by the server"]);
});
