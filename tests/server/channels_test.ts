// Channels: how they are advertised, and which ones the program may not add.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelInit } from "../../src/server/channel_init.ts";
import type { FakeClient } from "../support/conversation.ts";
import {
  bytes,
  channel,
  clientChannel,
  conversation,
  HookLog,
  ODOM,
  settled,
  subscription,
} from "../support/conversation.ts";

/** Reads all `advertise` messages that have arrived, and returns the ids of each. */
function advertisedIds(client: FakeClient): number[][] {
  return client.takesAll().map((message) => message.op === "advertise" ? message.channels.map(({ id }) => id) : []);
}

Deno.test("C01 FoxgloveServer.addChannels() advertises channels in groups of a hundred to every client", () => {
  const { server, client } = conversation();
  const clients = [client(), client()];
  const ids = server.addChannels(Array.from({ length: 250 }, (_, index) => ({ ...ODOM, topic: `/t${index}` })));
  assertEquals(ids, Array.from({ length: 250 }, (_, index) => channel(index + 1)));
  for (const each of clients) {
    assertEquals(advertisedIds(each), [ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)]);
  }
});

Deno.test("C01 FoxgloveServer.addChannels() with an empty list sends nothing", () => {
  const { server, client } = conversation();
  const someone = client();
  assertEquals(server.addChannels([]), []);
  someone.hearsNothing();
});

Deno.test("C01 FoxgloveServer.addChannels() adds no channel if one of them is invalid", () => {
  const { server, client } = conversation();
  const someone = client();
  assertThrows(() => server.addChannels([ODOM, { topic: "", encoding: "json" }]), TypeError, "its topic is empty");
  assertEquals(server.channels.size, 0);
  someone.hearsNothing();
});

Deno.test("C02 FoxgloveServer.removeChannel() unadvertises the channel, and nothing more is sent on it", () => {
  const { server, client } = conversation();
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(7, id);
  assertEquals(server.removeChannel(id), true);
  assertEquals(server.hasSubscribers(id), false);
  assertThrows(() => server.sendMessage(id, 1n, "{}"), RangeError, `Cannot send on channel ${id}: no such channel`);
  someone.hears({ op: "unadvertise", channelIds: [id] });
  someone.hearsNothing();
});

Deno.test("C02 FoxgloveServer.removeChannel() ignores an unknown channel", () => {
  const { server, client } = conversation();
  const someone = client();
  assertEquals(server.removeChannel(channel(9)), false);
  someone.hearsNothing();
});

Deno.test("C03 FoxgloveServer.removeChannel() calls the hooks of subscribers after the unadvertise", () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    listener: {
      onClientUnsubscribe: (_server, id, { client }) => {
        calls.note("client", id, client.id, listeners.map(({ inboxSize }) => inboxSize));
      },
      onUnsubscribe: (_server, id) => calls.note("last", id),
    },
  });
  const id = server.addChannel(ODOM);
  const listeners = [client(), client()];
  listeners[0]?.subscribes(1, id);
  listeners[1]?.subscribes(1, id);
  server.removeChannel(id);
  assertEquals(calls.take(), [["client", id, 1, [1, 1]], ["client", id, 2, [1, 1]], ["last", id]]);
});

Deno.test("C04 FoxgloveServer advertises a JSON channel without a schema as any object", () => {
  const { server, client } = conversation();
  const someone = client();
  const id = server.addChannel({ topic: "/free", encoding: "json" });
  someone.hears({
    op: "advertise",
    channels: [{
      id,
      topic: "/free",
      encoding: "json",
      schemaName: "",
      schemaEncoding: "jsonschema",
      schema: '{"type":"object"}',
    }],
  });
});

for (const encoding of ["protobuf", "flatbuffer"]) {
  Deno.test(`C04 FoxgloveServer.addChannel() rejects ${encoding} without a schema`, () => {
    const { server } = conversation();
    assertThrows(
      () => server.addChannel({ topic: "/bin", encoding, schemaName: "Thing" }),
      TypeError,
      `Cannot add channel "/bin": encoding "${encoding}" requires a schema`,
    );
  });
}

Deno.test("C04 ROS channels need no schema, because bridges advertise types that they do not know; apps reject most of these", () => {
  const { server, log } = conversation();
  server.addChannel({ topic: "/a", encoding: "ros1", schemaName: "std_msgs/Empty" });
  server.addChannel({ topic: "/b", encoding: "cdr", schemaName: "std_msgs/msg/Empty" });
  assertEquals([server.channels.size, log], [2, []]);
  server.addChannel({ topic: "/c", encoding: "cdr", schemaName: "my_msgs/msg/Unknown" });
  server.addChannel({ topic: "/d", encoding: "ros1", schemaName: "my_msgs/Trigger" });
  assertEquals(log, [
    'warn: Channel "/c": its schema is empty, so apps do not list the topic',
    'warn: Channel "/d": its schema is empty, so apps do not list the topic',
  ]);
});

