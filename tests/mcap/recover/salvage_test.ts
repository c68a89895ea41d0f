// salvage() and recover(): what can be read of broken files.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import type { SeekableSource } from "../../../src/mcap/reader/seekable_source.ts";
import { compressRecords } from "../../../src/mcap/compression/compress.ts";
import { xxh32 } from "../../../src/mcap/compression/xxh32.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { magicBytes } from "../../../src/mcap/records/magic.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { parseChunk } from "../../../src/mcap/records/parse_chunk.ts";
import { recover } from "../../../src/mcap/recover/recover.ts";
import { type Salvage, salvage } from "../../../src/mcap/recover/salvage.ts";
import type { SalvagedPart } from "../../../src/mcap/recover/salvaged_part.ts";
import type { SalvageReport } from "../../../src/mcap/recover/salvage_tally.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { makeFile, message, ODOM, type Part, SCAN, SCHEMA } from "../support/make_file.ts";
import { piecesOf, readAll, timesOf } from "../support/read_all.ts";

const PARTS: Part[] = [
  { chunk: [message(10), message(12, 2), message(11)] },
  { metadata: { name: "robot", metadata: new Map([["name", "r1"]]) } },
  { attachment: { logTime: 1n, createTime: 2n, name: "map", mediaType: "image/png", data: new Uint8Array(300) } },
  { chunk: [message(9), message(20, 2)] },
  { chunk: [message(30), message(31), message(32, 3)] },
];
const TIMES = [10, 12, 11, 9, 20, 30, 31, 32];

for (const compression of ["none", "zstd"] as const) {
  Deno.test(`recover() makes a whole file of one that was cut at any byte of its last chunks: ${compression}`, async () => {
    const { bytes, places, dataEnd } = makeFile(PARTS, { compression });
    let salvagedOfCutChunks = 0;
    for (let end = places[3]!.start; end <= bytes.length; end++) {
      const { report, reader } = await recovered(bytes.subarray(0, end));
      const messages = (await Array.fromAsync(reader.messages())).map(({ logTime }) => Number(logTime));
      const whole = end >= places[4]!.end ? 8 : end >= places[3]!.end ? 5 : 3;
      const sorted = (count: number) => TIMES.slice(0, count).toSorted((a, b) => a - b);
      // Compressed blocks are much larger than these chunks.
      if (compression === "zstd") assertEquals(messages, sorted(whole), `${end}`);
      else assertEquals([messages, messages.length >= whole], [sorted(messages.length), true], `${end}`);
      salvagedOfCutChunks += messages.length - whole;
      assertEquals([reader.fault, reader.statistics?.messageCount], [undefined, messages.length]);
      assertEquals([report.messages, report.attachments, report.metadata], [messages.length, 1, 1]);
      const isWithinChunk = places.some(({ start, end: chunkEnd }) => start < end && end < chunkEnd);
      assertEquals(report.isLossy, isWithinChunk, `${end}`);
      assertEquals(report.damagedChunks, isWithinChunk ? 1 : 0, `${end}`);
      assertEquals(report.fault === undefined, end >= dataEnd, `${end}`);
    }
    assertEquals(salvagedOfCutChunks > 0, compression === "none");
  });
}

Deno.test("salvage() reads the start of a large chunk of zstd that is cut", async () => {
  let state = 1;
  const random = () => (state = (state * 48271) % 0x7fffffff) & 0xff;
  const messages = Array.from({ length: 400 }, (_, index) => ({
    ...message(index),
    data: Uint8Array.from({ length: 1000 }, (_, at) => at % 2 ? random() : 7),
  }));
  const { bytes, places } = makeFile([{ chunk: messages }], { compression: "zstd" });
  const middle = (places[0]!.start + places[0]!.end) >> 1;
  const { times, report } = await salvaged(bytes.subarray(0, middle));
  assertEquals(times, Array.from({ length: times.length }, (_, index) => index));
  assertEquals([times.length > 100, times.length < 400], [true, true]);
  assertEquals([report.isLossy, report.damagedChunks, report.damagedBytes], [true, 1, middle - places[0]!.start]);
});

