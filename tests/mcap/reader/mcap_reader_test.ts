// McapReader: any part of a file, in the order of time.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import type { SeekableSource } from "../../../src/mcap/reader/seekable_source.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { encodeSchema } from "../../../src/mcap/records/encode_data.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import type { Message } from "../../../src/mcap/records/records.ts";
import { type FileShape, LOG, makeFile, message, ODOM, type Part, SCAN, SCHEMA } from "../support/make_file.ts";
import { collect, readAll, timesOf } from "../support/read_all.ts";

const CHUNKS: Part[] = [
  { chunk: [message(10), message(12, 2), message(11)] },
  { chunk: [message(13, 3), message(9), message(20, 2)] },
  { chunk: [message(14), message(15, 2), message(15, 3)] },
];
const SORTED = [9, 10, 11, 12, 13, 14, 15, 15, 20];

/** A source that counts what is read. */
class CountingSource implements SeekableSource {
  readonly #bytes: Uint8Array;
  readonly reads: { offset: number; length: number }[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push({ offset, length });
    return Promise.resolve(this.#bytes.slice(offset, offset + length));
  }
}

const SHAPES: Record<string, FileShape> = {
  "with everything": {},
  "compressed with zstd": { compression: "zstd" },
  "without a summary": { hasSummary: false },
  "without message indexes": { hasMessageIndexes: false },
  "without a summary and message indexes": { hasSummary: false, hasMessageIndexes: false },
  "whose summary repeats nothing": { repeatsDefinitions: false },
  "whose first chunk defines everything": { definesInEachChunk: false, repeatsDefinitions: false },
};

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`McapReader reads a file ${name}`, async () => {
    const reader = await McapReader.open(makeFile(CHUNKS, shape).bytes);
    assertEquals([...reader.channels.values()], [ODOM, SCAN, LOG]);
    assertEquals([...reader.schemas.values()], [SCHEMA]);
    assertEquals(reader.header, { profile: "ros2", library: "test" });
    assertEquals([reader.chunkIndexes.length, reader.fault], [3, undefined]);
    const forward = await readAll(reader.batches());
    assertEquals(timesOf(forward), SORTED);
    assertEquals(timesOf(await readAll(reader.batches({ reverse: true }))), SORTED.toReversed());
    assertEquals(await Array.fromAsync(reader.messages()), forward);
    assertEquals(timesOf(await readAll(reader.batches({ start: 11n, end: 15n }))), [11, 12, 13, 14]);
    assertEquals(timesOf(await readAll(reader.batches({ topics: ["/scan"], reverse: true }))), [20, 15, 12]);
    const [first] = forward;
    assertEquals([first?.channel, first?.schema, first?.publishTime], [ODOM, SCHEMA, 10n]);
    assertEquals(first?.data, new Uint8Array(8).fill(9));
  });
}

Deno.test("McapReader reads messages outside of chunks, in parts of about 1 MiB", async () => {
  const messages = Array.from({ length: 30 }, (_, index) => message(30 - index, 1 + index % 3, index, 100_000));
  for (const hasSummary of [true, false]) {
    const { bytes } = makeFile(messages.map((each) => ({ message: each })), { hasSummary });
    const source = new CountingSource(bytes);
    const reader = await McapReader.open(source);
    source.reads.length = 0;
    const read = await readAll(reader.batches());
    assertEquals(timesOf(read), messages.map(({ logTime }) => Number(logTime)).reverse());
    assertEquals(source.reads.map(({ length }) => length < 1.1 * 1024 * 1024), [true, true, true]);
    assertEquals(timesOf(await readAll(reader.batches({ reverse: true }))), timesOf(read).reverse());
    assertEquals([reader.fault, reader.chunkIndexes], [undefined, []]);
  }
});

Deno.test("McapReader keeps the order of the file among equal times, and reverses it", async () => {
  const same = (sequences: number[], time = 5): Part => ({ chunk: sequences.map((each) => message(time, 1, each)) });
  const parts: Part[] = [same([0, 1]), { chunk: [message(9, 1, 8), message(5, 1, 2)] }, same([3, 4]), same([5], 4)];
  const reader = await McapReader.open(makeFile(parts).bytes);
  const sequences = async (reverse: boolean) => (await readAll(reader.batches({ reverse }))).map((m) => m.sequence);
  assertEquals(await sequences(false), [5, 0, 1, 2, 3, 4, 8]);
  assertEquals(await sequences(true), [8, 4, 3, 2, 1, 0, 5]);
});

