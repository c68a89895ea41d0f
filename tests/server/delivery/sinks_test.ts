// Sinks: which calls a sink gets, and in which order.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { Channel, ChannelId, MessageSink } from "../../../mod.ts";
import { json } from "../../../src/codecs/json.ts";
import { bytesOf } from "../../../src/protocol/bytes.ts";
import { PoseInFrame } from "../../../src/schemas/mod.ts";
import { byteSources, SAME_BYTES } from "../../support/byte_sources.ts";
import { channel, clientId, conversation, type FakeClient, ODOM } from "../../support/conversation.ts";
import { RecordingSink } from "../../support/recording_sink.ts";
import { TestClock } from "../../support/test_clock.ts";

const IMU = { ...ODOM, topic: "/imu" };

/** The texts of the data messages that have arrived. */
function texts(client: FakeClient): string[] {
  return client.takesAll().filter((message) => message.op === "messageData")
    .map(({ payload }) => new TextDecoder().decode(payload));
}

Deno.test("R01 FoxgloveServer.addSink() tells a sink about the live channels and their latched messages", () => {
  const { server } = conversation();
  const keyBy = (payload: Uint8Array) => new TextDecoder().decode(payload.subarray(0, 1));
  const [odom, map, tf, removed] = server.addChannels([
    ODOM,
    { ...ODOM, topic: "/map", latch: true },
    { ...ODOM, topic: "/tf", latch: { depth: 3, keyBy } },
    IMU,
  ]);
  server.sendMessage(odom!, 1n, "missed");
  for (const text of ["old", "new"]) server.sendMessage(map!, 2n, text);
  for (const text of ["a1", "b1", "a2"]) server.sendMessage(tf!, 3n, text);
  server.removeChannel(removed!);
  const sink = new RecordingSink();
  server.addSink(sink);
  assertEquals(sink.take(), ["+1 /odom", "+2 /map latch 1", "2@2 new", "+3 /tf latch 3", "3@3 b1", "3@3 a2"]);
});

Deno.test("R01 FoxgloveServer.addSink() passes the channel as clients see it", () => {
  const { server } = conversation();
  const added: Channel[] = [];
  const sink: MessageSink = { channelAdded: (channel) => added.push(channel), channelRemoved() {}, message() {} };
  const id = server.addChannel({ ...ODOM, metadata: { unit: "m" } });
  server.addSink(sink);
  assertStrictEquals(added[0], server.channels.get(id));
  assertEquals(added, [{ id, ...ODOM, metadata: { unit: "m" } }]);
});

Deno.test("R02 FoxgloveServer.sendMessage() passes each message to a sink once, with and without subscribers", () => {
  const { server, client } = conversation();
  const sink = new RecordingSink();
  server.addSink(sink);
  const id = server.addChannel(ODOM);
  server.sendMessage(id, 1n, "nobody");
  const [one, other] = [client(), client()];
  for (const app of [one, other]) app.subscribes(1, id);
  server.sendMessage(id, 2n, "both");
  server.sendMessage(id, 3n, "one", { to: clientId(1) });
  server.sendMessage(id, 4n, "");
  assertEquals(sink.take(), ["+1 /odom", "1@1 nobody", "1@2 both", "1@4 "]);
  assertEquals([texts(one), texts(other)], [["both", "one", ""], ["both", ""]]);
});

Deno.test("R02 sinks get messages that maxRateHz leaves out, and clients the same as without a sink", () => {
  const clock = new TestClock();
  const { server, client } = conversation({}, { clock });
  const sink = new RecordingSink();
  const id = server.addChannel({ ...ODOM, maxRateHz: 10 });
  const app = client();
  const run = () => {
    // Without subscribers, messages do not count for the rate.
    server.sendMessage(id, 1n, "before");
    app.subscribes(1, id);
    for (const text of ["a", "b", "c"]) server.sendMessage(id, 2n, text);
    clock.advance(100);
    server.sendMessage(id, 3n, "d");
    for (let count = 0; count < 2; count++) clock.advance(1000);
    app.says({ op: "unsubscribe", subscriptionIds: [1 as never] });
    return texts(app);
  };
  const without = run();
  server.addSink(sink);
  assertEquals([without, run()], [["a", "c", "d"], ["a", "c", "d"]]);
  assertEquals(sink.take(), ["+1 /odom", "1@1 before", "1@2 a", "1@2 b", "1@2 c", "1@3 d"]);
});