Deno.test("salvage() reads a chunk whose sizes were never written, as killed recorders leave it", async () => {
  const { bytes, places } = makeFile(PARTS);
  const { start, end } = places[4]!;
  const cut = bytes.slice(0, end);
  cut.fill(0xff, start + 1, start + 9); // the length of the record
  cut.fill(0xff, start + 9 + 24, start + 9 + 28); // the checksum
  cut.fill(0xff, start + 9 + 16, start + 9 + 24); // the uncompressed size
  cut.fill(0xff, start + 9 + 32, start + 9 + 40); // the length of the records
  const { times, report } = await salvaged(cut);
  assertEquals(times, TIMES);
  assertEquals([report.chunks, report.damagedChunks, report.fault?.expected], [2, 1, "the length of Chunk"]);
});

/** tests/data/chunk_not_closed.mcap of the crate mcap 0.26.0, which has the MIT license. */
const CHUNK_NOT_CLOSED = [
  "894d434150300d0a011600000000000000000000000e0000006d6361702d72732d302e32332e3306ffffffffffff",
  "ffff00000000000000000000000000000000ffffffffffffffffffffffff040000007a737464ffffffffffffffff",
].join("");

Deno.test("salvage() and McapReader read the file of a killed recorder of the Rust implementation", async () => {
  const bytes = Uint8Array.fromHex(CHUNK_NOT_CLOSED);
  const { times, report } = await salvaged(bytes);
  assertEquals([times, report.damagedChunks, report.fault?.expected], [[], 1, "the length of Chunk"]);
  const reader = await McapReader.open(bytes);
  assertEquals([reader.header.library !== "", reader.fault?.offset], [true, 40]);
});

Deno.test("salvage() goes on after a chunk whose length is too large, if it is not compressed", async () => {
  const { bytes, places } = makeFile(PARTS);
  new DataView(bytes.buffer).setBigUint64(places[3]!.start + 1, 1n << 33n, true);
  const { times, report } = await salvaged(bytes);
  assertEquals(times, TIMES);
  assertEquals([report.chunks, report.damagedChunks, report.isLossy], [2, 1, true]);
});

Deno.test("salvage() counts the bytes of a damaged chunk once if they follow a wrong length", async () => {
  const { bytes, places } = makeFile(PARTS);
  new DataView(bytes.buffer).setBigUint64(places[3]!.start + 1, 1n << 33n, true);
  bytes[places[4]!.end - 1]! ^= 1;
  const { times, report } = await salvaged(bytes, bytes);
  assertEquals([times, report.damagedChunks], [TIMES, 2]);
  const content = [places[3]!, places[4]!].map(({ start, end }) => end - start - 9);
  assertEquals(report.damagedBytes, content[0]! + content[1]!);
});

Deno.test("salvage() reads a source whose reads return fewer bytes than were requested", async () => {
  const { bytes } = makeFile(PARTS);
  const source: SeekableSource = {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + Math.min(length, 100))),
  };
  const { times, report } = await salvaged(bytes, source);
  assertEquals([times, report.isLossy, report.fault], [TIMES, false, undefined]);
  const ended = await salvaged(bytes, { ...source, size: bytes.length + 1000, read: source.read });
  assertEquals(ended.times, TIMES);
});

Deno.test("salvage() goes on after a chunk that cannot be decompressed", async () => {
  const { bytes, places } = makeFile(PARTS, { compression: "zstd" });
  const { start, end } = places[3]!;
  bytes.fill(0x55, start + 9 + 45, end);
  const { times, report } = await salvaged(bytes);
  assertEquals(times, [10, 12, 11, 30, 31, 32]);
  assertEquals([report.chunks, report.damagedChunks, report.isLossy], [2, 1, true]);
  assertEquals(report.damagedBytes, end - start - 9);
});