Deno.test("McapReader puts a chunk that is first in the file before others with the same time", async () => {
  const parts: Part[] = [{ chunk: [message(5, 1, 0)] }, { chunk: [message(4, 1, 1), message(5, 1, 2)] }];
  const reader = await McapReader.open(makeFile(parts).bytes);
  assertEquals((await readAll(reader.batches())).map(({ sequence }) => sequence), [1, 0, 2]);
  assertEquals((await readAll(reader.batches({ reverse: true }))).map(({ sequence }) => sequence), [2, 0, 1]);
});

Deno.test("McapReader.batches() yields each chunk at once if chunks do not overlap, even for equal times", async () => {
  const parts: Part[] = [1, 1, 2].map((time) => ({ chunk: [message(time), message(time), message(time)] }));
  const reader = await McapReader.open(makeFile(parts).bytes);
  assertEquals((await Array.fromAsync(reader.batches())).map(timesOf), [[1, 1, 1], [1, 1, 1], [2, 2, 2]]);
  const reversed = await Array.fromAsync(reader.batches({ reverse: true }));
  assertEquals(reversed.map(timesOf), [[2, 2, 2], [1, 1, 1], [1, 1, 1]]);
});

Deno.test("McapReader orders messages of many overlapping chunks as sorting does", async () => {
  let state = 7;
  const random = (limit: number) => (state = (state * 48271) % 0x7fffffff) % limit;
  for (let round = 0; round < 20; round++) {
    let sequence = 0;
    const parts: Part[] = Array.from({ length: 1 + random(8) }, (_, chunk) => ({
      chunk: Array.from({ length: random(9) }, () => message(chunk * 3 + random(10), 1 + random(3), sequence++)),
    }));
    const inFile: Message[] = parts.flatMap((part) => "chunk" in part ? part.chunk : []);
    const expected = inFile.toSorted((a, b) => Number(a.logTime - b.logTime)).map((each) => each.sequence);
    const reader = await McapReader.open(makeFile(parts, { hasSummary: round % 2 === 0 }).bytes);
    assertEquals((await readAll(reader.batches())).map((each) => each.sequence), expected);
    const reversed = await readAll(reader.batches({ reverse: true }));
    assertEquals(reversed.map((each) => each.sequence), expected.toReversed());
  }
});

Deno.test("McapReader reads only the chunks that have the topics and times", async () => {
  const parts: Part[] = [1, 2, 3, 1].map((id, index) => ({ chunk: [message(index, id, 0, 50_000)] }));
  const { bytes, places } = makeFile(parts);
  const source = new CountingSource(bytes);
  const reader = await McapReader.open(source);
  const chunksRead = async (options: Parameters<typeof reader.batches>[0]) => {
    source.reads.length = 0;
    await readAll(reader.batches(options));
    return source.reads.map(({ offset }) => places.findIndex(({ start }) => start === offset));
  };
  assertEquals(await chunksRead({ topics: ["/s*"] }), [1]);
  assertEquals(await chunksRead({ topics: [/^.odom$/] }), [0, 3]);
  assertEquals(await chunksRead({ start: 1n, end: 3n }), [1, 2]);
  assertEquals(await chunksRead({ start: 1n, topics: ["/odom"], reverse: true }), [3]);
  assertEquals(await chunksRead({ topics: ["/other"] }), []);
});

Deno.test("McapReader.open() reads only heads of records if there is no summary", async () => {
  const parts: Part[] = Array.from({ length: 20 }, (_, index) => ({ chunk: [message(index, 1, 0, 100_000)] }));
  const { bytes } = makeFile([...parts, { attachment: attachment(1_000_000) }], { hasSummary: false });
  const source = new CountingSource(bytes);
  const reader = await McapReader.open(source);
  const read = source.reads.reduce((sum, { length }) => sum + length, 0);
  // One chunk is read for its channels.
  assertEquals([read < 500_000, reader.chunkIndexes.length, reader.attachmentIndexes.length], [true, 20, 1]);
});