for (const delivery of ["dropOldest", "latestOnly", "reliable"] as const) {
  Deno.test(`R02 sinks get messages that a stuck client loses, with the delivery ${delivery}`, () => {
    const { server, client } = conversation({ maxQueuedMessages: 2 }, { clock: new TestClock() });
    const sink = new RecordingSink();
    const id = server.addChannel({ ...ODOM, delivery });
    server.addSink(sink);
    const stuck = client();
    stuck.subscribes(1, id);
    stuck.stalls();
    sink.take();
    const sent = Array.from({ length: 5000 }, (_, index) => `${index}`);
    for (const text of sent) server.sendMessage(id, 1n, text);
    assertEquals(sink.take(), sent.map((text) => `1@1 ${text}`));
    assertEquals(texts(stuck), []);
    assertEquals(stuck.closedWith?.code, delivery === "reliable" ? 1013 : undefined);
  });
}

Deno.test("R02 a sink makes channels active, and values are encoded once for it and for clients", () => {
  const { server, client } = conversation();
  let encoded = 0;
  const encoder = { ...json<{ x: number }>(), encode: ({ x }: { x: number }) => (encoded += 1, `x=${x}`) };
  const handle = server.channel("/x", encoder);
  handle.send({ x: 0 }); // the first value is always encoded
  assertEquals([handle.isActive, server.isActive(handle.id)], [false, false]);
  const sink = new RecordingSink();
  const removal = server.addSink(sink);
  assertEquals([handle.isActive, server.isActive(handle.id), server.hasSubscribers(handle.id)], [true, true, false]);
  handle.send(() => ({ x: 1 }), { timestamp: 5n });
  client().subscribes(1, handle.id);
  handle.send({ x: 2 }, { timestamp: 6n });
  assertEquals([sink.take(), encoded], [["+1 /x", "1@5 x=1", "1@6 x=2"], 3]);
  const { messagesPublished, bytesPublished, sinks } = server.stats();
  assertEquals([messagesPublished, bytesPublished, sinks], [3, 2 * (13 + 3), [{ sink, messages: 2, bytes: 6 }]]);
  removal[Symbol.dispose]();
  assertEquals([handle.isActive, server.stats().sinks], [true, []]);
});

Deno.test("R02 a sink gets the values of publish(), and of a protobuf channel as a view of the server's frame", () => {
  const { server, client } = conversation();
  const received: Uint8Array[] = [];
  const own: Uint8Array[] = [];
  server.addSink({
    channelAdded() {},
    channelRemoved() {},
    message: (_id, _timestamp, payload) => void (received.push(payload), own.push(payload.slice())),
  });
  server.publish("/battery", { volts: 12 });
  server.publish("/battery", { volts: 13 });
  assertEquals(own.splice(0).map((bytes) => new TextDecoder().decode(bytes)), ['{"volts":12}', '{"volts":13}']);
  const pose = server.channel("/pose", PoseInFrame);
  for (const frame_id of ["a", "b", "c"]) pose.send({ frame_id });
  assertEquals(own.map((bytes) => PoseInFrame.decode(bytes).frame_id), ["a", "b", "c"]);
  // After the first value, which is checked, values are encoded into one buffer.
  const [, , , b, c] = received;
  assertStrictEquals(b?.buffer, c?.buffer);
  const app = client();
  app.subscribes(1, pose.id);
  pose.send({ frame_id: "d" });
  const [message] = app.takesAll();
  assertEquals(message?.op === "messageData" && message.payload, own.at(-1));
});

Deno.test("R02 a sink without subscribers gets the bytes of the caller without a copy, as a plain Uint8Array", () => {
  const { server } = conversation();
  const received: Uint8Array[] = [];
  server.addSink({ channelAdded() {}, channelRemoved() {}, message: (_id, _time, payload) => received.push(payload) });
  const id = server.addChannel(ODOM);
  for (const [name, source] of Object.entries(byteSources())) {
    server.sendMessage(id, 1n, source);
    const [payload = new Uint8Array(0)] = received.splice(0);
    assertEquals(payload, SAME_BYTES, name);
    assertStrictEquals(Object.getPrototypeOf(payload), Uint8Array.prototype, name);
    const { buffer } = bytesOf(source) ?? {};
    // Memory of other threads is copied, because it may change during the call.
    assertEquals(payload.buffer === buffer, buffer instanceof ArrayBuffer, name);
  }
  assertEquals(server.stats().bytesPublished, Object.keys(byteSources()).length * (13 + SAME_BYTES.length));
});

