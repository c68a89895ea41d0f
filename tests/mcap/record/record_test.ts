// record(): records a server that the program does not own.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { FoxgloveClient } from "../../../src/client/mod.ts";
import type { FoxgloveServer, NamePattern } from "../../../mod.ts";
import { type ForwardOptions, forwardToSink } from "../../../src/mcap/record/client_source.ts";
import { type ClientRecording, record, type RecordOptions } from "../../../src/mcap/record/record.ts";
import { RecordingError } from "../../../src/mcap/record/recording_error.ts";
import { FIXTURE } from "../../interop/fixture.ts";
import { missingProgram, NPM_SERVER, RUST_SERVER, ServerDriver } from "../../interop/server_driver.ts";
import { freePort } from "../../support/free_port.ts";
import { RecordingSink } from "../../support/recording_sink.ts";
import { testWith } from "../../support/needed_programs.ts";
import { startServer } from "../../support/test_server.ts";
import { MemorySink, ofType, recordsOf } from "../writer/written.ts";
import { allRecords, ODOM, recordedFile, withFolder } from "./recorded.ts";

/** Waits until a recording has so many messages. */
async function received(recording: ClientRecording, messages: number): Promise<void> {
  while (recording.stats.messages < messages) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Waits until a client is subscribed to so many topics of a server. */
async function subscribed(server: FoxgloveServer, topics: number): Promise<void> {
  const count = () => [...server.channels.keys()].filter((id) => server.hasSubscribers(id)).length;
  while (count() !== topics) await new Promise((resolve) => setTimeout(resolve, 2));
}

Deno.test("record() selects topics by name, prefix and RegExp, also those that come later", async () => {
  await using server = await startServer();
  const topics = ["/odom", "/camera/left", "/imu_1", "/odom_filtered", "/other"];
  server.addChannel({ ...ODOM, topic: "/camera/silent" });
  const ids = server.addChannels(topics.map((topic) => ({ ...ODOM, topic })));
  await using client = await FoxgloveClient.connect(server.url!);
  await client.waitForChannel("/other");
  const patterns: NamePattern[] = ["/odom", "/camera/*", /^\/imu_\d$/];
  const sink = new MemorySink();
  await using recording = await record(client, sink, { topics: patterns });
  await subscribed(server, 4);
  for (const id of ids) server.sendMessage(id, 1n, "{}");
  const late = server.addChannels(["/camera/right", "/late"].map((topic) => ({ ...ODOM, topic })));
  await subscribed(server, 5);
  for (const id of late) server.sendMessage(id, 2n, "{}");
  await received(recording, 4);
  server.removeChannel(late[0]!);
  const again = server.addChannel({ ...ODOM, topic: "/camera/right" });
  await subscribed(server, 5);
  server.sendMessage(again, 3n, "{}");
  await received(recording, 5);
  await recording.close();
  await recording.closed;
  assertEquals(recordedFile(sink.bytes()), {
    messages: [
      "/odom 1 1 1 {}",
      "/camera/left 1 1 2 {}",
      "/imu_1 1 1 3 {}",
      "/camera/right 2 2 4 {}",
      "/camera/right 3 3 5 {}",
    ],
    topics: ["/odom", "/camera/left", "/imu_1", "/camera/right", "/camera/silent"],
    isWhole: true,
  });
  await subscribed(server, 0);
});

Deno.test("record() continues in the same file after a reconnect", async () => {
  const sink = new MemorySink();
  // Between its runs, no other program gets the port.
  const port = freePort();
  let server = await startServer({ port });
  await using client = await FoxgloveClient.connect(server.url!, { minRetryDelayMs: 1, maxRetryDelayMs: 10 });
  await using recording = await record(client, sink);
  for (let run = 1; run <= 3; run++) {
    if (run > 1) server = await startServer({ port });
    // The ids of the server change, and so does their order.
    const channels = [ODOM, { ...ODOM, topic: "/a" }, { ...ODOM, topic: "/b" }];
    const ids = server.addChannels(run % 2 === 0 ? channels.toReversed() : channels);
    await subscribed(server, 3);
    const odom = run % 2 === 0 ? ids[2]! : ids[0]!;
    server.sendMessage(odom, BigInt(run), `${run}`);
    await received(recording, run);
    await server.close();
  }
  await recording.close();
  const { messages, topics, isWhole } = recordedFile(sink.bytes());
  assertEquals(messages, ["/odom 1 1 1 1", "/odom 2 2 2 2", "/odom 3 3 3 3"]);
  assertEquals([topics, isWhole], [["/odom", "/a", "/b"], true]);
});

Deno.test("record() completes the file when the client ends, and when its signal aborts", async () => {
  for (const end of ["client", "server", "signal"] as const) {
    const sink = new MemorySink();
    await using server = await startServer();
    await using client = await FoxgloveClient.connect(server.url!, { reconnect: false });
    const stop = new AbortController();
    const recording = await record(client, sink, { signal: stop.signal });
    server.sendMessage(server.addChannel({ ...ODOM, latch: true }), 1n, "1");
    await received(recording, 1);
    if (end === "client") await client.close();
    if (end === "server") await server.close();
    if (end === "signal") stop.abort();
    await recording.closed;
    const { messages, isWhole } = recordedFile(sink.bytes());
    assertEquals([messages, isWhole, sink.calls.at(-1)], [["/odom 1 1 1 1"], true, "close"]);
    await recording.close();
  }
});

Deno.test("record() rejects without touching the target, or completes it, when it cannot begin", async () => {
  await using server = await startServer();
  const client = await FoxgloveClient.connect(server.url!);
  const sink = new MemorySink();
  const attempt = (options: RecordOptions) => record(client, sink, options);
  await assertRejects(() => attempt({ topics: ["/a*b"] }), TypeError, 'Cannot record: "topics" contains "/a*b"');
  await assertRejects(() => attempt({ signal: AbortSignal.abort(new Error("stopped")) }), Error, "stopped");
  assertEquals(sink.calls, []);
  await client.close();
  await assertRejects(() => attempt({}), Error, "Cannot subscribe");
  assertEquals(sink.calls.at(-1), "close");
});

Deno.test("ClientRecording.closed rejects as soon as the file cannot be written", async () => {
  await using server = await startServer();
  await using client = await FoxgloveClient.connect(server.url!);
  let isFull = false;
  const write = () => isFull ? Promise.reject(new Error("full")) : Promise.resolve();
  const recording = await record(client, { write }, { logger: false, flushSeconds: 0.01 });
  const id = server.addChannel({ ...ODOM, latch: true });
  server.sendMessage(id, 1n, "1");
  await received(recording, 1);
  isFull = true;
  server.sendMessage(id, 2n, "2");
  await assertRejects(() => recording.closed, RecordingError, "full");
  await assertRejects(() => recording.close(), RecordingError, "full");
});

Deno.test("forwardToSink() passes the channels and messages of a client to any sink", async () => {
  await using server = await startServer();
  const id = server.addChannel({ ...ODOM, latch: true });
  server.addChannel({ ...ODOM, topic: "/other" });
  server.sendMessage(id, 5n, "{}");
  await using client = await FoxgloveClient.connect(server.url!);
  await client.waitForChannel("/odom");
  const sink = new RecordingSink();
  const message = Promise.withResolvers<void>();
  const removed = Promise.withResolvers<void>();
  sink.next("message", () => message.resolve());
  sink.next("channelRemoved", () => removed.resolve());
  const forwarding = forwardToSink(client, sink, { topics: ["/odom"] });
  await message.promise;
  server.removeChannel(id);
  await removed.promise;
  forwarding[Symbol.dispose]();
  await subscribed(server, 0);
  assertEquals(sink.take(), ["+1 /odom latch 1", "1@5 {}", "-1"]);
  await assertRejects(() => Promise.resolve().then(() => forwardToSink(client, {} as RecordingSink)), TypeError);
});

Deno.test("forwardToSink() knows latched channels by their metadata, and by the topics of the option", async () => {
  await using server = await startServer();
  const topics = ["/map", "/room/a", "/odom"];
  const ids = server.addChannels([
    ...topics.map((topic) => ({ ...ODOM, topic })),
    { ...ODOM, topic: "/tf_static", schemaName: "tf2_msgs/msg/TFMessage" },
    { ...ODOM, topic: "/ros1", metadata: { latching: "1" } },
    { ...ODOM, topic: "/ros2", metadata: { offered_qos_profiles: "- durability: transient_local" } },
    { ...ODOM, topic: "/deep", latch: { depth: 1_000_000 } },
  ]);
  assertEquals(ids.length, 7);
  await using client = await FoxgloveClient.connect(server.url!);
  await client.waitForChannel("/deep");
  const added = (options: ForwardOptions) => {
    const sink = new RecordingSink();
    using _ = forwardToSink(client, sink, options);
    return sink.take().map((line) => line.replace(/^\+\d+ /, ""));
  };
  const known = ["/ros1 latch 1", "/ros2 latch 1", "/deep latch 10000"];
  assertEquals(added({}), ["/map latch 1", "/room/a", "/odom", "/tf_static latch 100", ...known]);
  assertEquals(added({ latch: ["/room/*"] }), ["/map", "/room/a latch 1", "/odom", "/tf_static", ...known]);
  assertThrows(() => added({ latch: ["/a*b"] }), TypeError, 'Cannot forward messages: "latch" contains "/a*b"');
});

Deno.test("record() writes which channels are latched, and repeats their messages in later files", async () => {
  await withFolder(async (folder) => {
    await using server = await startServer();
    const [map, odom] = server.addChannels([{ ...ODOM, topic: "/map" }, ODOM]);
    await using client = await FoxgloveClient.connect(server.url!);
    const recording = await record(client, `${folder}/a.mcap`, { maxFileBytes: 500, compression: "none" });
    await subscribed(server, 2);
    server.sendMessage(map!, 5n, "{}");
    server.sendMessage(odom!, 10n, "x".repeat(600));
    while (recording.stats.files < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    await recording.close();
    const files = recording.paths.map((path) => Deno.readFileSync(path));
    assertEquals(files.map((file) => recordedFile(file).messages[0]), ["/map 10 5 1 {}", "/map 10 5 1 {}"]);
    const channels = ofType(allRecords(recordsOf(files[0]!)), "Channel");
    assertEquals(channels.find(({ topic }) => topic === "/map")?.metadata, new Map([["foxglove-ws.latchDepth", "1"]]));
  });
});

for (const implementation of [NPM_SERVER, RUST_SERVER]) {
  const missing = missingProgram(implementation.needs);
  const program = { path: missing === undefined ? "found" : undefined, missing: missing ?? "" };
  testWith(program, `record() keeps what ${implementation.name} sends`, async () => {
    await using server = await ServerDriver.start(implementation);
    await using client = await FoxgloveClient.connect(server.url);
    const sink = new MemorySink();
    const recording = await record(client, sink);
    for (const _channel of FIXTURE.channels) await server.nextEvent("subscribe");
    const sent = ["/odom", "/points", "/odom_filtered", "/odom"].map((topic, index) => ({
      topic,
      timestamp: `${1_700_000_000_000_000_000n + BigInt(index) - (index === 3 ? 100n : 0n)}`,
      payload: topic === "/points" ? btoa("\t\0\0\0\0\0\0\xf8?") : btoa(`{"x":${index}}`),
    }));
    for (const message of sent) await server.execute({ type: "sendMessage", ...message });
    await received(recording, sent.length);
    await recording.close();
    const records = allRecords(recordsOf(sink.bytes()));
    const schemas = new Map(ofType(records, "Schema").map((schema) => [schema.id, schema]));
    const channels = new Map(ofType(records, "Channel").map((channel) => [channel.id, channel]));
    assertEquals(
      FIXTURE.channels.map(({ topic }) => {
        const { schemaId, messageEncoding, metadata } = [...channels.values()].find((each) => each.topic === topic)!;
        const { name, encoding, data } = schemas.get(schemaId)!;
        return [topic, messageEncoding, name, encoding, [...data], [...metadata]];
      }),
      FIXTURE.channels.map(({ topic, encoding, schemaName, schemaEncoding, schema, metadata = {} }) => {
        const bytes = schemaEncoding === "protobuf" ? Uint8Array.fromBase64(schema) : new TextEncoder().encode(schema);
        return [topic, encoding, schemaName, schemaEncoding, [...bytes], Object.entries(metadata)];
      }),
    );
    assertEquals(
      ofType(records, "Message").map(({ channelId, logTime, publishTime, sequence, data }) => [
        channels.get(channelId)!.topic,
        `${logTime}`,
        `${publishTime}`,
        sequence,
        data.toBase64(),
      ]),
      sent.map(({ topic, timestamp, payload }, index) => [topic, timestamp, timestamp, index + 1, payload]),
    );
  });
}