Deno.test("McapReader reads attachments and metadata", async () => {
  const parts: Part[] = [
    { attachment: attachment(100) },
    { metadata: { name: "robot", metadata: new Map([["name", "r1"]]) } },
    { chunk: [message(1)] },
    { attachment: { ...attachment(5), name: "other" } },
  ];
  for (const hasSummary of [true, false]) {
    const reader = await McapReader.open(makeFile(parts, { hasSummary }).bytes);
    const attachments = await Array.fromAsync(reader.attachments());
    assertEquals(attachments.map(({ name, data }) => [name, data.length]), [["map", 100], ["other", 5]]);
    assertEquals(reader.attachmentIndexes.map(({ dataSize, mediaType }) => [dataSize, mediaType]), [
      [100, "image/png"],
      [5, "image/png"],
    ]);
    assertEquals((await Array.fromAsync(reader.attachments({ name: "other" }))).length, 1);
    assertEquals(await Array.fromAsync(reader.metadata()), [{ name: "robot", metadata: new Map([["name", "r1"]]) }]);
    assertEquals(reader.metadataIndexes.map(({ name }) => name), ["robot"]);
    assertEquals(await Array.fromAsync(reader.metadata({ name: "none" })), []);
  }
});

Deno.test("McapReader.attachments() throws if a checksum is wrong, unless checksums are off", async () => {
  const { bytes, places } = makeFile([{ attachment: attachment(100) }]);
  bytes[places[0]!.end - 10]! ^= 1;
  const reader = await McapReader.open(bytes);
  await assertRejects(() => Array.fromAsync(reader.attachments()), McapError, "the CRC-32");
  const lenient = await McapReader.open(bytes, { validateCrcs: false });
  assertEquals((await Array.fromAsync(lenient.attachments())).length, 1);
});

Deno.test("McapReader yields all messages before a cut, and then throws", async () => {
  for (const compression of ["none", "zstd"] as const) {
    const { bytes, places } = makeFile(CHUNKS, { compression });
    const cut = places[2]!.end - 1;
    const reader = await McapReader.open(bytes.subarray(0, cut));
    const { items, error } = await collect(reader.messages());
    assertEquals(timesOf(items), [9, 10, 11, 12, 13, 20]);
    assertEquals([error instanceof McapError, error], [true, reader.fault]);
    const length = places[2]!.end - places[2]!.start;
    const text = `Cannot read the MCAP file: expected ${length} bytes of Chunk, found the end after ${length - 1} ` +
      `at byte ${places[2]!.start}`;
    assertEquals((error as McapError).message, text);
    const reversed = await collect(reader.messages({ reverse: true }));
    assertEquals([timesOf(reversed.items), reversed.error], [[20, 13, 12, 11, 10, 9], error]);
  }
});

Deno.test("McapReader finds all topics of a chunk whose message indexes were cut", async () => {
  const { bytes, places } = makeFile([{ chunk: [message(1)] }, { chunk: [message(2, 1), message(3, 2)] }]);
  // The first of the two message indexes has 9 + 22 bytes.
  for (let end = places[1]!.end; end < places[1]!.end + 62; end++) {
    const reader = await McapReader.open(bytes.subarray(0, end));
    const { items, error } = await collect(reader.messages({ topics: ["/scan"] }));
    assertEquals([timesOf(items), error instanceof McapError], [[3], true]);
  }
});

Deno.test("McapReader yields the messages before a broken chunk, and then throws where it is", async () => {
  const parts: Part[] = [1, 2, 3].map((time) => ({ chunk: [message(time), message(time)] }));
  const { bytes, places } = makeFile(parts);
  bytes[places[1]!.end - 1]! ^= 1;
  const reader = await McapReader.open(bytes);
  const { items, error } = await collect(reader.messages());
  assertEquals([timesOf(items), (error as McapError).offset], [[1, 1], places[1]!.start]);
  assertEquals(reader.fault, undefined);
  assertEquals(timesOf(await readAll(reader.batches({ start: 3n }))), [3, 3]);
  const lenient = await McapReader.open(bytes, { validateCrcs: false });
  assertEquals((await readAll(lenient.batches())).length, 6);
});