Deno.test("R03 sinks are told about added and removed channels, in the order of addSink()", () => {
  const { server } = conversation();
  const calls: string[] = [];
  for (const name of ["a", "b"]) {
    const sink = new RecordingSink();
    sink.onCall = (_method, call) => void calls.push(`${name} ${call}`);
    server.addSink(sink);
  }
  const [odom, imu] = server.addChannels([ODOM, { ...IMU, latch: true }]);
  server.sendMessage(imu!, 1n, "x");
  server.removeChannels([imu!, odom!]);
  assertEquals(calls, [
    ...["a +1 /odom", "b +1 /odom", "a +2 /imu latch 1", "b +2 /imu latch 1"],
    ...["a 2@1 x", "b 2@1 x"],
    ...["a -2", "b -2", "a -1", "b -1"],
  ]);
});

Deno.test("R03 setInfo(), resetSessionId() and clients change nothing for a sink", () => {
  const { server, client } = conversation();
  const sink = new RecordingSink();
  const id = server.addChannel({ ...ODOM, latch: true });
  server.sendMessage(id, 1n, "x");
  server.addSink(sink);
  sink.take();
  const app = client();
  app.subscribes(1, id);
  server.setInfo({ name: "other" });
  server.resetSessionId("other");
  app.leaves();
  assertEquals(sink.take(), []);
});

Deno.test("R04 a sink gets only the topics that its patterns select", () => {
  const { server } = conversation();
  const sink = new RecordingSink();
  const before = server.addChannels(["/odom", "/camera/left", "/odometer"].map((topic) => ({ ...ODOM, topic })));
  server.addSink(sink, { topics: ["/odom", "/camera/*", /^\/tf(_static)?$/] });
  const after = server.addChannels(["/tf", "/tf_statics"].map((topic) => ({ ...ODOM, topic })));
  const ids = [...before, ...after];
  for (const id of ids) server.sendMessage(id, 1n, "x");
  assertEquals(ids.map((id) => server.isActive(id)), [true, true, false, true, false]);
  server.removeChannels(ids);
  assertEquals(sink.take(), ["+1 /odom", "+2 /camera/left", "+4 /tf", "1@1 x", "2@1 x", "4@1 x", "-1", "-2", "-4"]);
  const none = new RecordingSink();
  server.addSink(none, { topics: [] });
  server.sendMessage(server.addChannel(ODOM), 1n, "x");
  assertEquals(none.take(), []);
});

Deno.test("R04 FoxgloveServer.addSink() rejects what is not a sink, wrong topics, and a sink that was added", () => {
  const { server } = conversation();
  const sink = new RecordingSink();
  const rejects = (sink: unknown, topics: unknown, text: string) => {
    const options = topics === undefined ? {} : { topics } as never;
    assertThrows(() => server.addSink(sink as MessageSink, options), TypeError, `Cannot add the sink: ${text}`);
  };
  rejects(undefined, undefined, "it is undefined, not an object");
  rejects(() => {}, undefined, "it is a function, not an object");
  rejects({ channelAdded() {}, channelRemoved() {} }, undefined, "its message is not a function");
  rejects({ channelAdded() {}, channelRemoved() {}, message() {}, close: 1 }, undefined, "its close is not a function");
  rejects(sink, "/odom", '"topics" is not a plain array');
  rejects(sink, [/a/, 5], '"topics" contains number');
  assertEquals(server.stats().sinks, []);
  const removal = server.addSink(sink, { topics: ["/a"] });
  rejects(sink, ["/b"], "it was already added");
  removal[Symbol.dispose]();
  removal[Symbol.dispose]();
  server.addSink(sink);
  removal[Symbol.dispose](); // a removal counts only for its own addSink()
  server.addChannel(ODOM);
  assertEquals(sink.take(), ["+1 /odom"]);
});

Deno.test("R07 a sink gets no call after it was removed, and can be added again", () => {
  const { server, log } = conversation();
  const sink = new RecordingSink();
  const id: ChannelId = server.addChannel(ODOM);
  {
    using _ = server.addSink(sink);
    server.sendMessage(id, 1n, "in");
  }
  assertEquals(server.isActive(id), false);
  server.sendMessage(id, 2n, "out");
  server.removeChannel(server.addChannel(IMU));
  assertEquals(sink.take(), ["+1 /odom", "1@1 in"]);
  server.addSink(sink);
  server.sendMessage(id, 3n, "again");
  assertEquals(sink.take(), ["+1 /odom", "1@3 again"]);
  assertEquals([log.filter((line) => line.startsWith("error")), channel(1)], [[], id]);
});
