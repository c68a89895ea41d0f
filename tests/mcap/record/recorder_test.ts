// McapRecorder: what the file of a server has.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { type Channel, type ChannelId, FoxgloveServer, timeNs } from "../../../mod.ts";
import { McapRecorder } from "../../../src/mcap/record/recorder.ts";
import type { McapRecorderOptions } from "../../../src/mcap/record/recorder_options.ts";
import { LATCH_DEPTH_KEY, latchDepthOf } from "../../../src/protocol/latch_depth.ts";
import { RecordingError } from "../../../src/mcap/record/recording_error.ts";
import { CLOCK } from "../../../src/clock.ts";
import { TestClock } from "../../support/test_clock.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { MemorySink, ofType, recordsOf } from "../writer/written.ts";
import { readIndexed, testWithNpm } from "../writer/npm_mcap.ts";
import { allRecords, ODOM, recordedFile, senderOn } from "./recorded.ts";

/** Records what `run` sends. Returns the file. */
async function recorded(
  run: (server: FoxgloveServer, recorder: McapRecorder) => void | Promise<void>,
  options: McapRecorderOptions = {},
): Promise<Uint8Array> {
  const sink = new MemorySink();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const recorder = await McapRecorder.open(sink, options);
  server.addSink(recorder);
  await run(server, recorder);
  await server.close();
  assertEquals(sink.calls.at(-1), "close");
  return sink.bytes();
}

Deno.test("McapRecorder keeps messages with their times, and counts them in the order of arrival", async () => {
  const file = await recorded((server, recorder) => {
    const [odom, log] = server.addChannels([ODOM, { topic: "/log", encoding: "json" }]);
    server.sendMessage(odom!, 7n, '{"x":1}');
    server.sendMessage(log!, 5n, "{}");
    server.sendMessage(odom!, 7n, '{"x":2}');
    const { messages, messageBytes, drops, topics } = recorder.stats;
    assertEquals([messages, messageBytes, drops], [3, 16, 0]);
    assertEquals([...topics], [["/odom", { messages: 2, bytes: 14, drops: 0 }], [
      "/log",
      { messages: 1, bytes: 2, drops: 0 },
    ]]);
  });
  assertEquals(recordedFile(file), {
    messages: ['/odom 7 7 1 {"x":1}', "/log 5 5 2 {}", '/odom 7 7 3 {"x":2}'],
    topics: ["/odom", "/log"],
    isWhole: true,
  });
});

Deno.test('McapRecorder with times: "receive" writes the local time as the log time', async () => {
  const before = timeNs();
  const file = await recorded((server) => senderOn(server, ODOM)("{}"), { times: "receive" });
  const [message] = ofType(allRecords(recordsOf(file)), "Message");
  assertEquals(message!.publishTime, 1n);
  assert(before <= message!.logTime && message!.logTime <= timeNs());
});

testWithNpm("McapRecorder keeps schemas, encodings and metadata", async () => {
  const descriptor = Uint8Array.of(10, 0);
  const file = await recorded((server, recorder) => {
    server.addChannel({ ...ODOM, metadata: { frame: "base" } });
    server.addChannel({ topic: "/proto", encoding: "protobuf", schemaName: "p.P", schema: descriptor });
    server.addChannel({ topic: "/empty", encoding: "cdr", schemaName: "std_msgs/msg/Empty", schema: "" });
    server.addChannel({ ...ODOM, topic: "/map", latch: { depth: 3 } });
    // Our server adds a schema to these.
    const channel = { encoding: "json", schema: "" };
    recorder.channelAdded({ ...channel, id: 100 as ChannelId, topic: "/named", schemaName: "Named" }, {
      latchDepth: 0,
    });
    recorder.channelAdded({ ...channel, id: 101 as ChannelId, topic: "/bare", schemaName: "" }, { latchDepth: 0 });
  });
  const { schemas, channels } = await readIndexed(file);
  assertEquals(schemas, [
    ["Odometry", "jsonschema", ODOM.schema],
    ["p.P", "protobuf", new TextDecoder().decode(descriptor)],
    ["std_msgs/msg/Empty", "ros2msg", ""],
    ["Named", "", ""],
  ]);
  assertEquals(channels, [
    ["/odom", "json", { frame: "base" }, "Odometry"],
    ["/proto", "protobuf", {}, "p.P"],
    ["/empty", "cdr", {}, "std_msgs/msg/Empty"],
    ["/map", "json", { [LATCH_DEPTH_KEY]: "3" }, "Odometry"],
    ["/named", "json", {}, "Named"],
    ["/bare", "json", {}, ""],
  ]);
});