Deno.test("FoxgloveServer warns about a channel that is added again with another schema of the same name, until the session ends", () => {
  const { server, log } = conversation();
  const add = (topic: string, schema: string) =>
    server.addChannel({ topic, encoding: "json", schemaName: "Pose", schema });
  server.removeChannel(add("/pose", '{"type":"object"}'));
  server.removeChannel(add("/pose", '{"type":"object"}'));
  assertEquals(log, []);
  server.removeChannel(add("/other", '{"type":"object","title":"2"}'));
  const warning = 'warn: Channel "/other": its schema "Pose" differs from the earlier schema of channel "/pose", ' +
    "so apps show an error until resetSessionId()";
  assertEquals(log, [warning]);
  server.resetSessionId();
  add("/other", '{"type":"object","title":"2"}');
  assertEquals(log, [warning]);
});

Deno.test("C05 FoxgloveServer sends a binary schema as padded standard base64", () => {
  const { server, client } = conversation();
  const someone = client();
  const raw = new Uint8Array([0xfb, 0xff, 0xfe, 0x01]);
  const proto = { encoding: "protobuf", schemaName: "a.B", schemaEncoding: "protobuf" };
  server.addChannel({ ...proto, topic: "/bytes", schema: raw });
  server.addChannel({ ...proto, topic: "/text", schema: "+//+AQ==" });
  raw.fill(0); // the server has its own copy
  const message = someone.takes();
  const channels = message.op === "advertise" ? message.channels : [];
  for (const [index, topic] of ["/bytes", "/text"].entries()) {
    const advertised = channels[index];
    assertEquals([advertised?.topic, (advertised as Channel).schema], [
      topic,
      new Uint8Array([0xfb, 0xff, 0xfe, 0x01]),
    ]);
  }
});

Deno.test("C05 FoxgloveServer.addChannel() rejects binary schemas that are not base64 and text schemas that are not UTF-8", () => {
  const { server } = conversation();
  assertThrows(
    () => server.addChannel({ topic: "/p", encoding: "protobuf", schemaName: "B", schema: "not base64" }),
    TypeError,
    'Cannot add channel "/p": a schema for "protobuf" must be bytes or base64 text',
  );
  assertThrows(
    () => server.addChannel({ topic: "/j", encoding: "json", schema: new Uint8Array([0xff]) }),
    TypeError,
    "its bytes are not UTF-8",
  );
});

Deno.test("C05 FoxgloveServer decodes the bytes of a text schema as text", () => {
  const { server } = conversation();
  const id = server.addChannel({ topic: "/j", encoding: "json", schema: bytes('{"type":"object"}') });
  assertEquals(server.channels.get(id)?.schema, '{"type":"object"}');
});

