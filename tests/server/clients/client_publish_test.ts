// Client publishing: client channels, and the messages on them.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import type { ClientChannel } from "../../../src/protocol/client_publish.ts";
import type { ClientChannelId } from "../../../src/protocol/ids.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener, PublishContext } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import {
  bytes,
  clientChannel,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  ODOM,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const ID = clientChannel(7);
const CMD: ClientChannel = { id: ID, topic: "/cmd", encoding: "json", schemaName: "Cmd" };

/** A server that lets clients publish. It records the arguments of its hooks as: name of the hook, client id, rest. */
function publishing(options: Partial<FoxgloveServerOptions> = {}): Conversation & { calls: HookLog } {
  const calls = new HookLog();
  const listener: FoxgloveServerListener = {
    onClientAdvertise: (_server, channel, { client }) => calls.note("advertise", client.id, channel),
    onClientUnadvertise: (_server, channelId, { client }) => calls.note("unadvertise", client.id, channelId),
    onClientMessage: (_server, channelId, payload, { client }) => calls.note("message", client.id, channelId, payload),
    onClientDisconnect: (_server, { client }) => calls.note("disconnect", client.id),
  };
  return { ...conversation({ capabilities: ["clientPublish"], listener, ...options }), calls };
}

function advertises(client: FakeClient, ...channels: ClientChannel[]): void {
  client.says({ op: "advertise", channels });
}

/** Bytes as they are on the wire, for messages that our own encoder rejects. */
function advertisesRaw(client: FakeClient, ...channels: object[]): void {
  client.saysRaw(JSON.stringify({ op: "advertise", channels }));
}

function unadvertises(client: FakeClient, ...channelIds: ClientChannelId[]): void {
  client.says({ op: "unadvertise", channelIds });
}

function publishes(client: FakeClient, channelId: ClientChannelId, text: string): void {
  client.says({ op: "messageData", channelId, payload: bytes(text) });
}

const WIRE_CHANNEL = { id: 7, topic: "/cmd", encoding: "json", schemaName: "Cmd" };

Deno.test("onClientMessage and onClientUnadvertise get the channel in their context", () => {
  const seen: unknown[] = [];
  const { client } = conversation({
    capabilities: ["clientPublish"],
    listener: {
      onClientMessage: (_server, _id, _payload, context) => void seen.push(context),
      onClientUnadvertise: (_server, _id, { channel }) => void seen.push(channel),
    },
  });
  const app = client();
  advertises(app, CMD);
  publishes(app, ID, "{}");
  publishes(app, ID, "{}");
  unadvertises(app, ID);
  const [first, second, channel] = seen;
  assertEquals([(first as PublishContext).channel, (first as PublishContext).client.id as number], [CMD, 1]);
  // One object for all messages of a channel, and hooks cannot change it.
  assertStrictEquals(second, first);
  assertEquals([Object.isFrozen(first), channel], [true, CMD]);
});

const ADVERTISED: Readonly<Record<string, { wire: object; channel: ClientChannel }>> = {
  "without a schema": { wire: WIRE_CHANNEL, channel: CMD },
  "whose schema is null": { wire: { ...WIRE_CHANNEL, schema: null, schemaEncoding: null }, channel: CMD },
  "with a text schema": {
    wire: { ...WIRE_CHANNEL, schema: '{"type":"object"}', schemaEncoding: "jsonschema" },
    channel: { ...CMD, schema: '{"type":"object"}', schemaEncoding: "jsonschema" },
  },
  "whose schema is empty": { wire: { ...WIRE_CHANNEL, schema: "" }, channel: { ...CMD, schema: "" } },
  "whose schemaEncoding is empty": { wire: { ...WIRE_CHANNEL, schemaEncoding: "" }, channel: CMD },
  "with a binary schema": {
    wire: { ...WIRE_CHANNEL, encoding: "protobuf", schema: "3q2+7w==", schemaEncoding: "protobuf" },
    channel: {
      ...CMD,
      encoding: "protobuf",
      schema: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
      schemaEncoding: "protobuf",
    },
  },
  "with a binary schema, because of its encoding alone": {
    wire: { ...WIRE_CHANNEL, encoding: "flatbuffer", schema: "AA==" },
    channel: { ...CMD, encoding: "flatbuffer", schema: Uint8Array.of(0) },
  },
  "without a schema, in an encoding with binary schemas": {
    wire: { ...WIRE_CHANNEL, encoding: "protobuf", schemaEncoding: "protobuf" },
    channel: { ...CMD, encoding: "protobuf", schemaEncoding: "protobuf" },
  },
  "with the id 0 and an empty schemaName": {
    wire: { ...WIRE_CHANNEL, id: 0, schemaName: "" },
    channel: { ...CMD, id: clientChannel(0), schemaName: "" },
  },
  "with the largest id": {
    wire: { ...WIRE_CHANNEL, id: 0xffff_ffff },
    channel: { ...CMD, id: clientChannel(0xffff_ffff) },
  },
  "with a topic that is also a member of every object": {
    wire: { ...WIRE_CHANNEL, topic: "__proto__", schemaName: "constructor" },
    channel: { ...CMD, topic: "__proto__", schemaName: "constructor" },
  },
};