Deno.test("salvage() reads the start of a chunk of LZ4 whose second block is broken, and goes on", async () => {
  const { bytes, places } = makeFile([{ chunk: [message(1), message(2)] }, { chunk: [message(3)] }]);
  const parsed = parseChunk(bytes.subarray(places[0]!.start + 9, places[0]!.end), 0);
  const { records } = parsed;
  // A record of a message has 39 bytes.
  const first = records.subarray(0, records.length - 39);
  const builder = new ByteBuilder();
  builder.bytes(bytes.subarray(0, places[0]!.start));
  encodeRecord(builder, { type: "Chunk", ...parsed, compression: "lz4", records: lz4Frame(first, true) });
  builder.bytes(bytes.subarray(places[0]!.end));
  const { times, report } = await salvaged(builder.written());
  assertEquals(times, [1, 3]);
  assertEquals([report.chunks, report.damagedChunks, report.isLossy], [1, 1, true]);
});

Deno.test("salvage() keeps messages of a chunk with a wrong checksum, but not its definitions", async () => {
  const { bytes, places } = makeFile(PARTS);
  const text = new TextEncoder().encode("/odom");
  const at = indexOf(bytes, text, places[3]!.start);
  bytes[at + 4] = 0x78; // "/odox"
  const { messages, times, report } = await salvaged(bytes);
  assertEquals(times, TIMES);
  assertEquals(new Set(messages.map(({ channel }) => channel.topic)), new Set(["/odom", "/scan", "/log"]));
  assertEquals([report.chunks, report.damagedChunks, report.fault?.offset], [2, 1, places[3]!.start]);
});

Deno.test("salvage() skips a record that is malformed, and ends at bytes that are no record", async () => {
  const { bytes, places } = makeFile(PARTS);
  const broken = bytes.slice();
  broken.fill(0xff, places[1]!.start + 9, places[1]!.start + 13); // the length of the name
  const first = await salvaged(broken);
  assertEquals([first.times, first.report.metadata, first.report.attachments], [TIMES, 0, 1]);
  assertEquals(first.report.isLossy, true);
  const zeros = bytes.slice();
  zeros.fill(0, places[3]!.start);
  const second = await salvaged(zeros, zeros);
  assertEquals([second.times, second.report.isLossy], [[10, 12, 11], true]);
  assertEquals(second.report.fault?.offset, places[3]!.start);
  assertEquals(second.report.damagedBytes, bytes.length - places[3]!.start);
});

for (const compression of ["none", "zstd"] as const) {
  Deno.test(`salvage() reads a chunk whose head is overwritten, with the summary or without: ${compression}`, async () => {
    const { bytes, places } = makeFile(PARTS, { compression });
    const { start, end } = places[3]!;
    bytes.fill(0x96, start, start + 20);
    const indexed = await salvaged(bytes, bytes);
    assertEquals([indexed.times, indexed.report.gaps, indexed.report.isLossy], [TIMES, 0, true]);
    assertEquals([indexed.report.damagedChunks, indexed.report.damagedBytes], [1, end - start]);
    // A stream has no summary. Records of a chunk that is not compressed are found one by one.
    const searched = await salvaged(bytes);
    const times = compression === "none" ? TIMES : [10, 12, 11, 30, 31, 32];
    assertEquals([searched.times, searched.report.gaps, searched.report.isLossy], [times, 1, true]);
    assertEquals([searched.report.fault?.offset, searched.report.damagedBytes > 0], [start + 1, true]);
  });

  Deno.test(`salvage() goes on after a chunk whose length is wrong: ${compression}`, async () => {
    for (const length of [1n << 33n, 1n << 60n, 3000n]) {
      const { bytes, places } = makeFile(PARTS, { compression });
      new DataView(bytes.buffer).setBigUint64(places[3]!.start + 1, length, true);
      const { times, report } = await salvaged(bytes);
      assertEquals([times, report.damagedChunks, report.isLossy, report.gaps], [TIMES, 1, true, 0]);
    }
  });

  Deno.test(`salvage() reads a file whose start is overwritten or lost: ${compression}`, async () => {
    const { bytes, places } = makeFile(PARTS, { compression });
    const start = bytes.slice();
    start.fill(0x96, 0, 20);
    for (const source of [start, piecesOf(start, 100), bytes.subarray(places[0]!.start), bytes.subarray(20)]) {
      const { times, report } = await salvaged(start, source);
      assertEquals([times, report.attachments, report.isLossy, report.gaps], [TIMES, 1, true, 1]);
      assertEquals(report.fault?.expected.startsWith("the magic bytes"), true);
    }
    const magic = bytes.slice();
    magic.fill(0, 0, 8);
    const { report, reader } = await recovered(magic);
    assertEquals([report.messages, report.damagedBytes, reader.header.profile], [8, 8, "ros2"]);
    const rest = await salvaged(bytes.subarray(places[0]!.start + 60));
    assertEquals([rest.times.slice(-5), rest.report.gaps], [TIMES.slice(-5), 1]);
  });
}