Deno.test("C06 FoxgloveServer never reuses the ids of channels and services", () => {
  const json = { encoding: "json", schemaName: "", schemaEncoding: "jsonschema", schema: "{}" };
  const { server } = conversation({ capabilities: ["services"] });
  const channels: number[] = [];
  const services: number[] = [];
  for (let round = 0; round < 3; round++) {
    const channelId = server.addChannel(ODOM);
    const serviceId = server.addService({ name: "/s", type: "S", request: json });
    channels.push(channelId);
    services.push(serviceId);
    server.removeChannel(channelId);
    server.removeService(serviceId);
  }
  assertEquals([channels, services], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("C07 FoxgloveServer logs a warning for channels that apps reject silently", () => {
  const { server, log } = conversation();
  server.addChannel(ODOM);
  assertEquals(log.length, 0);
  server.addChannel({ ...ODOM, schema: '{"type":"object","title":"other"}' });
  assertEquals(log.map((line) => line.slice(0, 22)), ['warn: Channel "/odom":', 'warn: Channel "/odom":']);
});

Deno.test("C08 FoxgloveServer neither advertises nor unadvertises a filtered channel, nor allows a subscription to it", () => {
  const { server, client } = conversation({
    channelFilter: ({ topic }, { userAgent }) => userAgent === "admin" || !topic.startsWith("/secret"),
  });
  const before = server.addChannel({ ...ODOM, topic: "/secret/before" });
  const guest = client({ userAgent: "guest", keepFirstMessages: true });
  const admin = client({ userAgent: "admin", keepFirstMessages: true });
  const topics = (each: FakeClient) => {
    const message = each.takes();
    return message.op === "advertise" ? message.channels.map(({ topic }) => topic) : message.op;
  };
  assertEquals([topics(guest), topics(guest)], ["serverInfo", []]);
  assertEquals([topics(admin), topics(admin)], ["serverInfo", ["/secret/before"]]);

  server.addChannels([{ ...ODOM, topic: "/secret/after" }, { ...ODOM, topic: "/open" }]);
  assertEquals(topics(guest), ["/open"]);
  assertEquals(topics(admin), ["/secret/after", "/open"]);
  server.addChannel({ ...ODOM, topic: "/secret/alone" });
  guest.hearsNothing();
  assertEquals(topics(admin), ["/secret/alone"]);

  guest.subscribes(1, before);
  guest.hearsStatus(1, "Cannot subscribe: no such channel");
  server.removeChannel(before);
  guest.hearsNothing();
  admin.hears({ op: "unadvertise", channelIds: [before] });
});

Deno.test("C08 channelFilter that throws hides the channel and is logged", () => {
  const { server, client, log } = conversation({
    channelFilter: () => {
      throw new Error("no idea");
    },
  });
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.says({ op: "subscribe", subscriptions: [{ id: subscription(0), channelId: id }] });
  someone.hearsStatus(1, "no such channel");
  assertEquals(log.includes('error: Option "channelFilter" failed'), true);
});

const NOT_BOOLEAN: Readonly<Record<string, () => unknown>> = {
  "a promise of true": () => Promise.resolve(true),
  "a promise that rejects": () => Promise.reject(new Error("no idea")),
  "text": () => "yes",
  "a number": () => 1,
  "a match": () => "/odom".match(/odom/),
  "undefined": () => undefined,
};

for (const [what, filter] of Object.entries(NOT_BOOLEAN)) {
  Deno.test(`C08 channelFilter that returns ${what} hides the channel and is logged`, async () => {
    const channelFilter = filter as () => boolean;
    const { server, client, log } = conversation({
      channelFilter,
      clientChannelFilter: channelFilter,
      capabilities: ["clientPublish"],
    });
    server.addChannel(ODOM);
    const someone = client({ keepFirstMessages: true });
    assertEquals([someone.takes().op, someone.takes()], ["serverInfo", { op: "advertise", channels: [] }]);
    assertEquals(log.filter((line) => line.startsWith("error")), ['error: Option "channelFilter" failed']);
    someone.says({
      op: "advertise",
      channels: [{ id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "X" }],
    });
    someone.hearsStatus(2, 'Cannot advertise "/cmd": the server does not allow it');
    // The rejection of a promise is handled.
    await settled();
    someone.hearsNothing();
  });
}

Deno.test("C08 channelFilter is called once for each client and channel", () => {
  const asked: string[] = [];
  const { server, client } = conversation({
    channelFilter: ({ topic }, { id }) => asked.push(`${id} ${topic}`) > 0,
  });
  server.addChannel(ODOM);
  client();
  server.addChannel({ ...ODOM, topic: "/two" });
  server.resetSessionId();
  assertEquals(asked, ["1 /odom", "1 /two"]);
});

Deno.test("FoxgloveServer.addChannel() rejects a topic, an encoding and a schema of the wrong type", () => {
  const { server } = conversation();
  assertThrows(() => server.addChannel({ ...ODOM, encoding: "" }), TypeError, "its encoding is empty");
  assertThrows(() => server.addChannel({ ...ODOM, topic: 5 as unknown as string }), TypeError, "its topic is a number");
  assertThrows(
    () => server.addChannel({ ...ODOM, schema: 5 as unknown as string }),
    TypeError,
    "must be text or bytes",
  );
});

Deno.test("FoxgloveServer.addChannel() ignores an empty schemaEncoding, and keeps metadata", () => {
  const { server } = conversation();
  const metadata = JSON.parse('{"__proto__":"x","unit":"m"}');
  const id = server.addChannel({ topic: "/a", encoding: "json", schema: "{}", schemaEncoding: "", metadata });
  assertEquals(Object.hasOwn(server.channels.get(id) ?? {}, "schemaEncoding"), false);
  assertEquals(Object.entries(server.channels.get(id)?.metadata ?? {}), [["__proto__", "x"], ["unit", "m"]]);
});

Deno.test("FoxgloveServer.addChannel() writes the depth of the latch into the metadata, and replaces a wrong one", () => {
  const { server } = conversation();
  const metadataOf = (init: Partial<ChannelInit>) =>
    server.channels.get(server.addChannel({ topic: `/${server.channels.size}`, encoding: "json", ...init }))?.metadata;
  const claimed = { "foxglove-ws.latchDepth": "9", unit: "m" };
  assertEquals(metadataOf({ latch: { depth: 3 }, metadata: claimed }), { unit: "m", "foxglove-ws.latchDepth": "3" });
  assertEquals(metadataOf({ latch: true }), { "foxglove-ws.latchDepth": "1" });
  assertEquals(metadataOf({ metadata: claimed }), { unit: "m" });
  assertEquals(metadataOf({}), undefined);
});