for (const [what, { wire, channel }] of Object.entries(ADVERTISED)) {
  Deno.test(`P01 onClientAdvertise gets the client and the channel for a channel ${what}`, () => {
    const { client, calls } = publishing();
    const app = client();
    advertisesRaw(app, wire);
    assertEquals(calls.take(), [["advertise", 1, channel]]);
    app.hearsNothing();
  });
}

Deno.test("P01 onClientAdvertise is called once per channel of a message, in their order", () => {
  const { client, calls } = publishing();
  const app = client();
  const channels = [9, 2, 5].map((id) => ({ ...CMD, id: clientChannel(id), topic: `/cmd/${id}` }));
  advertises(app, ...channels);
  assertEquals(calls.take(), channels.map((channel) => ["advertise", 1, channel]));
  advertises(app);
  assertEquals(calls.take(), []);
  app.hearsNothing();
});

Deno.test("P01 a client channel may have the id and topic of a server channel, and is advertised to no client", () => {
  const { server, client, calls } = publishing();
  const id = server.addChannel(ODOM);
  const [app, other] = [client(), client()];
  advertises(app, { ...CMD, id: clientChannel(id), topic: ODOM.topic });
  assertEquals(calls.take(), [["advertise", 1, { ...CMD, id: clientChannel(id), topic: ODOM.topic }]]);
  assertEquals([...server.channels.keys()], [id]);
  app.hearsNothing();
  other.hearsNothing();
});

Deno.test("P01 the publishing hooks get the client and the server", () => {
  const seen: unknown[] = [];
  const { server, client } = conversation({
    capabilities: ["clientPublish"],
    listener: { onClientAdvertise: (server, _channel, context) => void seen.push(server, context.client) },
  });
  const app = client({ subprotocol: "foxglove.sdk.v1", userAgent: "app" });
  advertises(app, CMD);
  assertStrictEquals(seen[0], server);
  assertStrictEquals(seen[1], server.clients.values().next().value);
});

Deno.test("P02 FoxgloveServer sends an ERROR for client publishing without the capability, and calls no hook", () => {
  const { client, calls } = publishing({ capabilities: ["services", "parameters"] });
  const app = client();
  advertises(app, CMD, { ...CMD, id: clientChannel(8) });
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot advertise: the server has no capability "clientPublish"',
  });
  // The client already got an ERROR for these channels.
  publishes(app, ID, "{}");
  unadvertises(app, ID, clientChannel(8));
  app.hearsNothing();
  publishes(app, ID, "{}");
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot publish: the server has no capability "clientPublish"',
  });
  unadvertises(app, ID);
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot unadvertise: the server has no capability "clientPublish"',
  });
  app.hearsNothing();
  app.leaves();
  assertEquals(calls.take(), [["disconnect", 1]]);
});

Deno.test("P03 FoxgloveServer sends a WARNING for a channel that is advertised again, and ignores it", () => {
  const { client, calls } = publishing();
  const app = client();
  const channel: ClientChannel = { ...CMD, schema: Uint8Array.of(1, 2), schemaEncoding: "protobuf" };
  advertises(app, channel);
  calls.take();
  advertises(app, channel);
  app.hearsStatus(StatusLevel.WARNING, 'Cannot advertise "/cmd": already advertised');
  app.hearsNothing();
  assertEquals(calls.take(), []);
  app.leaves();
  assertEquals(calls.take(), [["unadvertise", 1, ID], ["disconnect", 1]]);
});

