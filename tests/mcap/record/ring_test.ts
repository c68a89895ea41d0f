// ringRecorder(): the last seconds in memory, as a whole file.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { type Channel, type ChannelId, FoxgloveServer } from "../../../mod.ts";
import { CLOCK } from "../../../src/clock.ts";
import type { RingRecorderOptions } from "../../../src/mcap/record/ring_options.ts";
import { type RingRecorder, ringRecorder } from "../../../src/mcap/record/ring_recorder.ts";
import { TestClock } from "../../support/test_clock.ts";
import { startServer } from "../../support/test_server.ts";
import { readIndexed, testWithNpm } from "../writer/npm_mcap.ts";
import { MemorySink, noise, ofType, recordsOf } from "../writer/written.ts";
import { ODOM, readRecorded, recordedFile, senderOn, withFolder } from "./recorded.ts";

/** A ring with a clock of its own, as the sink of a server. */
function startRing(options: RingRecorderOptions = {}) {
  const clock = new TestClock();
  const ring = ringRecorder({ ...options, [CLOCK]: clock } as RingRecorderOptions);
  const server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(ring);
  return { clock, ring, server };
}

async function dumped(ring: RingRecorder): Promise<Uint8Array> {
  const sink = new MemorySink();
  await ring.dump(sink);
  assertEquals(sink.calls.slice(-3), ["flush", "sync", "close"]);
  return sink.bytes();
}

for (const compression of ["none", "zstd"] as const) {
  testWithNpm(`RingRecorder writes a whole file with the last seconds, compression "${compression}"`, async () => {
    const { clock, ring, server } = startRing({ seconds: 10, compression });
    const send = senderOn(server, ODOM);
    for (let second = 1; second <= 30; second++) {
      send(`${second}`);
      clock.advance(1000);
    }
    const file = await dumped(ring);
    const { messages, topics, isWhole } = recordedFile(file);
    assertEquals(
      messages,
      Array.from({ length: 10 }, (_, index) => `/odom ${[21, 21, 21].map((n) => n + index).join(" ")} ${21 + index}`),
    );
    assertEquals([new Set(topics), isWhole], [new Set(["/odom"]), true]);
    const findings = await readIndexed(file);
    assertEquals([findings.messages.length, findings.counts[0]], [10, 10]);
    assertEquals(findings.schemas, [["Odometry", "jsonschema", ODOM.schema]]);
    await server.close();
  });

  testWithNpm(`RingRecorder adds the latched messages before the window, compression "${compression}"`, async () => {
    const { clock, ring, server } = startRing({ seconds: 10, compression });
    const map = server.addChannel({ topic: "/map", encoding: "json", latch: { depth: 2 } });
    server.addChannel({ topic: "/unused", encoding: "json", latch: true });
    const odom = server.addChannel(ODOM);
    for (let second = 1; second <= 30; second++) {
      const time = BigInt(second);
      if ([1, 5, 9, 26].includes(second)) server.sendMessage(map, time, `map ${second}`);
      server.sendMessage(odom, time, `${second}`);
      clock.advance(1000);
    }
    const file = await dumped(ring);
    const { messages } = recordedFile(file);
    assertEquals(messages.slice(0, 3), ["/map 21 5 6 map 5", "/map 21 9 11 map 9", "/odom 21 21 24 21"]);
    assertEquals(messages.filter((each) => each.startsWith("/map")).slice(2), ["/map 26 26 29 map 26"]);
    const [statistics] = ofType(recordsOf(file), "Statistics");
    assertEquals([statistics!.messageCount, [...statistics!.channelMessageCounts.values()]], [13, [3, 0, 10]]);
    assertEquals((await readIndexed(file)).messages.length, 13);
    await server.close();
  });
}

