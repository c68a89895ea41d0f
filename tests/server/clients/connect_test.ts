// Connecting: what a client is told first, and when.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertThrows } from "@std/assert/throws";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { bytes, conversation, type FakeClient, ODOM, subscription } from "../../support/conversation.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";

const JSON_SIDE = { encoding: "json", schemaName: "X", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

function all(client: FakeClient): ServerMessage[] {
  const messages: ServerMessage[] = [];
  while (client.unheard > 0) messages.push(client.takes());
  return messages;
}

Deno.test("I01 the first message is serverInfo, and what is not set is not in it", () => {
  const sent: unknown[] = [];
  const server = new FoxgloveServer({ name: "robot", sessionId: "s1" });
  const socket = new FakeServerSocket({ send: (data) => void sent.push(data) });
  server.acceptSocket(socket);
  socket.emit("close");
  assertEquals(sent, [
    '{"op":"serverInfo","name":"robot","capabilities":[],"sessionId":"s1"}',
    '{"op":"advertise","channels":[]}',
  ]);
});

Deno.test("I01 whatever is set is in serverInfo", () => {
  const { client } = conversation({
    name: "robot",
    capabilities: ["time", "clientPublish", "time"],
    supportedEncodings: ["json", "cdr"],
    metadata: { ROS_DISTRO: "jazzy" },
    sessionId: "s1",
  });
  client({ keepGreeting: true }).hears({
    op: "serverInfo",
    name: "robot",
    capabilities: ["time", "clientPublish"],
    supportedEncodings: ["json", "cdr"],
    metadata: { ROS_DISTRO: "jazzy" },
    sessionId: "s1",
  });
});

Deno.test("I02 without channels there is one empty advertise", () => {
  const { client } = conversation();
  assertEquals(all(client({ keepGreeting: true })).slice(1), [{ op: "advertise", channels: [] }]);
});

Deno.test("I03 250 channels come in three advertise messages, in the order of their ids", () => {
  const { server, client } = conversation();
  const ids = server.addChannels(Array.from({ length: 250 }, (_, index) => ({ ...ODOM, topic: `/t${index}` })));
  const parts = all(client({ keepGreeting: true })).slice(1).map((message) =>
    message.op === "advertise" ? message.channels.map(({ id }) => id) : message.op
  );
  assertEquals(parts, [ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)]);
});

Deno.test("I03 a client that comes after a change is told of the channels as they are then", () => {
  const { server, client } = conversation();
  const [first, second] = server.addChannels([ODOM, { ...ODOM, topic: "/two" }]);
  const told = () =>
    all(client({ keepGreeting: true })).slice(1).map((message) =>
      message.op === "advertise" ? message.channels.map(({ id }) => id) : message.op
    );
  assertEquals(told(), [[first, second]]);
  server.removeChannel(first ?? second as never);
  assertEquals(told(), [[second]]);
  const third = server.addChannel(ODOM);
  assertEquals(told(), [[second, third]]);
});

Deno.test("I04 services come after the channels", () => {
  const { server, client } = conversation({ capabilities: ["services"] });
  server.addChannel(ODOM);
  server.addService({ name: "/reset", type: "Reset", request: JSON_SIDE, response: JSON_SIDE });
  assertEquals(all(client({ keepGreeting: true })).map(({ op }) => op), [
    "serverInfo",
    "advertise",
    "advertiseServices",
  ]);
});

Deno.test("I04 without services, or without the capability, no service message is sent", () => {
  const { client } = conversation({ capabilities: ["services"] });
  assertEquals(all(client({ keepGreeting: true })).map(({ op }) => op), ["serverInfo", "advertise"]);
  const { server } = conversation();
  assertThrows(
    () => server.addService({ name: "/reset", type: "Reset", request: JSON_SIDE }),
    TypeError,
    'Cannot add service "/reset": the server has no capability "services"',
  );
});

Deno.test("I05 a channel added while a client connects is announced to it exactly once", () => {
  const { server, client } = conversation({
    listener: { onClientConnect: (server) => void server.addChannel({ ...ODOM, topic: "/in-hook" }) },
  });
  server.addChannel(ODOM);
  const topics = all(client({ keepGreeting: true })).flatMap((message) =>
    message.op === "advertise" ? message.channels.map(({ topic }) => topic) : []
  );
  assertEquals(topics, ["/odom", "/in-hook"]);
});