const DIFFERENT: Readonly<Record<string, Partial<ClientChannel>>> = {
  "topic": { topic: "/other" },
  "encoding": { encoding: "cdr" },
  "schemaName": { schemaName: "Other" },
  "schemaEncoding": { schemaEncoding: "ros2idl" },
  "schema": { schema: "bool stop" },
};

for (const [what, members] of Object.entries(DIFFERENT)) {
  Deno.test(`P03 FoxgloveServer sends an ERROR for an id in use with another ${what}, and keeps the first channel`, () => {
    const { client, calls } = publishing();
    const app = client();
    advertises(app, { ...CMD, schema: "bool go", schemaEncoding: "ros2msg" });
    calls.take();
    advertises(app, { ...CMD, schema: "bool go", schemaEncoding: "ros2msg", ...members });
    app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "', 'in use for "/cmd"');
    app.hearsNothing();
    publishes(app, ID, "still the first");
    assertEquals(calls.take(), [["message", 1, ID, bytes("still the first")]]);
    // The server compares with the first channel again, not with the rejected one.
    advertises(app, { ...CMD, schema: "bool go", schemaEncoding: "ros2msg" });
    app.hearsStatus(StatusLevel.WARNING, "already advertised");
  });
}

Deno.test("P03 FoxgloveServer accepts the first of two entries with the same id, and the entries after them", () => {
  const { client, calls } = publishing();
  const app = client();
  const next = { ...CMD, id: clientChannel(8) };
  advertises(app, CMD, { ...CMD, topic: "/other" }, CMD, next);
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/other"');
  app.hearsStatus(StatusLevel.WARNING, 'Cannot advertise "/cmd"');
  app.hearsNothing();
  assertEquals(calls.take(), [["advertise", 1, CMD], ["advertise", 1, next]]);
});

Deno.test("P04 FoxgloveServer sends an ERROR for an undeclared encoding, and accepts the other entries", () => {
  const { client, calls } = publishing({ supportedEncodings: ["json", "ros1"] });
  const app = client();
  const ros1 = { ...CMD, id: clientChannel(9), encoding: "ros1" };
  advertises(app, CMD, { ...CMD, id: clientChannel(8), encoding: "cdr" }, ros1);
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/cmd": the server does not support encoding "cdr"');
  app.hearsNothing();
  assertEquals(calls.take(), [["advertise", 1, CMD], ["advertise", 1, ros1]]);
  publishes(app, clientChannel(8), "x");
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

Deno.test("P04 FoxgloveServer with an empty list of encodings accepts no channel", () => {
  const { client, calls } = publishing({ supportedEncodings: [] });
  const app = client();
  advertises(app, CMD);
  app.hearsStatus(StatusLevel.ERROR, 'encoding "json"');
  assertEquals(calls.take(), []);
});

Deno.test("P04 FoxgloveServer without a list of encodings accepts any encoding, also if it has services", () => {
  const { server, client, calls } = publishing({ capabilities: ["clientPublish", "services"] });
  const side = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
  server.addService({ name: "/reset", type: "Reset", request: side, response: side });
  const app = client();
  advertises(app, { ...CMD, encoding: "xml" });
  assertEquals(calls.take(), [["advertise", 1, { ...CMD, encoding: "xml" }]]);
  app.hearsNothing();
});

Deno.test("P04 FoxgloveServer adds the request encodings of its services to the declared encodings", () => {
  const { server, client, calls } = publishing({
    capabilities: ["clientPublish", "services"],
    supportedEncodings: ["json"],
  });
  const side = { encoding: "ros1", schemaName: "Empty", schemaEncoding: "ros1msg", schema: "bool x" };
  server.addService({ name: "/reset", type: "Reset", request: side, response: side });
  const app = client();
  advertises(app, { ...CMD, encoding: "ros1" });
  assertEquals(calls.take(), [["advertise", 1, { ...CMD, encoding: "ros1" }]]);
  app.hearsNothing();
});

for (const schema of ["no base64!", "3q2+7w=", "3q2-7w==", "3q2+7w==\n"]) {
  for (const [encoding, schemaEncoding] of [["protobuf", "protobuf"], ["cdr", "flatbuffer"], ["protobuf", null]]) {
    const what = `${JSON.stringify(schema)} for ${encoding} and ${schemaEncoding}`;
    Deno.test(`P05 FoxgloveServer sends an ERROR for a binary schema that is not base64, and ignores the channel: ${what}`, () => {
      const { client, calls } = publishing();
      const app = client();
      advertisesRaw(app, { ...WIRE_CHANNEL, encoding, schemaEncoding, schema });
      app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/cmd"', "not base64");
      app.hearsNothing();
      publishes(app, ID, "x");
      app.hearsNothing();
      assertEquals(calls.take(), []);
      advertises(app, CMD);
      publishes(app, ID, "y");
      assertEquals(calls.take(), [["advertise", 1, CMD], ["message", 1, ID, bytes("y")]]);
    });
  }
}

Deno.test("P05 FoxgloveServer accepts a text schema that is not base64", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, { ...CMD, encoding: "cdr", schemaEncoding: "ros2msg", schema: "no base64!" });
  assertEquals(calls.take().length, 1);
  app.hearsNothing();
});