Deno.test("salvage() does not take bytes like the end of a file for it", async () => {
  const parts = [1, 2, 3].map((time) => ({ message: message(time, 1, 0, 200) }));
  const { bytes, places } = makeFile(parts);
  const { start } = places[1]!;
  bytes.fill(0, start, start + 200);
  bytes.set([0x0f, 4, 0, 0, 0, 0, 0, 0, 0], start + 50);
  bytes.set([0x02, 20, 0, 0, 0, 0, 0, 0, 0], start + 100);
  const { times } = await salvaged(bytes);
  assertEquals(times, [1, 3]);
});

Deno.test("salvage() goes on with messages outside of chunks, whose channels are known", async () => {
  const parts = [1, 2, 3, 4].map((time) => ({ message: message(time) }));
  const { bytes, places } = makeFile(parts);
  bytes.fill(0, places[1]!.start, places[1]!.start + 12);
  const { times, report } = await salvaged(bytes);
  assertEquals([times, report.gaps, report.damagedBytes], [[1, 3, 4], 1, places[2]!.start - places[1]!.start]);
});

Deno.test("salvage() reads messages whose channels are only in the summary, because the start is lost", async () => {
  const { bytes, places } = makeFile(PARTS, { definesInEachChunk: false });
  bytes.fill(0, 0, places[0]!.end);
  const indexed = await salvaged(bytes, bytes);
  assertEquals([indexed.times, indexed.report.skippedMessages], [[9, 20, 30, 31, 32], 0]);
  const streamed = await salvaged(bytes);
  assertEquals([streamed.times, streamed.report.skippedMessages], [[], 5]);
  // All offsets of the summary are too large by 50.
  const shifted = await salvaged(bytes, bytes.subarray(50));
  assertEquals([shifted.times, shifted.report.skippedMessages], [[9, 20, 30, 31, 32], 0]);
  const longer = new Uint8Array(bytes.length + 50);
  longer.set(bytes, 50);
  longer.fill(1, places[3]!.start + 50, places[3]!.start + 70); // the head of a chunk
  assertEquals((await salvaged(longer, longer)).times, [9, 20, 30, 31, 32]);
});

for (const compression of ["none", "zstd"] as const) {
  Deno.test(`salvage() goes on after a record in a chunk that is broken: ${compression}`, async () => {
    const { bytes: file, places } = makeFile([{ chunk: [1, 2, 3, 4].map((time) => message(time)) }, {
      chunk: [message(5)],
    }]);
    const chunk = parseChunk(file.subarray(places[0]!.start + 9, places[0]!.end), 0);
    const records = chunk.records.slice();
    // A record of a message has 39 bytes.
    records.fill(0x77, records.length - 3 * 39, records.length - 2 * 39 - 10);
    const builder = new ByteBuilder();
    builder.bytes(file.subarray(0, places[0]!.start));
    encodeRecord(builder, { type: "Chunk", ...chunk, ...compressRecords(records, compression, 1) });
    builder.bytes(file.subarray(places[0]!.end));
    const { times, report } = await salvaged(builder.written());
    assertEquals([times, report.damagedChunks, report.isLossy], [[1, 3, 4, 5], 1, true]);
  });
}