Deno.test("I06 a request that is sent before anything was read is processed", () => {
  const { server } = conversation();
  const channelId = server.addChannel(ODOM);
  const sent: unknown[] = [];
  const socket = new FakeServerSocket({ send: (data) => void sent.push(data) });
  server.acceptSocket(socket);
  socket.receive(encodeClientMessage({ op: "subscribe", subscriptions: [{ id: subscription(1), channelId }] }));
  assertEquals(server.hasSubscribers(channelId), true);
  assertEquals(sent.length, 2);
});

Deno.test("I09 a server without a session id makes one of its own", () => {
  const ids = [conversation(), conversation()].map(({ client }) => {
    const message = client({ keepGreeting: true }).takes();
    return message.op === "serverInfo" ? message.sessionId ?? "" : "";
  });
  assertNotEquals(ids[0], ids[1]);
  assertEquals(ids.map((id) => id.length >= 16), [true, true]);
});

Deno.test("I09 a new session: every client gets serverInfo, and channels and services again", () => {
  const { server, client } = conversation({ capabilities: ["services"], sessionId: "old" });
  const channelId = server.addChannel(ODOM);
  const serviceId = server.addService({ name: "/reset", type: "Reset", request: JSON_SIDE, response: JSON_SIDE });
  const clients = [client(), client()];
  clients[0]?.subscribes(4, channelId);
  server.resetSessionId("new");
  for (const each of clients) {
    each.hears(
      { op: "serverInfo", name: "test", capabilities: ["services"], supportedEncodings: ["json"], sessionId: "new" },
      { op: "advertise", channels: [{ id: channelId, ...ODOM }] },
      {
        op: "advertiseServices",
        services: [{ id: serviceId, name: "/reset", type: "Reset", request: JSON_SIDE, response: JSON_SIDE }],
      },
    );
    each.hearsNothing();
  }
  // Subscriptions live on.
  server.sendMessage(channelId, 1n, "{}");
  clients[0]?.hears({ op: "messageData", subscriptionId: subscription(4), timestamp: 1n, payload: bytes("{}") });
  // So does the new session, for those who come later.
  const late = client({ keepGreeting: true }).takes();
  assertEquals(late.op === "serverInfo" && late.sessionId, "new");
});

Deno.test("I09 resetSessionId() without an id makes a new one", () => {
  const { server, client } = conversation({ sessionId: "old" });
  const someone = client();
  server.resetSessionId();
  const message = someone.takes();
  assertEquals(message.op === "serverInfo" && message.sessionId !== "old" && message.sessionId !== undefined, true);
});

Deno.test("T03 a sticky status comes last in the greeting", () => {
  const { server, client } = conversation();
  server.sendStatus(StatusLevel.WARNING, "calibrating", { id: "cal", sticky: true });
  assertEquals(all(client({ keepGreeting: true })).at(-1), {
    op: "status",
    level: 1,
    message: "calibrating",
    id: "cal",
  });
});

Deno.test("FoxgloveServer refuses options that are out of range or contradict one another", () => {
  const refuses = (options: Record<string, unknown>, error: ErrorConstructor, text: string) =>
    assertThrows(() => new FoxgloveServer({ name: "x", ...options }), error, text);
  refuses({ name: 5 }, TypeError, '"name" is a number, not text');
  refuses({ port: 70_000 }, RangeError, '"port" is 70000, not an integer from 0 to 65535');
  refuses({ port: 1.5 }, RangeError, '"port" is 1.5');
  refuses({ maxPendingRequests: 0 }, RangeError, '"maxPendingRequests" is 0');
  refuses({ idleTimeoutMs: -1 }, RangeError, '"idleTimeoutMs" is -1');
  refuses({ idleTimeoutMs: Infinity }, RangeError, '"idleTimeoutMs" is Infinity');
  refuses({ maxAssetBytes: NaN }, RangeError, '"maxAssetBytes" is NaN');
  refuses({ requestTimeoutMs: "1" }, RangeError, '"requestTimeoutMs" is 1');
  refuses({ cert: "x" }, TypeError, '"cert" and "key" must be set together');
  refuses({ capabilities: ["parameter"] }, TypeError, 'unknown capability "parameter"');
});