Deno.test("P06 onClientMessage gets each payload, also an empty one, in the order of arrival", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, CMD, { ...CMD, id: clientChannel(8) });
  calls.take();
  publishes(app, ID, '{"go":true}');
  publishes(app, clientChannel(8), "");
  publishes(app, ID, "");
  assertEquals(calls.take(), [
    ["message", 1, ID, bytes('{"go":true}')],
    ["message", 1, clientChannel(8), bytes("")],
    ["message", 1, ID, bytes("")],
  ]);
  app.hearsNothing();
});

Deno.test("P06 onClientMessage may keep the payload: later messages do not change it", async () => {
  const kept: Uint8Array[] = [];
  const { client } = publishing({ listener: { onClientMessage: (_server, _id, payload) => void kept.push(payload) } });
  const app = client();
  advertises(app, CMD);
  const texts = Array.from({ length: 100 }, (_, count) => `message ${count}`);
  for (const text of texts) publishes(app, ID, text);
  await settled();
  assertEquals(kept.map((payload) => new TextDecoder().decode(payload)), texts);
  for (const payload of kept) payload.fill(0);
  publishes(app, ID, "after the hook wrote to its own");
  assertEquals(kept.at(-1), bytes("after the hook wrote to its own"));
});

Deno.test("P06 FoxgloveServer reads a frame that is a view of a larger buffer", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, CMD);
  calls.take();
  app.saysRaw(Uint8Array.of(9, 9, 0x01, 7, 0, 0, 0, 0xaa, 0xbb, 9).subarray(2, 9));
  assertEquals(calls.take(), [["message", 1, ID, Uint8Array.of(0xaa, 0xbb)]]);
});

Deno.test("P06 an async hook that waits delays neither the next message nor other clients", async () => {
  const begun: string[] = [];
  const { promise: release, resolve } = Promise.withResolvers<void>();
  const ended: string[] = [];
  const { client } = publishing({
    listener: {
      async onClientMessage(_server, _channelId, payload) {
        const text = new TextDecoder().decode(payload);
        begun.push(text);
        await release;
        ended.push(text);
      },
    },
  });
  const [one, other] = [client(), client()];
  for (const each of [one, other]) advertises(each, CMD);
  publishes(one, ID, "1a");
  publishes(other, ID, "2a");
  publishes(one, ID, "1b");
  assertEquals(begun, ["1a", "2a", "1b"]);
  resolve();
  await settled();
  assertEquals(ended, ["1a", "2a", "1b"]);
  one.hearsNothing();
});

Deno.test("P06 a message that the hook publishes is sent before the responses to later requests of the client", () => {
  const { server, client } = publishing({
    listener: { onClientMessage: (server, _channelId, payload) => server.sendMessage(id, 5n, payload) },
  });
  const id = server.addChannel(ODOM);
  const app = client();
  app.subscribes(3, id);
  advertises(app, CMD);
  publishes(app, ID, "echo");
  publishes(app, clientChannel(8), "unknown");
  app.hears({ op: "messageData", subscriptionId: subscription(3), timestamp: 5n, payload: bytes("echo") });
  app.hearsStatus(StatusLevel.ERROR, "Cannot publish");
});