Deno.test("McapReader scans a file whose summary is broken, and throws after its messages", async () => {
  const { bytes, dataEnd } = makeFile(CHUNKS);
  bytes[dataEnd + 12]! ^= 1;
  const reader = await McapReader.open(bytes);
  const { items, error } = await collect(reader.messages());
  assertEquals([timesOf(items), error === reader.fault], [SORTED, true]);
  assertEquals([reader.fault?.expected.includes("of the summary"), reader.fault?.offset], [true, dataEnd]);
});

Deno.test("McapReader takes no channels from a summary that is broken", async () => {
  const { bytes, dataEnd } = makeFile(CHUNKS);
  const text = new TextDecoder("latin1").decode(bytes.subarray(dataEnd));
  bytes[dataEnd + text.indexOf("/odom") + 1] = 0x78;
  // The length of the last record before the footer, Statistics.
  bytes[bytes.length - 37 - 46 - 8]! ^= 0x40;
  const reader = await McapReader.open(bytes, { validateCrcs: false });
  assertEquals(reader.fault?.expected.includes("Statistics"), true);
  assertEquals([...reader.channels.values()].map(({ topic }) => topic), ["/odom", "/scan", "/log"]);
});

Deno.test("McapReader.open() throws for other files", async () => {
  for (const bytes of [new Uint8Array(), new Uint8Array(7), new TextEncoder().encode("#ROSBAG V2.0\n.....")]) {
    await assertRejects(() => McapReader.open(bytes), McapError, "the magic bytes");
  }
  const { bytes } = makeFile([]);
  await assertRejects(() => McapReader.open(bytes.subarray(0, 8)), McapError, "Header");
  await assertRejects(() => McapReader.open(bytes.subarray(0, 20)), McapError, "Header");
});

Deno.test("McapReader reads no chunk beyond the limit, or beyond the end of the file", async () => {
  const { bytes } = makeFile([{ chunk: [message(1, 1, 0, 4000)] }]);
  const reader = await McapReader.open(bytes, { maxRecordBytes: 2000 });
  const { error } = await collect(reader.messages());
  assertEquals((error as McapError).message.includes("at most 2000 bytes, as the option maxRecordBytes allows"), true);
  const zstd = makeFile([{ chunk: [message(1, 1, 0, 40_000)] }], { compression: "zstd" });
  const compressed = await McapReader.open(zstd.bytes, { maxRecordBytes: 2000 });
  const result = await collect(compressed.messages());
  assertEquals(
    (result.error as McapError).expected,
    "at most 2000 bytes of uncompressed records, as the option maxRecordBytes allows",
  );
});

Deno.test("McapReader.fault names the option if a record of the index, or the summary, is beyond the limit", async () => {
  const { bytes } = makeFile(Array.from({ length: 30 }, (_, index) => ({ chunk: [message(index)] })));
  const summary = await McapReader.open(bytes, { maxRecordBytes: 1500 });
  assertEquals(summary.fault?.expected, "a summary of at most 1500 bytes, as the option maxRecordBytes allows");
  assertEquals(summary.chunkIndexes.length, 30);
  const { bytes: start, places } = makeFile([{ message: message(1) }], { hasSummary: false });
  const builder = new ByteBuilder();
  builder.bytes(start.subarray(0, places[0]!.end));
  encodeSchema(builder, { ...SCHEMA, data: new Uint8Array(20_000) });
  const scanned = await McapReader.open(builder.written(), { maxRecordBytes: 1500 });
  assertEquals(scanned.fault?.expected, "a record of at most 1500 bytes, as the option maxRecordBytes allows");
});

Deno.test("McapReader skips and counts messages of unknown channels", async () => {
  const reader = await McapReader.open(makeFile([{ chunk: [message(1, 77), message(2), message(3, 77)] }]).bytes);
  assertEquals(timesOf(await readAll(reader.batches())), [2]);
  assertEquals(reader.skippedMessages, 2);
});

