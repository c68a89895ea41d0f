// FoxgloveServer.publish(): values on topics, without a channel of one's own.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ChannelId } from "../../../src/protocol/ids.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { clientId, conversation, type FakeClient, ODOM, subscription } from "../../support/conversation.ts";

/** The only channel of a topic. */
function channelOf(server: FoxgloveServer, topic: string) {
  const channels = [...server.channels.values()].filter((channel) => channel.topic === topic);
  assertEquals(channels.length, 1);
  return channels[0]!;
}

function payloads(app: FakeClient): string[] {
  return app.takesAll().flatMap((message) =>
    message.op === "messageData" ? [new TextDecoder().decode(message.payload)] : []
  );
}

Deno.test("FoxgloveServer.publish() makes a JSON channel with a schema, and sends later values on it", () => {
  const { server, client } = conversation();
  server.publish("/battery", { volts: 12.5, cells: [{ ok: true }] });
  const { id, ...channel } = channelOf(server, "/battery");
  assertEquals(channel, {
    topic: "/battery",
    encoding: "json",
    schemaName: "battery",
    schemaEncoding: "jsonschema",
    schema: JSON.stringify({
      type: "object",
      properties: {
        volts: { type: "number" },
        cells: { type: "array", items: { type: "object", properties: { ok: { type: "boolean" } } } },
      },
    }),
  });
  const app = client();
  app.subscribes(1, id);
  app.takesAll();
  server.publish("/battery", { volts: 12.25, cells: [] }, { timestamp: 9n });
  app.hears({
    op: "messageData",
    subscriptionId: subscription(1),
    timestamp: 9n,
    payload: new TextEncoder().encode('{"volts":12.25,"cells":[]}'),
  });
});

Deno.test("FoxgloveServer.publish() uses the options of the channel only when it makes the channel", () => {
  const { server, client } = conversation();
  server.publish("/map", { cells: 1 }, { latch: true, metadata: { unit: "m" } });
  server.publish("/map", { cells: 2 }, { metadata: { unit: "km" } });
  const { id, metadata } = channelOf(server, "/map");
  assertEquals(metadata, { unit: "m", "foxglove-ws.latchDepth": "1" });
  const app = client();
  app.subscribes(1, id);
  assertEquals(payloads(app), ['{"cells":2}']);
});

Deno.test("FoxgloveServer.publish() sends to one client", () => {
  const { server, client } = conversation();
  server.publish("/x", { x: 0 });
  const apps = [client(), client()];
  for (const app of apps) app.subscribes(1, channelOf(server, "/x").id);
  server.publish("/x", { x: 1 }, { to: clientId(2) });
  assertEquals(apps.map(payloads), [[], ['{"x":1}']]);
});

Deno.test("FoxgloveServer.publish() uses a live JSON channel of the topic, and keeps its schema", () => {
  const { server, client, log } = conversation();
  const id = server.addChannel({ ...ODOM, topic: "/odom" });
  const app = client();
  app.subscribes(1, id);
  server.publish("/odom", { x: 1 });
  server.publish("/odom", { y: 2 });
  assertEquals([server.channels.size, payloads(app)], [1, ['{"x":1}', '{"y":2}']]);
  assertEquals(log.filter((line) => line.startsWith("warn")), []);
});

Deno.test("FoxgloveServer.publish() rejects a topic whose channel has another encoding", () => {
  const { server } = conversation();
  const id = server.addChannel({ topic: "/odom", encoding: "ros1", schemaName: "Odom", schema: "float64 x" });
  const text = 'Cannot publish on "/odom": its channel has encoding "ros1", not "json"';
  assertThrows(() => server.publish("/odom", { x: 1 }), TypeError, text);
  server.removeChannel(id);
  server.publish("/odom", { x: 1 });
  assertEquals(channelOf(server, "/odom").encoding, "json");
});

Deno.test("FoxgloveServer.publish() makes a new channel after its channel was removed", () => {
  const { server } = conversation();
  server.publish("/x", { a: 1 });
  const { id } = channelOf(server, "/x");
  server.removeChannel(id);
  server.publish("/x", { b: "text" });
  const next = channelOf(server, "/x");
  assertEquals([next.id === id, JSON.parse(next.schema as string).properties], [false, { b: { type: "string" } }]);
});