Deno.test("P07 FoxgloveServer sends an ERROR for data on an unadvertised channel, and calls no hook", () => {
  const { client, calls } = publishing();
  const app = client();
  publishes(app, ID, "too early");
  app.hearsStatus(StatusLevel.ERROR, "Cannot publish: the client channel is not advertised");
  advertises(app, CMD);
  unadvertises(app, ID);
  calls.take();
  publishes(app, ID, "too late");
  app.hearsStatus(StatusLevel.ERROR, "Cannot publish: the client channel is not advertised");
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

Deno.test("P07 FoxgloveServer limits the ERRORs for a stream of data on an unadvertised channel", () => {
  using _clock = new FakeClock();
  const { client, calls } = publishing();
  const app = client();
  for (let count = 0; count < 100; count++) publishes(app, ID, "x");
  for (let count = 0; count < 10; count++) app.hearsStatus(StatusLevel.ERROR, "not advertised");
  app.hearsStatus(StatusLevel.WARNING, "left out");
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

Deno.test("P08 onClientUnadvertise gets the channel, and the id is free for another channel", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, CMD);
  unadvertises(app, ID);
  const other: ClientChannel = { ...CMD, topic: "/other", encoding: "cdr", schemaName: "Other" };
  advertises(app, other);
  publishes(app, ID, "x");
  assertEquals(calls.take(), [
    ["advertise", 1, CMD],
    ["unadvertise", 1, ID],
    ["advertise", 1, other],
    ["message", 1, ID, bytes("x")],
  ]);
  app.hearsNothing();
});

Deno.test("P08 FoxgloveServer sends a WARNING for an unknown id in unadvertise, and accepts the other ids", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, CMD, { ...CMD, id: clientChannel(8) });
  calls.take();
  unadvertises(app, clientChannel(99), ID, ID, clientChannel(8));
  app.hearsStatus(StatusLevel.WARNING, "Cannot unadvertise: the client channel is not advertised");
  app.hearsStatus(StatusLevel.WARNING, "Cannot unadvertise: the client channel is not advertised");
  app.hearsNothing();
  assertEquals(calls.take(), [["unadvertise", 1, ID], ["unadvertise", 1, clientChannel(8)]]);
});

Deno.test("P08 FoxgloveServer rejects a message that lists too many channels, and keeps the advertised channels", () => {
  const { client, calls } = publishing({ maxClientChannels: 2 });
  const app = client();
  advertises(app, CMD);
  calls.take();
  const [eight, nine] = [clientChannel(8), clientChannel(9)];
  advertises(app, CMD, { ...CMD, id: eight }, { ...CMD, id: nine });
  app.hearsStatus(StatusLevel.ERROR, '"maxClientChannels" allows (2)');
  publishes(app, eight, "x");
  unadvertises(app, nine);
  publishes(app, ID, "still here");
  assertEquals(calls.take(), [["message", 1, ID, bytes("still here")]]);
  unadvertises(app, ID);
  assertEquals(calls.take(), [["unadvertise", 1, ID]]);
  app.hearsNothing();
  publishes(app, ID, "too late");
  app.hearsStatus(StatusLevel.ERROR, "not advertised");
});

Deno.test("P09 FoxgloveServer unadvertises the channels of a client before onClientDisconnect", () => {
  const { client, calls } = publishing();
  const [app, other] = [client(), client()];
  advertises(app, ...[3, 1, 2].map((id) => ({ ...CMD, id: clientChannel(id) })));
  advertises(other, { ...CMD, id: clientChannel(1) });
  unadvertises(app, clientChannel(1));
  calls.take();
  app.leaves();
  app.leaves();
  assertEquals(calls.take(), [["unadvertise", 1, 3], ["unadvertise", 1, 2], ["disconnect", 1]]);
  publishes(other, clientChannel(1), "still here");
  assertEquals(calls.take(), [["message", 2, clientChannel(1), bytes("still here")]]);
});