Deno.test("latchDepthOf() reads what McapRecorder writes, and ignores other text", () => {
  const depths = ["3", "0", "", "-1", "1.5", "9999999999", "three"].map((text) =>
    latchDepthOf({ [LATCH_DEPTH_KEY]: text })
  );
  assertEquals([...depths, latchDepthOf()], [3, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("McapRecorder begins with the channels and latched messages that exist", async () => {
  const sink = new MemorySink();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
  server.sendMessage(map, 3n, "old");
  server.sendMessage(map, 4n, "new");
  await using recorder = await McapRecorder.open(sink);
  using _ = server.addSink(recorder);
  await recorder.close();
  assertEquals(recordedFile(sink.bytes()).messages, ["/map 4 4 1 new"]);
});

Deno.test("McapRecorder gives older latched messages the time of the first other message", async () => {
  const sink = new MemorySink();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const [map, room] = server.addChannels(["/map", "/room"].map((topic) => ({ topic, encoding: "json", latch: true })));
  server.sendMessage(map!, 3n, "map");
  const recorder = await McapRecorder.open(sink, { flushSeconds: Infinity });
  server.addSink(recorder);
  server.sendMessage(room!, 400n, "room");
  assertEquals(recorder.stats.messages, 2);
  const odom = server.addChannel(ODOM);
  server.sendMessage(odom, 100n, "1");
  server.sendMessage(odom, 90n, "2");
  // A server sends latched messages again after a reconnect.
  server.sendMessage(map!, 3n, "map");
  server.sendMessage(map!, 95n, "new");
  await server.close();
  assertEquals(recordedFile(sink.bytes()).messages, [
    "/map 100 3 1 map",
    "/room 400 400 2 room",
    "/odom 100 100 3 1",
    "/odom 90 90 4 2",
    "/map 90 3 5 map",
    "/map 95 95 6 new",
  ]);
  assertEquals([recorder.stats.messages, recorder.stats.drops], [6, 0]);
});

Deno.test("McapRecorder.flush() writes latched messages with their own times if no other message came", async () => {
  const sink = new MemorySink();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const recorder = await McapRecorder.open(sink, { flushSeconds: Infinity });
  const payload = Uint8Array.of(49);
  server.addSink(recorder);
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
  server.sendMessage(map, 3n, payload);
  payload[0] = 50;
  await recorder.flush();
  const messages = () => ofType(allRecords(recordsOf(sink.bytes())), "Message").map(({ logTime }) => logTime);
  assertEquals(messages(), [3n]);
  server.sendMessage(map, 4n, payload);
  server.sendMessage(server.addChannel(ODOM), 100n, "1");
  server.sendMessage(map, 5n, "3");
  await server.close();
  assertEquals(recordedFile(sink.bytes()).messages, [
    "/map 3 3 1 1",
    "/map 100 4 2 2",
    "/odom 100 100 3 1",
    "/map 100 5 4 3",
  ]);
});

Deno.test("McapRecorder writes waiting latched messages at a timed flush, and when they are large", async () => {
  const sink = new MemorySink();
  const clock = new TestClock();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const options = { maxPendingBytes: 1000, chunkBytes: 100, compression: "none" } as const;
  const recorder = await McapRecorder.open(sink, { ...options, [CLOCK]: clock } as McapRecorderOptions);
  server.addSink(recorder);
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
  const written = () => ofType(allRecords(recordsOf(sink.bytes())), "Message").length;
  server.sendMessage(map, 1n, "a".repeat(400));
  await recorder.flush().then(() => assertEquals(written(), 1));
  server.sendMessage(map, 2n, "b".repeat(400));
  server.sendMessage(map, 3n, "c".repeat(400));
  while (written() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(written(), 2);
  clock.advance(1000);
  while (written() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.close();
  assertEquals([recorder.stats.messages, recorder.stats.drops], [3, 0]);
});

Deno.test("McapRecorder counts waiting latched messages as lost if the file cannot be written", async () => {
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const written = Promise.withResolvers<void>();
  const recorder = await McapRecorder.open({ write: () => written.promise }, { logger: false });
  server.addSink(recorder);
  server.sendMessage(server.addChannel({ ...ODOM, latch: true }), 1n, "{}");
  assertEquals(recorder.stats.messages, 1);
  written.reject(new Error("full"));
  const error = await assertRejects(() => recorder.closed, RecordingError, "full");
  assertEquals([error.savedMessages, error.lostMessages, recorder.stats.messages, recorder.stats.drops], [0, 1, 0, 1]);
});

Deno.test("FoxgloveServer.addSink() rejects a recorder that is closed, but not one that has failed", async () => {
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const recorder = await McapRecorder.open(new MemorySink());
  assertEquals(recorder.isClosed, false);
  await recorder.close();
  assertThrows(() => server.addSink(recorder), TypeError, "Cannot add the sink: it is closed");
  // A full disk must not stop the robot. The failure was logged.
  const failed = await McapRecorder.open({ write: () => Promise.reject(new Error("full")) }, { logger: false });
  await assertRejects(() => failed.closed, RecordingError);
  server.addSink(failed);
});

Deno.test("McapRecorder keeps the id of an equal channel that returns", async () => {
  const file = await recorded((server) => {
    for (let round = 0; round < 3; round++) {
      const id = server.addChannel(ODOM);
      server.sendMessage(id, BigInt(round), `${round}`);
      server.removeChannel(id);
    }
    server.sendMessage(server.addChannel({ ...ODOM, schema: "{}" }), 3n, "other schema");
  });
  const { messages, topics } = recordedFile(file);
  assertEquals(topics, ["/odom", "/odom"]);
  assertEquals(messages, ["/odom 0 0 1 0", "/odom 1 1 2 1", "/odom 2 2 3 2", "/odom 3 3 4 other schema"]);
});

Deno.test("McapRecorder copies payloads, which are lent", async () => {
  const payload = Uint8Array.of(49);
  const file = await recorded((server) => {
    const id = server.addChannel(ODOM);
    server.sendMessage(id, 1n, payload);
    payload[0] = 50;
    server.sendMessage(id, 2n, payload);
  });
  assertEquals(recordedFile(file).messages, ["/odom 1 1 1 1", "/odom 2 2 2 2"]);
});

Deno.test("McapRecorder.close() may be called many times, and ends recording", async () => {
  const sink = new MemorySink();
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  const recorder = await McapRecorder.open(sink);
  server.addSink(recorder);
  const send = senderOn(server, ODOM);
  send("recorded");
  const closing = recorder.close();
  send("late");
  server.addChannel({ topic: "/late", encoding: "json" });
  assertEquals(recorder.close() === closing, true);
  await closing;
  await recorder.closed;
  await recorder[Symbol.asyncDispose]();
  await assertRejects(() => recorder.flush(), TypeError, "Cannot flush: the recording is closed");
  send("later");
  await server.close();
  const { messages, topics } = recordedFile(sink.bytes());
  assertEquals([messages, topics, recorder.stats.messages], [["/odom 1 1 1 recorded"], ["/odom"], 1]);
  assertEquals([recorder.paths, recorder.stats.fileBytes], [[], sink.bytes().length]);
  // The messages are on the disk before the end is written.
  assertEquals(sink.calls.slice(-4), ["flush", "sync", "write", "close"]);
});

Deno.test("McapRecorder drops the messages of a channel for which the file has no id left", async () => {
  const { logger, lines } = recordingLogger();
  const recorder = await McapRecorder.open(new MemorySink(), { logger });
  const channel: Channel = { id: 0 as ChannelId, topic: "", encoding: "json", schemaName: "", schema: "" };
  for (let index = 0; index <= 0xffff; index++) {
    recorder.channelAdded({ ...channel, id: index as ChannelId, topic: `/${index}` }, { latchDepth: 0 });
  }
  for (const id of [0, 0xffff, 0xffff]) recorder.message(id as ChannelId, 1n, new Uint8Array());
  await recorder.close();
  const text = 'Cannot add the channel "/65535": the file has 65535 of them';
  assertEquals([recorder.stats.messages, recorder.stats.drops], [1, 2]);
  assertEquals(new Set(lines), new Set([`error: Cannot record "/65535": ${text}`]));
});

Deno.test("McapRecorder.open() rejects options that are invalid", async () => {
  const cases: [McapRecorderOptions, new (...all: never[]) => Error, string][] = [
    [{ times: "log" as "receive" }, TypeError, 'times is "log", not "message" or "receive"'],
    [{ flushSeconds: 0 }, RangeError, "flushSeconds is 0, not a number above 0"],
    [{ maxFileBytes: NaN }, RangeError, "maxFileBytes is NaN"],
    [{ maxFileSeconds: -1 }, RangeError, "maxFileSeconds is -1"],
    [{ maxTotalBytes: "1" as unknown as number }, RangeError, "maxTotalBytes is 1"],
    [{ maxFileBytes: 60_000, maxTotalBytes: 100_000 }, RangeError, "maxFileBytes is 60000, more than half of"],
    [{ maxTotalBytes: 1000 }, RangeError, "maxTotalBytes is 1000, less than 32768 (32 KiB)"],
    [{ maxFileBytes: 1000 }, TypeError, "Cannot record several files: the target is not a path or a file: URL"],
    [{ maxPendingBytes: 0 }, RangeError, "maxPendingBytes is 0"],
    [{ chunkBytes: "1" as unknown as number }, RangeError, "chunkBytes is 1"],
    [{ level: 20 }, RangeError, "the level is 20"],
  ];
  for (const [options, ErrorClass, text] of cases) {
    await assertRejects(() => McapRecorder.open(new MemorySink(), options), ErrorClass, text);
  }
  await assertRejects(() => McapRecorder.open(5 as unknown as string), TypeError, "the sink is a number");
});