Deno.test("FoxgloveServer.publish() warns once about values that do not fit, and sends them", () => {
  const { server, client, log } = conversation();
  server.publish("/x", { a: 1 }, { timestamp: 0n });
  const app = client();
  app.subscribes(1, channelOf(server, "/x").id);
  const warnings = () => log.filter((line) => line.startsWith('warn: Topic "/x"'));
  for (let count = 0; count < 99; count++) server.publish("/x", { a: count }, { timestamp: BigInt(count) });
  // After 100 values, one in a second is compared.
  server.publish("/x", { a: "text" }, { timestamp: 100n });
  server.publish("/x", { a: "text" }, { timestamp: 1_000_000_097n });
  assertEquals(warnings(), []);
  server.publish("/x", { a: "text" }, { timestamp: 1_000_000_098n });
  const [warning = ""] = warnings();
  assertEquals([warning.includes('"a"'), warning.includes('channel("/x", json({ example }))')], [true, true], warning);
  server.publish("/x", { b: 1 }, { timestamp: 9_000_000_000n });
  assertEquals([warnings().length, payloads(app).slice(-2)], [1, ['{"a":"text"}', '{"b":1}']]);
});

Deno.test("FoxgloveServer.publish() compares the first 100 values, and values whose time goes back", () => {
  const { server, client, log } = conversation();
  for (const topic of ["/early", "/back"]) {
    server.publish(topic, { a: 1 }, { timestamp: 5_000_000_000n });
    client().subscribes(1, channelOf(server, topic).id);
  }
  server.publish("/early", { b: 1 }, { timestamp: 5_000_000_000n });
  for (let count = 0; count < 100; count++) server.publish("/back", { a: 1 }, { timestamp: 5_000_000_000n });
  server.publish("/back", { b: 1 }, { timestamp: 5_000_000_001n });
  const warned = () => log.filter((line) => line.startsWith("warn")).map((line) => line.slice(0, 20));
  assertEquals(warned(), ['warn: Topic "/early"']);
  server.publish("/back", { b: 1 }, { timestamp: 4_999_999_999n });
  assertEquals(warned(), ['warn: Topic "/early"', 'warn: Topic "/back":']);
});

Deno.test("FoxgloveServer.publish() names topic and member of a value that JSON cannot express", () => {
  const { server, client } = conversation();
  assertThrows(() => server.publish("/x", { pose: new Map() }), TypeError, 'Cannot publish on "/x": ');
  assertThrows(() => server.publish("/x", 5 as unknown as object), TypeError, 'Cannot publish on "/x": ');
  // A call that fails makes no channel.
  const date = new Date(0) as unknown as bigint;
  const text = "its timestamp is a Date, not a bigint of nanoseconds";
  assertThrows(() => server.publish("/x", { a: 1 }, { timestamp: date }), TypeError, text);
  assertEquals(server.channels.size, 0);
  server.publish("/x", { pose: 1 });
  const app = client();
  app.subscribes(1, channelOf(server, "/x").id);
  app.takesAll();
  const error = assertThrows(() => server.publish("/x", { pose: { x: 5n } }), TypeError, 'Cannot send on "/x": ');
  assertEquals(error.message.includes("pose.x"), true, error.message);
  app.hearsNothing();
});

Deno.test("FoxgloveServer.publish() encodes nothing without subscribers, except the first value", () => {
  const { server } = conversation();
  let reads = 0;
  const value = {
    get volts() {
      reads += 1;
      return 12;
    },
  };
  server.publish("/x", value);
  const first = reads;
  server.publish("/x", value);
  assertEquals([first > 0, reads], [true, first]);
});

Deno.test("FoxgloveServer.publish() treats __proto__ as an ordinary topic", () => {
  const { server } = conversation();
  server.publish("__proto__", { a: 1 });
  server.publish("__proto__", { a: 2 });
  assertEquals(channelOf(server, "__proto__").id, 1 as ChannelId);
});

Deno.test("FoxgloveServer.publish() does nothing after the server was closed", async () => {
  const { server } = conversation();
  server.publish("/x", { a: 1 });
  await server.close({ graceMs: 0 });
  server.publish("/x", { a: new Map() });
  server.publish("/new", { a: 1 });
  assertEquals(server.channels.size, 1);
});