Deno.test("RingRecorder gives older latched messages the time at which the window begins", async () => {
  const { clock, ring, server } = startRing({ seconds: 10, bytes: 1_000_000, compression: "none" });
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: { depth: 2 } });
  const odom = server.addChannel(ODOM);
  const messages = async () => recordedFile(await dumped(ring)).messages;
  server.sendMessage(map, 3n, "map");
  assertEquals([await messages(), ring.stats.messages, ring.stats.bytes], [["/map 3 3 1 map"], 1, 3]);
  server.sendMessage(odom, 100n, "1");
  const first = ["/map 100 3 1 map", "/odom 100 100 2 1"];
  assertEquals(await messages(), first);
  // A server sends latched messages again after a reconnect.
  server.sendMessage(map, 3n, "map");
  server.sendMessage(map, 101n, "new");
  assertEquals(await messages(), [...first, "/map 100 3 3 map", "/map 101 101 4 new"]);
  clock.advance(11_000);
  assertEquals(await messages(), ["/map 100 3 3 map", "/map 101 101 4 new"]);
  server.sendMessage(map, 5n, "again");
  server.sendMessage(odom, 200n, "2");
  assertEquals(await messages(), ["/map 200 3 3 map", "/map 200 101 4 new", "/map 200 5 5 again", "/odom 200 200 6 2"]);
  await server.close();
});

Deno.test("RingRecorder does not give latched messages the time of a window that has passed", async () => {
  const { clock, ring, server } = startRing({ seconds: 10, compression: "none" });
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
  const odom = server.addChannel(ODOM);
  for (const time of [100n, 101n]) {
    server.sendMessage(odom, time, "before");
    clock.advance(1000);
  }
  // The server was away for longer than the window. It sends its latched messages again first.
  clock.advance(60_000);
  server.sendMessage(map, 3n, "map");
  assertEquals(ring.stats.bytes, 3);
  server.sendMessage(odom, 200n, "after");
  assertEquals(recordedFile(await dumped(ring)).messages, ["/map 200 3 3 map", "/odom 200 200 4 after"]);
  await server.close();
});

Deno.test("RingRecorder keeps latched messages with their own times if no other messages come", async () => {
  const { clock, ring, server } = startRing({ seconds: 10, bytes: 8000, chunkBytes: 1000, compression: "none" });
  const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
  for (let second = 1; second <= 30; second++) {
    server.sendMessage(map, BigInt(second), second % 10 === 0 ? "x".repeat(600) : `${second}`);
    clock.advance(1000);
    assertEquals(ring.stats.bytes < 8000, true);
  }
  const times = recordedFile(await dumped(ring)).messages.map((each) => Number(each.split(" ")[1]));
  assertEquals([times.length, times.at(0), times.at(-1)], [11, 21, 30]);
  assertEquals(new Set(times.slice(1)).size, 10);
  await server.close();
});

Deno.test("RingRecorder stays within its bytes, and keeps the newest messages", async () => {
  const { clock, ring, server } = startRing({ bytes: 100_000, chunkBytes: 10_000, compression: "none" });
  const id = server.addChannel(ODOM);
  const payload = noise(1000);
  let max = 0;
  for (let index = 1; index <= 1000; index++) {
    server.sendMessage(id, BigInt(index), payload);
    clock.advance(1);
    max = Math.max(max, ring.stats.bytes);
  }
  assert(max <= 100_000 && max > 85_000, `${max}`);
  const { messages } = recordedFile(await dumped(ring));
  assert(messages.length > 70, `${messages.length}`);
  assertEquals(messages.at(-1)!.startsWith("/odom 1000 1000 1000 "), true);
  assertEquals(ring.stats.messages, 1000);
  await server.close();
});

Deno.test("RingRecorder goes on while it writes, and writes the same again", async () => {
  const { ring, server } = startRing({ compression: "none" });
  const send = senderOn(server, ODOM);
  send("1");
  // A sink owns the bytes that it gets.
  await ring.dump({ write: (bytes) => void bytes.fill(0) });
  const first = dumped(ring);
  send("2");
  const second = dumped(ring);
  send("3");
  const texts = (await Promise.all([first, second, dumped(ring)])).map((file) => recordedFile(file).messages);
  assertEquals(texts.map((messages) => messages.length), [1, 2, 3]);
  assertEquals(texts[2], ["/odom 1 1 1 1", "/odom 2 2 2 2", "/odom 3 3 3 3"]);
  await server.close();
});