Deno.test("P09 FoxgloveServer.close() unadvertises the channels of its clients first", async () => {
  const { server, client, calls } = publishing();
  advertises(client(), CMD);
  advertises(client(), CMD);
  calls.take();
  await server.close({ graceMs: 0 });
  assertEquals(calls.take(), [
    ["unadvertise", 1, ID],
    ["disconnect", 1],
    ["unadvertise", 2, ID],
    ["disconnect", 2],
  ]);
});

Deno.test("P09 FoxgloveServer ignores messages from a client that has disconnected", () => {
  const { client, calls } = publishing();
  const app = client();
  advertises(app, CMD);
  app.leaves();
  calls.take();
  publishes(app, ID, "x");
  advertises(app, CMD);
  app.saysRaw("no JSON");
  assertEquals(calls.take(), []);
  app.hearsNothing();
});

Deno.test("P10 two clients may use the same id for their channels", () => {
  const { client, calls } = publishing();
  const [one, other] = [client(), client()];
  const others: ClientChannel = { ...CMD, topic: "/other", encoding: "cdr" };
  advertises(one, CMD);
  advertises(other, others);
  publishes(one, ID, "from one");
  publishes(other, ID, "from other");
  unadvertises(one, ID);
  publishes(other, ID, "again");
  assertEquals(calls.take(), [
    ["advertise", 1, CMD],
    ["advertise", 2, others],
    ["message", 1, ID, bytes("from one")],
    ["message", 2, ID, bytes("from other")],
    ["unadvertise", 1, ID],
    ["message", 2, ID, bytes("again")],
  ]);
  publishes(one, ID, "no more");
  one.hearsStatus(StatusLevel.ERROR, "not advertised");
  one.hearsNothing();
  other.hearsNothing();
});

Deno.test("P11 FoxgloveServer sends an ERROR for a channel that clientChannelFilter rejects, and ignores it", () => {
  const asked: unknown[] = [];
  const { server, client, calls } = publishing({
    clientChannelFilter(channel, client) {
      asked.push([channel, client]);
      return channel.topic.startsWith("/cmd");
    },
  });
  const app = client();
  const status: ClientChannel = { ...CMD, id: clientChannel(8), topic: "/status" };
  advertises(app, CMD, status);
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/status"', "not allow");
  app.hearsNothing();
  assertEquals(calls.take(), [["advertise", 1, CMD]]);
  const info = server.clients.values().next().value;
  assertEquals(asked, [[CMD, info], [status, info]]);
  publishes(app, clientChannel(8), "x");
  unadvertises(app, clientChannel(8));
  app.hearsNothing();
  unadvertises(app, clientChannel(8));
  app.hearsStatus(StatusLevel.WARNING, "not advertised");
  assertEquals(calls.take(), []);
});

Deno.test("P11 FoxgloveServer rejects a channel if clientChannelFilter throws, logs it, and calls the filter for the next one", () => {
  let asked = 0;
  const { client, calls, log } = publishing({
    clientChannelFilter() {
      asked += 1;
      if (asked === 1) throw new Error("out of order");
      return true;
    },
  });
  const app = client();
  advertises(app, CMD);
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/cmd"');
  assertEquals(log.filter((line) => line.startsWith("error: ")), ['error: Option "clientChannelFilter" failed']);
  advertises(app, CMD);
  assertEquals(calls.take(), [["advertise", 1, CMD]]);
  app.hearsNothing();
});

for (const listener of [undefined, {}]) {
  Deno.test(`P01 to P09 work without hooks: ${listener ? "an empty listener" : "no listener"}`, () => {
    const { server, client, log } = conversation({ capabilities: ["clientPublish"] });
    server.setListener(listener);
    const app = client();
    advertises(app, CMD);
    publishes(app, ID, "x");
    advertises(app, CMD);
    app.hearsStatus(StatusLevel.WARNING, "already advertised");
    unadvertises(app, ID);
    unadvertises(app, ID);
    app.hearsStatus(StatusLevel.WARNING, "not advertised");
    advertises(app, CMD);
    app.leaves();
    app.hearsNothing();
    assertEquals(log.filter((line) => /^(warn|error)/.test(line)), []);
  });
}
