// McapWriter: the records of its files, and its errors.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { McapRecord } from "../../../src/mcap/records/records.ts";
import { chunkRecords, messagesOf, noise, ofType, recordsOf, summaryOf, text, written } from "./written.ts";

const COMPRESSIONS = ["none", "zstd"] as const;

Deno.test("McapWriter writes an empty file", async () => {
  const file = await written(() => {}, { profile: "ros2", library: "test" });
  const [header, ...others] = recordsOf(file);
  assertEquals(header, { type: "Header", profile: "ros2", library: "test" });
  assertEquals(summaryOf(others), "DataEnd Statistics SummaryOffset Footer");
  assertEquals(ofType(others, "Statistics")[0]?.messageCount, 0);
});

for (const compression of COMPRESSIONS) {
  Deno.test(`McapWriter writes one message, its schema and its channel, compression "${compression}"`, async () => {
    const data = text({ a: "a".repeat(100) });
    const schema = { name: "A", encoding: "jsonschema", data: "{}" };
    const file = await written((writer) => {
      const schemaId = writer.addSchema(schema);
      const channel = { topic: "/a", messageEncoding: "json", schemaId, metadata: { key: "value" } };
      const channelId = writer.addChannel(channel);
      assertEquals(writer.write({ channelId, logTime: 5n, publishTime: 4n, sequence: 3, data }), true);
    }, { compression });
    const records = recordsOf(file);
    assertEquals(
      summaryOf(records),
      "Header Chunk MessageIndex DataEnd Schema Channel Statistics ChunkIndex SummaryOffset*4 Footer",
    );
    const [chunk] = ofType(records, "Chunk");
    assertEquals([chunk?.compression, chunk?.messageStartTime, chunk?.messageEndTime], [
      compression === "none" ? "" : "zstd",
      5n,
      5n,
    ]);
    const metadata = new Map([["key", "value"]]);
    const definitions: McapRecord[] = [
      { type: "Schema", id: 1, ...schema, data: new TextEncoder().encode("{}") },
      { type: "Channel", id: 1, schemaId: 1, topic: "/a", messageEncoding: "json", metadata },
    ];
    assertEquals(chunkRecords(chunk!), [
      ...definitions,
      { type: "Message", channelId: 1, sequence: 3, logTime: 5n, publishTime: 4n, data },
    ]);
    assertEquals([...ofType(records, "Schema"), ...ofType(records, "Channel")], definitions);
    assertEquals(ofType(records, "Statistics"), [{
      type: "Statistics",
      messageCount: 1,
      schemaCount: 1,
      channelCount: 1,
      attachmentCount: 0,
      metadataCount: 0,
      chunkCount: 1,
      messageStartTime: 5n,
      messageEndTime: 5n,
      channelMessageCounts: new Map([[1, 1]]),
    }]);
  });
}

Deno.test("McapWriter.write() closes a chunk before it exceeds chunkBytes", async () => {
  const file = await written((writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    for (const size of [100, 900, 869, 100_000, 1]) {
      writer.write({ channelId, logTime: BigInt(size), data: new Uint8Array(size) });
    }
  }, { compression: "none", chunkBytes: 1000 });
  const chunks = ofType(recordsOf(file), "Chunk").map(chunkRecords);
  const sizes = chunks.map((records) => ofType(records, "Message").map(({ data }) => data.length));
  assertEquals(sizes, [[100], [900], [869], [100_000], [1]]);
});

Deno.test("McapWriter stores a chunk that hardly shrinks, and compresses the others", async () => {
  const file = await written((writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    for (const data of [noise(5000), new Uint8Array(5000)]) writer.write({ channelId, logTime: 0n, data });
  }, { chunkBytes: 1000 });
  assertEquals(ofType(recordsOf(file), "Chunk").map(({ compression }) => compression), ["", "zstd"]);
  assertEquals(messagesOf(file)[1]?.data, new Uint8Array(5000));
});