Deno.test("RingRecorder forgets old messages, also while none arrive, and writes a file without messages", async () => {
  const { clock, ring, server } = startRing({ seconds: 10 });
  senderOn(server, ODOM)("1");
  clock.advance(10_001);
  const { messages, topics, isWhole } = recordedFile(await dumped(ring));
  assertEquals([messages, new Set(topics), isWhole, ring.stats.bytes], [[], new Set(["/odom"]), true, 0]);
  await server.close();
});

Deno.test("RingRecorder.dump() writes a path, and does not overwrite a file unless told to", async () => {
  await withFolder(async (folder) => {
    const { ring, server } = startRing();
    senderOn(server, ODOM)("1");
    const path = `${folder}/a.mcap`;
    await ring.dump(path);
    await assertRejects(() => ring.dump(path), Error, "the file exists");
    await ring.dump(path, { overwrite: true, library: "test" });
    assertEquals(readRecorded(path).messages, ["/odom 1 1 1 1"]);
    assertEquals(ofType(recordsOf(await Deno.readFile(path)), "Header")[0]!.library, "test");
    await server.close();
  });
});

Deno.test("RingRecorder.dump() rejects when its sink fails, and closes it", async () => {
  const { ring, server } = startRing();
  senderOn(server, ODOM)("1");
  let closed = 0;
  const sink = {
    write: () => Promise.reject(new Error("full")),
    close: () => void closed++,
  };
  await assertRejects(() => ring.dump(sink), Error, "full");
  assertEquals(closed, 1);
  await server.close();
});

Deno.test("a server offers the last minute as a download", async () => {
  const ring = ringRecorder({ seconds: 60 });
  await using server = await startServer({ fallback: () => new Response(ring.stream()) });
  server.addSink(ring);
  senderOn(server, ODOM)("1");
  const response = await fetch(`http://127.0.0.1:${server.addr!.port}/last_minute.mcap`);
  assertEquals(recordedFile(await response.bytes()).messages, ["/odom 1 1 1 1"]);
});

Deno.test("RingRecorder.stream() ends quietly when its reader cancels, and fails with a wrong option", async () => {
  const { ring, server } = startRing();
  const send = senderOn(server, ODOM);
  for (let index = 0; index < 100; index++) send("x".repeat(10_000));
  const reader = ring.stream().getReader();
  await reader.read();
  await reader.cancel();
  const broken = ring.stream({ profile: 5 as unknown as string });
  await assertRejects(() => new Response(broken).bytes(), TypeError, "profile is a number");
  await server.close();
});

Deno.test("RingRecorder drops the messages of a channel for which there is no id left", async () => {
  const ring = ringRecorder();
  const channel: Channel = { id: 0 as ChannelId, topic: "", encoding: "json", schemaName: "", schema: "" };
  for (let index = 0; index <= 0xffff; index++) {
    ring.channelAdded({ ...channel, id: index as ChannelId, topic: `/${index}` }, { latchDepth: 0 });
  }
  for (const id of [0, 0xffff]) ring.message(id as ChannelId, 1n, new Uint8Array());
  ring.channelRemoved(0 as ChannelId);
  ring.message(0 as ChannelId, 1n, new Uint8Array());
  assertEquals([ring.stats.messages, ring.stats.drops], [3, 2]);
  assertEquals(recordedFile(await dumped(ring)).messages, ["/0 1 1 1 "]);
});

Deno.test("ringRecorder() rejects options that are invalid", () => {
  assertThrows(() => ringRecorder({ seconds: 0 }), RangeError, "seconds is 0, not a number above 0");
  assertThrows(() => ringRecorder({ bytes: NaN }), RangeError, "bytes is NaN");
  assertThrows(() => ringRecorder({ chunkBytes: 0 }), RangeError, "chunkBytes is 0");
  assertThrows(() => ringRecorder({ times: "log" as "receive" }), TypeError, 'times is "log"');
});
