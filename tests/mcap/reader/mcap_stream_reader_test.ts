// readMcap(): a file from its start to its end.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import { readMcap } from "../../../src/mcap/reader/mcap_stream_reader.ts";
import { encodeChannel } from "../../../src/mcap/records/encode_data.ts";
import { encodeMessage } from "../../../src/mcap/records/encode_message.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { LOG, makeFile, message, ODOM, type Part, SCHEMA } from "../support/make_file.ts";
import { collect, piecesOf, readAll, timesOf } from "../support/read_all.ts";

const PARTS: Part[] = [
  { chunk: [message(10), message(12, 2), message(11)] },
  { metadata: { name: "robot", metadata: new Map([["name", "r1"]]) } },
  { attachment: { logTime: 1n, createTime: 2n, name: "map", mediaType: "image/png", data: new Uint8Array(300) } },
  { chunk: [message(9), message(20, 2)] },
];
const TIMES = [10, 12, 11, 9, 20];

for (const compression of ["none", "zstd"] as const) {
  Deno.test(`readMcap() yields messages in the order of the file, from pieces of any size: ${compression}`, async () => {
    const { bytes } = makeFile(PARTS, { compression });
    for (const size of [1, 2, 7, 9, 31, 100, 1000, bytes.length]) {
      const calls: string[] = [];
      const stream = readMcap(piecesOf(bytes, size), {
        onAttachment: ({ name, data }) => calls.push(`${name} ${data.length}`),
        onMetadata: ({ name }) => calls.push(name),
      });
      const batches = await Array.fromAsync(stream.batches());
      assertEquals(batches.map(timesOf), [[10, 12, 11], [9, 20]]);
      assertEquals(calls, ["robot", "map 300"]);
      assertEquals([stream.header?.profile, stream.statistics?.messageCount], ["ros2", 5]);
      assertEquals([stream.schemas.get(1), stream.channels.get(3), stream.skippedMessages], [SCHEMA, LOG, 0]);
      assertEquals(batches[0]?.[0]?.channel, ODOM);
    }
  });
}

Deno.test("readMcap() reads messages outside of chunks", async () => {
  const { bytes } = makeFile([1, 3, 2].map((time) => ({ message: message(time) })));
  for (const size of [1, 50, bytes.length]) {
    assertEquals(timesOf(await readAll(readMcap(piecesOf(bytes, size)).batches())), [1, 3, 2]);
  }
});

Deno.test("readMcap() selects topics and times", async () => {
  const { bytes } = makeFile(PARTS);
  const read = async (options: Parameters<typeof readMcap>[1]) =>
    timesOf(await Array.fromAsync(readMcap([bytes], options)));
  assertEquals(await read({ topics: ["/scan"] }), [12, 20]);
  assertEquals(await read({ start: 10n, end: 12n }), [10, 11]);
});

Deno.test("readMcap() reads a ReadableStream, and cancels it when the loop is left", async () => {
  const { bytes } = makeFile(PARTS);
  const reasons: unknown[] = [];
  const pieces = piecesOf(bytes, 400);
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => void reasons.push(reason),
  });
  for await (const _ of readMcap(stream)) break;
  assertEquals([reasons.length, stream.locked], [1, false]);
});

Deno.test("readMcap() yields whole messages of a file that is cut anywhere, and then throws", async () => {
  for (const compression of ["none", "zstd"] as const) {
    const { bytes, places } = makeFile(PARTS, { compression });
    for (let end = 0; end < bytes.length; end++) {
      const { items, error } = await collect(readMcap(piecesOf(bytes.subarray(0, end), 64)));
      const expected = end >= places[3]!.end ? TIMES : end >= places[0]!.end ? TIMES.slice(0, 3) : [];
      assertEquals([timesOf(items), error instanceof McapError], [expected, true], `${end}`);
      assertEquals((error as McapError).offset <= end, true);
    }
  }
});

Deno.test("readMcap() yields messages outside of chunks before a cut", async () => {
  const { bytes, places } = makeFile([1, 2, 3].map((time) => ({ message: message(time) })));
  for (let end = places[0]!.start; end < bytes.length; end++) {
    const { items, error } = await collect(readMcap([bytes.subarray(0, end)]));
    const count = places.filter((place) => place.end <= end).length;
    assertEquals([items.length, error instanceof McapError], [count, true]);
  }
});

Deno.test("readMcap() yields the messages before a fault in a chunk", async () => {
  const { bytes, places } = makeFile([{ chunk: [message(1)] }, { chunk: [message(2), message(3)] }]);
  bytes[places[1]!.end - 1]! ^= 1;
  const first = await collect(readMcap([bytes]));
  assertEquals([timesOf(first.items), (first.error as McapError).offset], [[1], places[1]!.start]);
  // The opcode of the last message becomes 0, and no checksum tells.
  bytes[places[1]!.end - 39] = 0;
  const second = await collect(readMcap([bytes], { validateCrcs: false }));
  assertEquals(timesOf(second.items), [1, 2]);
  assertEquals((second.error as McapError).message.includes("expected an opcode, found 0 at byte"), true);
});

Deno.test("readMcap() throws after the messages if the checksum of the data section is wrong", async () => {
  const { bytes, dataEnd } = makeFile(PARTS);
  bytes[dataEnd - 1]! ^= 1;
  for (const size of [10, bytes.length]) {
    const { items, error } = await collect(readMcap(piecesOf(bytes, size)));
    assertEquals([timesOf(items), (error as McapError).expected.includes("of the data section")], [TIMES, true]);
    assertEquals((await Array.fromAsync(readMcap(piecesOf(bytes, size), { validateCrcs: false }))).length, 5);
  }
});

