// Connecting: the first messages to a client, and when they are sent.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertThrows } from "@std/assert/throws";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { bytes, conversation, ODOM, subscription } from "../../support/conversation.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";

const JSON_SIDE = { encoding: "json", schemaName: "X", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

Deno.test("I01 FoxgloveServer sends serverInfo first, and leaves out options that are not set", () => {
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

Deno.test("I01 FoxgloveServer sends all options that are set in serverInfo", () => {
  const { client } = conversation({
    name: "robot",
    capabilities: ["time", "clientPublish", "time"],
    supportedEncodings: ["json", "cdr"],
    metadata: { ROS_DISTRO: "jazzy" },
    sessionId: "s1",
  });
  client({ keepFirstMessages: true }).hears({
    op: "serverInfo",
    name: "robot",
    capabilities: ["time", "clientPublish"],
    supportedEncodings: ["json", "cdr"],
    metadata: { ROS_DISTRO: "jazzy" },
    sessionId: "s1",
  });
});

Deno.test("I02 FoxgloveServer without channels sends one empty advertise", () => {
  const { client } = conversation();
  assertEquals(client({ keepFirstMessages: true }).takesAll().slice(1), [{ op: "advertise", channels: [] }]);
});

Deno.test("I03 FoxgloveServer sends 250 channels in three advertise messages, in the order of their ids", () => {
  const { server, client } = conversation();
  const ids = server.addChannels(Array.from({ length: 250 }, (_, index) => ({ ...ODOM, topic: `/t${index}` })));
  const parts = client({ keepFirstMessages: true }).takesAll().slice(1).map((message) =>
    message.op === "advertise" ? message.channels.map(({ id }) => id) : message.op
  );
  assertEquals(parts, [ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)]);
});

Deno.test("I03 FoxgloveServer advertises the current channels to a client that connects after a change", () => {
  const { server, client } = conversation();
  const [first, second] = server.addChannels([ODOM, { ...ODOM, topic: "/two" }]);
  const advertisedIds = () =>
    client({ keepFirstMessages: true }).takesAll().slice(1).map((message) =>
      message.op === "advertise" ? message.channels.map(({ id }) => id) : message.op
    );
  assertEquals(advertisedIds(), [[first, second]]);
  server.removeChannel(first ?? second as never);
  assertEquals(advertisedIds(), [[second]]);
  const third = server.addChannel(ODOM);
  assertEquals(advertisedIds(), [[second, third]]);
});

Deno.test("I04 FoxgloveServer sends services after the channels", () => {
  const { server, client } = conversation({ capabilities: ["services"] });
  server.addChannel(ODOM);
  server.addService({ name: "/reset", type: "Reset", request: JSON_SIDE, response: JSON_SIDE });
  assertEquals(client({ keepFirstMessages: true }).takesAll().map(({ op }) => op), [
    "serverInfo",
    "advertise",
    "advertiseServices",
  ]);
});

Deno.test("I04 FoxgloveServer sends no service message without services or without the capability", () => {
  const { client } = conversation({ capabilities: ["services"] });
  assertEquals(client({ keepFirstMessages: true }).takesAll().map(({ op }) => op), ["serverInfo", "advertise"]);
  const { server } = conversation();
  assertThrows(
    () => server.addService({ name: "/reset", type: "Reset", request: JSON_SIDE }),
    TypeError,
    'Cannot add service "/reset": the server has no capability "services"',
  );
});

Deno.test("I05 FoxgloveServer advertises a channel exactly once that is added while the client connects", () => {
  const { server, client } = conversation({
    listener: { onClientConnect: (server) => void server.addChannel({ ...ODOM, topic: "/in-hook" }) },
  });
  server.addChannel(ODOM);
  const topics = client({ keepFirstMessages: true }).takesAll().flatMap((message) =>
    message.op === "advertise" ? message.channels.map(({ topic }) => topic) : []
  );
  assertEquals(topics, ["/odom", "/in-hook"]);
});

Deno.test("I06 FoxgloveServer handles a request from a client that has not read anything yet", () => {
  const { server } = conversation();
  const channelId = server.addChannel(ODOM);
  const sent: unknown[] = [];
  const socket = new FakeServerSocket({ send: (data) => void sent.push(data) });
  server.acceptSocket(socket);
  socket.receive(encodeClientMessage({ op: "subscribe", subscriptions: [{ id: subscription(1), channelId }] }));
  assertEquals(server.hasSubscribers(channelId), true);
  assertEquals(sent.length, 2);
});

Deno.test("I09 FoxgloveServer without a session id generates one", () => {
  const ids = [conversation(), conversation()].map(({ client }) => {
    const message = client({ keepFirstMessages: true }).takes();
    return message.op === "serverInfo" ? message.sessionId ?? "" : "";
  });
  assertNotEquals(ids[0], ids[1]);
  assertEquals(ids.map((id) => id.length >= 16), [true, true]);
});

Deno.test("I09 FoxgloveServer.resetSessionId() sends serverInfo, channels and services again to every client", () => {
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
  // Subscriptions continue.
  server.sendMessage(channelId, 1n, "{}");
  clients[0]?.hears({ op: "messageData", subscriptionId: subscription(4), timestamp: 1n, payload: bytes("{}") });
  // Clients that connect later get the new session, too.
  const late = client({ keepFirstMessages: true }).takes();
  assertEquals(late.op === "serverInfo" && late.sessionId, "new");
});

Deno.test("I09 FoxgloveServer.resetSessionId() without an id generates one", () => {
  const { server, client } = conversation({ sessionId: "old" });
  const someone = client();
  server.resetSessionId();
  const message = someone.takes();
  assertEquals(message.op === "serverInfo" && message.sessionId !== "old" && message.sessionId !== undefined, true);
});

Deno.test("T03 FoxgloveServer sends sticky statuses last among the first messages", () => {
  const { server, client } = conversation();
  server.sendStatus(StatusLevel.WARNING, "calibrating", { id: "cal", sticky: true });
  assertEquals(client({ keepFirstMessages: true }).takesAll().at(-1), {
    op: "status",
    level: 1,
    message: "calibrating",
    id: "cal",
  });
});

Deno.test("FoxgloveServer rejects options that are out of range or contradict each other", () => {
  const rejects = (options: Record<string, unknown>, error: ErrorConstructor, text: string) =>
    assertThrows(() => new FoxgloveServer({ name: "x", ...options }), error, text);
  rejects({ name: 5 }, TypeError, '"name" is a number, not text');
  rejects({ port: "9553" }, RangeError, '"port" is "9553", not an integer from 0 to 65535');
  rejects({ port: 70_000 }, RangeError, '"port" is 70000, not an integer from 0 to 65535');
  rejects({ port: 8765n }, RangeError, '"port" is 8765n, not an integer from 0 to 65535');
  rejects({ port: null }, RangeError, '"port" is null, not an integer from 0 to 65535');
  rejects({ port: 1.5 }, RangeError, '"port" is 1.5');
  rejects({ maxPendingRequests: 0 }, RangeError, '"maxPendingRequests" is 0');
  rejects({ idleTimeoutMs: -1 }, RangeError, '"idleTimeoutMs" is -1');
  rejects({ idleTimeoutMs: Infinity }, RangeError, '"idleTimeoutMs" is Infinity');
  rejects({ maxAssetBytes: NaN }, RangeError, '"maxAssetBytes" is NaN');
  rejects({ requestTimeoutMs: "1" }, RangeError, '"requestTimeoutMs" is "1"');
  rejects({ cert: "x" }, TypeError, '"cert" and "key" must be set together');
  rejects({ capabilities: ["parameter"] }, TypeError, 'unknown capability "parameter"');
});