Deno.test("salvage() does not believe a summary that is wrong", async () => {
  const { bytes, places, dataEnd } = makeFile(PARTS);
  bytes.fill(0, places[3]!.start, places[3]!.start + 20);
  bytes[dataEnd + 60]! ^= 1; // the checksum is wrong
  const { times, report } = await salvaged(bytes, bytes);
  assertEquals([times, report.gaps], [TIMES, 1]);
});

Deno.test("salvage() tries only a few chunks that have no end, and reads the source once", async () => {
  const { bytes: file, places } = makeFile([{ chunk: [message(1)] }], { compression: "zstd" });
  const head = file.slice(places[0]!.start, places[0]!.end);
  const view = new DataView(head.buffer);
  // Both lengths are beyond the end of the file, so each chunk could be the last one, which is cut.
  view.setBigUint64(1, BigInt(10_000_000 + 44), true);
  view.setBigUint64(9 + 28 + 4 + 4, 10_000_000n, true);
  const count = 5000;
  const bytes = new Uint8Array(count * head.length);
  for (let index = 0; index < count; index++) bytes.set(head, index * head.length);
  let read = 0;
  const source: SeekableSource = {
    size: bytes.length,
    read(offset, length) {
      read += length;
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
  const { times, report } = await salvaged(bytes, source);
  assertEquals([times, report.damagedChunks, report.isLossy], [[1, 1, 1, 1], count, true]);
  assertEquals(read <= bytes.length + 65 * 1024, true, `${read} of ${bytes.length}`);
});

Deno.test("salvage() keeps an attachment with a wrong checksum, and is lossy", async () => {
  const { bytes, places } = makeFile(PARTS);
  bytes[places[2]!.end - 6]! ^= 1;
  const { report } = await salvaged(bytes);
  assertEquals([report.attachments, report.isLossy, report.messages], [1, true, 8]);
});

Deno.test("salvage() reads messages outside of chunks, up to the cut", async () => {
  const { bytes, places } = makeFile([1, 2, 3].map((time) => ({ message: message(time) })), { hasSummary: false });
  for (let end = places[0]!.end; end <= places[2]!.end; end++) {
    const { times, report } = await salvaged(bytes.subarray(0, end));
    const whole = places.filter((place) => place.end <= end).length;
    assertEquals([times.length, report.isLossy], [whole, !places.some((place) => place.end === end)]);
  }
});

Deno.test("salvage() counts messages whose channel is missing", async () => {
  const { report } = await salvaged(makeFile([{ chunk: [message(1, 99), message(2)] }]).bytes);
  assertEquals([report.messages, report.skippedMessages, report.isLossy], [1, 1, true]);
});

Deno.test("salvage() uses the later definition of a channel", async () => {
  const builder = new ByteBuilder();
  builder.bytes(magicBytes());
  encodeRecord(builder, { type: "Header", profile: "", library: "" });
  encodeRecord(builder, { type: "Schema", ...SCHEMA });
  encodeRecord(builder, { type: "Channel", ...ODOM });
  encodeRecord(builder, { type: "Message", ...message(1) });
  encodeRecord(builder, { type: "Channel", ...SCAN, id: 1 });
  encodeRecord(builder, { type: "Message", ...message(2) });
  const { messages } = await salvaged(builder.written());
  assertEquals(messages.map(({ channel }) => channel.topic), ["/odom", "/scan"]);
  const { reader } = await recovered(builder.written());
  const copied = await readAll(reader.batches());
  assertEquals(copied.map(({ channel, schema }) => [channel.topic, schema?.name]), [["/odom", "Pose"], [
    "/scan",
    "Pose",
  ]]);
});

Deno.test("recover() keeps channels without messages, the profile and the library", async () => {
  const { reader } = await recovered(makeFile([{ chunk: [message(1)] }]).bytes.subarray(0, -1));
  assertEquals(reader.header, { profile: "ros2", library: "test" });
  assertEquals([...reader.channels.values()].map(({ topic }) => topic), ["/odom", "/scan", "/log"]);
  assertEquals([...reader.channels.values()].map(({ metadata }) => metadata.get("key")), ["value", "value", "value"]);
});

Deno.test("recover() reports to onProgress the size of a file, and how much of a stream was read", async () => {
  const { bytes } = makeFile(PARTS);
  const progress = async (source: Parameters<typeof salvage>[0]) => {
    const read: number[] = [];
    await recover(source, { write() {} }, { onProgress: (report) => read.push(report.bytes) });
    return read;
  };
  assertEquals(new Set(await progress(bytes)), new Set([bytes.length]));
  const read = await progress(piecesOf(bytes, 100));
  assertEquals([read.length, read.every((each) => each > 0 && each <= bytes.length)], [5, true]);
  assertEquals([read, new Set(read).size], [read.toSorted((a, b) => a - b), 5]);
});

Deno.test("recover() opens no target if the source is not an MCAP file", async () => {
  const sink = { write: () => Promise.reject(new Error("was written")) };
  await assertRejects(() => recover(new Uint8Array(100), sink), McapError, "the magic bytes");
});

Deno.test("recover() does not overwrite its source", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a.mcap`;
    const { bytes } = makeFile(PARTS);
    await Deno.writeFile(path, bytes);
    await Deno.symlink(path, `${folder}/link.mcap`);
    for (const target of [path, new URL(`file://${path}`), `file://${path}`, `${folder}/link.mcap`]) {
      await assertRejects(() => recover(path, target, { overwrite: true }), TypeError, "the target is the same file");
    }
    assertEquals(await Deno.readFile(path), bytes);
    const report = await recover(path, `${folder}/b.mcap`);
    await assertRejects(() => recover(path, `${folder}/b.mcap`), Error, "the file exists");
    await recover(path, `${folder}/b.mcap`, { overwrite: true });
    assertEquals([report.messages, report.bytes, report.isLossy], [8, bytes.length, false]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("recover() rejects with the error of the target, and of the signal", async () => {
  const { bytes } = makeFile(PARTS);
  const full = new Error("disk full");
  const sink = { write: () => Promise.reject(full) };
  assertEquals(await recover(bytes, sink).catch((error) => error), full);
  const reason = new Error("enough");
  const controller = new AbortController();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stopped = recover(bytes, { write: (part) => void parts.push(part) }, {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  assertEquals(await stopped.catch((error) => error), reason);
  const reader = await McapReader.open(new Blob(parts));
  assertEquals([timesOf(await readAll(reader.batches())), reader.fault], [[10, 11, 12], undefined]);
});

async function salvaged(bytes: Uint8Array, source: Parameters<typeof salvage>[0] = piecesOf(bytes, 1000)) {
  const parts: Salvage = salvage(source);
  const found: SalvagedPart[] = await Array.fromAsync(parts);
  const messages = found.flatMap((part) => part.type === "messages" ? part.messages : []);
  return { messages, times: timesOf(messages), report: parts.report };
}

async function recovered(bytes: Uint8Array): Promise<{ report: SalvageReport; reader: McapReader }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const report = await recover(bytes, { write: (part) => void parts.push(part) });
  return { report, reader: await McapReader.open(new Blob(parts)) };
}

/** Returns a frame of LZ4 with one block, and perhaps the length of another one, which is too large. */
function lz4Frame(block: Uint8Array, isBroken = false): Uint8Array {
  const frame = new ByteBuilder();
  const descriptor = Uint8Array.of(0x60, 0x40);
  frame.uint32(0x184d_2204);
  frame.bytes(descriptor);
  frame.uint8(xxh32(descriptor, 0, 2) >>> 8 & 0xff);
  frame.uint32(0x8000_0000 + block.length);
  frame.bytes(block);
  frame.uint32(isBroken ? 0x7fff_ffff : 0);
  return frame.written();
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let start = from; start < bytes.length; start++) {
    if (wanted.every((byte, index) => bytes[start + index] === byte)) return start;
  }
  throw new Error("not found");
}