Deno.test("readMcap() throws for a chunk whose length was never written", async () => {
  const { bytes, places } = makeFile(PARTS);
  bytes.fill(0xff, places[3]!.start + 1, places[3]!.start + 9);
  const { items, error } = await collect(readMcap(piecesOf(bytes, 100)));
  assertEquals(timesOf(items), TIMES.slice(0, 3));
  assertEquals((error as McapError).expected, "the length of Chunk");
});

Deno.test("readMcap() gathers no record beyond the limit, but skips attachments without a callback", async () => {
  const attachment = { logTime: 1n, createTime: 2n, name: "a", mediaType: "b", data: new Uint8Array(5000) };
  const { bytes } = makeFile([{ attachment }, { chunk: [message(1)] }]);
  const options = { maxRecordBytes: 2000 };
  assertEquals(timesOf(await Array.fromAsync(readMcap(piecesOf(bytes, 100), options))), [1]);
  const { error } = await collect(readMcap(piecesOf(bytes, 100), { ...options, onAttachment: () => {} }));
  assertEquals((error as McapError).expected, "a record of at most 2000 bytes, as the option maxRecordBytes allows");
});

Deno.test("readMcap() stops reading at a length that is beyond the limit", async () => {
  const { bytes, places } = makeFile([{ chunk: [message(1)] }]);
  new DataView(bytes.buffer).setBigUint64(places[0]!.start + 1, 1n << 40n, true);
  let pieces = 0;
  const { error } = await collect(readMcap((function* () {
    for (const piece of piecesOf(bytes, 64)) {
      pieces += 1;
      yield piece;
    }
    throw new Error("all was read");
  })()));
  assertEquals([error instanceof McapError, pieces <= Math.ceil((places[0]!.start + 9) / 64)], [true, true]);
});

Deno.test("readMcap() skips messages whose channel is not defined before them, and rejects other definitions", async () => {
  const { bytes, places } = makeFile([{ message: message(1, 9) }, { message: message(2) }]);
  const stream = readMcap([bytes]);
  assertEquals(timesOf(await Array.fromAsync(stream)), [2]);
  assertEquals(stream.skippedMessages, 1);
  const builder = new ByteBuilder();
  builder.bytes(bytes.subarray(0, places[1]!.end));
  encodeChannel(builder, ODOM);
  encodeMessage(builder, message(3));
  encodeChannel(builder, { ...ODOM, topic: "/other" });
  encodeMessage(builder, message(4));
  const { items, error } = await collect(readMcap([builder.written()]));
  assertEquals(timesOf(items), [2, 3]);
  assertEquals((error as McapError).expected, "the same definition of channel 1 as before");
});

Deno.test("readMcap() and McapReader skip records with unknown opcodes, however large they are", async () => {
  const { bytes, places } = makeFile([{ chunk: [message(1)] }, { chunk: [message(2)] }], { hasSummary: false });
  const unknown = new Uint8Array(9 + 5000).fill(0x77);
  unknown[0] = 0x81;
  new DataView(unknown.buffer).setBigUint64(1, 5000n, true);
  const { start } = places[1]!;
  const file = new Uint8Array([...bytes.subarray(0, start), ...unknown, ...bytes.subarray(start)]);
  // The checksum of the data section is that of the file without the record.
  const options = { maxRecordBytes: 2000, validateCrcs: false };
  assertEquals(timesOf(await readAll(readMcap(piecesOf(file, 100), options).batches())), [1, 2]);
  const reader = await McapReader.open(file, options);
  assertEquals([timesOf(await readAll(reader.batches())), reader.fault], [[1, 2], undefined]);
});

Deno.test("readMcap() ends with the reason of the signal while it waits for a stream", async () => {
  const { bytes } = makeFile(PARTS);
  let isCancelled = false;
  const waiting = Promise.withResolvers<void>();
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls += 1;
      if (pulls === 1) controller.enqueue(bytes.subarray(0, -10));
      else waiting.resolve();
    },
    cancel: () => void (isCancelled = true),
  }, { highWaterMark: 0 });
  const controller = new AbortController();
  const reason = new Error("enough");
  const messages = readMcap(stream, { signal: controller.signal })[Symbol.asyncIterator]();
  for (const time of TIMES) assertEquals((await messages.next()).value?.logTime, BigInt(time));
  const next = messages.next();
  await waiting.promise;
  controller.abort(reason);
  assertEquals(await next.catch((error) => error), reason);
  assertEquals(isCancelled, true);
});

Deno.test("readMcap() rejects wrong arguments", async () => {
  const { bytes } = makeFile(PARTS);
  const stream = readMcap([bytes]);
  stream.batches();
  assertThrows(() => stream.batches(), TypeError, "a loop already reads it");
  const wrong = readMcap(bytes as unknown as Uint8Array[]);
  assertEquals((await collect(wrong)).error instanceof TypeError, true);
  const texts = await collect(readMcap(["text"] as unknown as Uint8Array[]));
  assertEquals((texts.error as Error).message.includes("not a Uint8Array"), true);
  assertThrows(() => readMcap([], { maxRecordBytes: NaN }), RangeError, "NaN");
});