Deno.test("McapReader yields messages whose schema is missing", async () => {
  const { bytes } = makeFile([{ chunk: [message(1, 3), message(2)] }]);
  const reader = await McapReader.open(bytes);
  assertEquals((await readAll(reader.batches())).map(({ schema }) => schema?.name), [undefined, "Pose"]);
});

Deno.test("McapReader ends a loop with the reason of the signal", async () => {
  const reader = await McapReader.open(makeFile(CHUNKS).bytes);
  const controller = new AbortController();
  const reason = new Error("enough");
  const { items, error } = await collect((async function* () {
    for await (const batch of reader.batches({ signal: controller.signal })) {
      yield batch;
      controller.abort(reason);
    }
  })());
  assertEquals([items.length, error], [1, reason]);
  assertEquals(assertThrows(() => reader.batches({ signal: controller.signal })), reason);
});

Deno.test("McapReader yields nothing if the signal aborts before the first call of next()", async () => {
  const source = new CountingSource(makeFile(CHUNKS).bytes);
  const reader = await McapReader.open(source);
  source.reads.length = 0;
  const controller = new AbortController();
  const batches = reader.batches({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  const { items, error } = await collect(batches);
  assertEquals([items, error, source.reads], [[], reason, []]);
});

Deno.test("McapReader reads few chunks ahead at first, then more, and never many bytes", async () => {
  for (const [size, ahead] of [[1000, [1, 2, 3, 4, 4]], [3_000_000, [1, 2, 2, 2, 2]]] as const) {
    const parts: Part[] = Array.from({ length: 12 }, (_, index) => ({ chunk: [message(index, 1, 0, size)] }));
    const source = new CountingSource(makeFile(parts).bytes);
    const reader = await McapReader.open(source);
    source.reads.length = 0;
    const counts: number[] = [];
    for await (const _ of reader.batches()) counts.push(source.reads.length - counts.length - 1);
    assertEquals(counts.slice(0, 5), [...ahead]);
    assertEquals(counts.at(-1), 0);
  }
});

Deno.test("McapReader waits for pending reads when a loop is left", async () => {
  const bytes = makeFile(CHUNKS).bytes;
  let pending = 0;
  const source: SeekableSource = {
    size: bytes.length,
    async read(offset, length) {
      pending += 1;
      await new Promise((resolve) => setTimeout(resolve));
      pending -= 1;
      return bytes.slice(offset, offset + length);
    },
  };
  const reader = await McapReader.open(source);
  for await (const _ of reader.messages()) break;
  assertEquals(pending, 0);
});

Deno.test("McapReader.messages() answers calls of next() in order", async () => {
  const reader = await McapReader.open(makeFile(CHUNKS).bytes);
  const messages = reader.messages();
  const results = await Promise.all(Array.from({ length: 11 }, () => messages.next()));
  assertEquals(results.map(({ value }) => value && Number(value.logTime)), [...SORTED, undefined, undefined]);
});

Deno.test("McapReader rejects wrong arguments", async () => {
  const { bytes } = makeFile([]);
  const reader = await McapReader.open(bytes);
  assertThrows(() => reader.messages({ start: 5 as unknown as bigint }), TypeError, '"start" must be a bigint');
  assertThrows(() => reader.messages({ topics: "/a" as unknown as string[] }), TypeError, '"topics"');
  await assertRejects(() => McapReader.open(bytes, { maxRecordBytes: 0 }), RangeError, "maxRecordBytes is 0");
  await assertRejects(() => McapReader.open(5 as unknown as string), TypeError, "a number is not a path");
  await assertRejects(() => McapReader.open({ size: -1, read: () => Promise.reject() }), RangeError, "-1");
  await assertRejects(() => McapReader.open("https://robot.local/a.mcap"), TypeError, "pass httpSource(url)");
  await reader.close();
  await reader.close();
  assertThrows(() => reader.messages(), TypeError, "the reader is closed");
});

function attachment(size: number) {
  return { logTime: 1n, createTime: 2n, name: "map", mediaType: "image/png", data: new Uint8Array(size).fill(3) };
}
