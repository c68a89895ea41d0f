// McapRecorder with a slow disk: drops are counted and reported once, and memory is bounded. Flushes are regular.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer } from "../../../mod.ts";
import { CLOCK } from "../../../src/clock.ts";
import { McapRecorder } from "../../../src/mcap/record/recorder.ts";
import type { McapRecorderOptions } from "../../../src/mcap/record/recorder_options.ts";
import { TestClock } from "../../support/test_clock.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { SlowSink, turn } from "../writer/slow_sink.ts";
import { MemorySink } from "../writer/written.ts";
import { ODOM, recordedFile, senderOn } from "./recorded.ts";

const KIB = "x".repeat(1024);

/** Opens a recorder with a clock of its own. */
async function openRecorder(sink: MemorySink | SlowSink, more: McapRecorderOptions = {}) {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const options = { compression: "none", chunkBytes: 4096, logger, ...more, [CLOCK]: clock } as const;
  return { clock, lines, recorder: await McapRecorder.open(sink, options) };
}

/** Closes a recorder, and takes what it writes. */
async function closeSlowly(recorder: McapRecorder, sink: SlowSink): Promise<void> {
  let isClosed = false;
  const closing = recorder.close().finally(() => isClosed = true);
  while (!isClosed) {
    await sink.takeAll();
    await turn();
  }
  await closing;
}

Deno.test("McapRecorder drops messages while the disk is too slow, and reports each episode once", async () => {
  const sink = new SlowSink();
  const { clock, lines, recorder } = await openRecorder(sink, { maxPendingBytes: 16_384 });
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(recorder);
  const sendOdom = senderOn(server, ODOM);
  const sendLog = senderOn(server, { topic: "/log", encoding: "json" });

  let maxPending = 0;
  for (let index = 0; index < 1000; index++) {
    sendOdom(KIB);
    maxPending = Math.max(maxPending, recorder.stats.pendingBytes);
  }
  sendLog(KIB);
  await turn();
  const first = recorder.stats;
  assertEquals(first.messages + first.drops, 1001);
  assert(first.drops > 900 && maxPending < 16_384 + 2 * 4096, `${first.drops} ${maxPending}`);
  assertEquals(first.topics.get("/log"), { messages: 0, bytes: 0, drops: 1 });
  assertEquals(lines, ["warn: Recording to a stream drops messages, because the disk is too slow"]);

  await sink.takeAll();
  clock.advance(4000);
  sendOdom("between");
  await sink.takeAll();
  clock.advance(5999);
  assertEquals([recorder.stats.drops, lines.length], [first.drops, 1]);
  clock.advance(1000);
  await turn();
  const end =
    `warn: Recording to a stream dropped ${first.drops} messages of "/odom", "/log" in 1 s, because the disk was `;
  assertEquals(lines.slice(1), [`${end}too slow`]);

  await sink.takeAll();
  for (let index = 0; index < 1000; index++) sendOdom(KIB);
  await turn();
  assertEquals(lines.length, 3);
  await closeSlowly(recorder, sink);
  await turn();
  assertEquals(lines.length, 4);
  const { messages, isWhole } = recordedFile(sink.taken.bytes());
  assertEquals([messages.length, isWhole], [recorder.stats.messages, true]);
  // A gap in the sequence shows the drops.
  const sequences = messages.map((message) => Number(message.split(" ")[3]));
  const between = sequences[messages.findIndex((message) => message.endsWith("between"))];
  assertEquals(between, 1002);
});

Deno.test("McapRecorder.flush() and flushSeconds write what was recorded, and nothing if there is nothing", async () => {
  const sink = new MemorySink();
  const { clock, recorder } = await openRecorder(sink, { flushSeconds: 2 });
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(recorder);
  const send = senderOn(server, ODOM);
  const flushes = async () => {
    await turn();
    return sink.calls.filter((call) => call === "sync").length;
  };
  send("1");
  clock.advance(1000);
  assertEquals(await flushes(), 0);
  clock.advance(1000);
  assertEquals([await flushes(), recordedFile(sink.bytes()).messages.length], [1, 1]);
  clock.advance(10_000);
  assertEquals(await flushes(), 1);
  send("2");
  await recorder.flush();
  assertEquals([await flushes(), recordedFile(sink.bytes()).messages.length], [2, 2]);
  for (let second = 0; second < 5; second++) clock.advance(1000);
  assertEquals(await flushes(), 2);
  await recorder.close();
  assertEquals(clock.pendingTimers, 0);
});

Deno.test("McapRecorder with flushSeconds: Infinity writes only full chunks", async () => {
  const sink = new MemorySink();
  const { clock, recorder } = await openRecorder(sink, { flushSeconds: Infinity });
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(recorder);
  senderOn(server, ODOM)("1");
  for (let second = 0; second < 100; second++) clock.advance(1000);
  await turn();
  assertEquals(sink.calls.includes("sync"), false);
  await recorder.close();
  assertEquals(recordedFile(sink.bytes()).messages.length, 1);
});

Deno.test("McapRecorder flushes once at a time, when the disk is slow", async () => {
  const sink = new SlowSink();
  const { clock, recorder } = await openRecorder(sink);
  await using server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(recorder);
  const send = senderOn(server, ODOM);
  await sink.takeAll();
  for (let index = 0; index < 10; index++) {
    send("1");
    clock.advance(1000);
  }
  await sink.takeAll();
  const { messages } = recordedFile(sink.taken.bytes());
  // The first flush has the first message. The others waited for it.
  assertEquals(messages.length, 1);
  clock.advance(1000);
  await sink.takeAll();
  assertEquals(recordedFile(sink.taken.bytes()).messages.length, 10);
  await closeSlowly(recorder, sink);
});