Deno.test("McapWriter repeats schemas and channels in each chunk that uses them", async () => {
  const file = await written((writer) => {
    const schemaId = writer.addSchema({ name: "A", encoding: "", data: "" });
    const [a, b] = ["/a", "/b"].map((topic) => writer.addChannel({ topic, messageEncoding: "", schemaId }));
    for (const channelId of [a!, b!, a!, b!, b!]) {
      writer.write({ channelId, logTime: 0n, data: new Uint8Array(2000) });
      writer.write({ channelId, logTime: 0n, data: new Uint8Array(2000) });
    }
  }, { compression: "none", chunkBytes: 7000 });
  const chunks = ofType(recordsOf(file), "Chunk").map((chunk) => summaryOf(chunkRecords(chunk)));
  assertEquals(chunks, [
    "Schema Channel Message*2 Channel Message",
    "Schema Channel Message Channel Message*2",
    "Schema Channel Message*3",
    "Schema Channel Message",
  ]);
});

Deno.test("McapWriter does not repeat large schemas in small chunks", async () => {
  const file = await written(async (writer) => {
    const schemaId = writer.addSchema({ name: "A", encoding: "", data: new Uint8Array(10_000) });
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "", schemaId });
    for (let index = 0; index < 100; index++) {
      writer.write({ channelId, logTime: 0n, data: new Uint8Array(4000) });
      await writer.flush();
    }
  });
  const chunks = ofType(recordsOf(file), "Chunk").map(chunkRecords);
  const repeating = chunks.flatMap((records, index) => records.length > 1 ? [index] : []);
  assertEquals([chunks.length, repeating], [100, [0, 40, 80]]);
});

Deno.test("McapWriter.addSchema() and addChannel() return the same id for equal ones only", async () => {
  const file = await written((writer) => {
    const schema = { name: "A", encoding: "e", data: "d" };
    const schemas = [schema, { ...schema }, { ...schema, data: new TextEncoder().encode("d") }, {
      ...schema,
      data: "D",
    }];
    assertEquals(schemas.map((each) => writer.addSchema(each)), [1, 1, 1, 2]);
    const channel = { topic: "/a", messageEncoding: "json" };
    const channels = [
      channel,
      { ...channel, schemaId: 0, metadata: new Map() },
      { ...channel, schemaId: 1 },
      { ...channel, metadata: { a: "" } },
      { ...channel, topic: "/b" },
    ];
    assertEquals(channels.map((each) => writer.addChannel(each)), [1, 1, 2, 3, 4]);
  });
  // Without messages, they are in the file all the same.
  assertEquals(
    summaryOf(recordsOf(file)),
    "Header Schema*2 Channel*4 DataEnd Schema*2 Channel*4 Statistics SummaryOffset*3 Footer",
  );
});

Deno.test("McapWriter.addSchema() throws when the file has 65535 schemas", async () => {
  await written((writer) => {
    for (let index = 1; index <= 65_535; index++) {
      assertEquals(writer.addSchema({ name: `${index}`, encoding: "", data: "" }), index);
    }
    assertEquals(writer.addSchema({ name: "65535", encoding: "", data: "" }), 65_535);
    const one = () => writer.addSchema({ name: "one more", encoding: "", data: "" });
    assertThrows(one, RangeError, 'Cannot add the schema "one more": the file has 65535 of them');
  });
});

Deno.test("McapWriter.write() copies the data, and takes all kinds of bytes", async () => {
  const file = await written((writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    const data = new Uint8Array([1]);
    writer.write({ channelId, logTime: 0n, data });
    data[0] = 2;
    const kinds = [
      data.buffer,
      new DataView(data.buffer),
      new Float32Array(1),
      new SharedArrayBuffer(1),
      new Uint8Array(),
    ];
    for (const kind of kinds) writer.write({ channelId, logTime: 0n, data: kind });
  });
  const data = messagesOf(file).map(({ data }) => [...data]);
  assertEquals(data, [[1], [2], [2], [0, 0, 0, 0], [0], []]);
});
