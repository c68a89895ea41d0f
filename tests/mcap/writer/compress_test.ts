// McapWriter with its option compress.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { zstdCompress } from "../../../src/mcap/compression/zstd.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { turn } from "./slow_sink.ts";
import { MemorySink, messagesOf, noise, ofType, recordsOf, summaryOf } from "./written.ts";

/** Takes the bytes away, as `postMessage()` does if it transfers their buffer. */
function transfer(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return structuredClone(bytes, { transfer: [bytes.buffer] });
}

/** Writes messages, one in each chunk: a random one that does not shrink, and others that do. */
function writeChunks(writer: McapWriter): Uint8Array[] {
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  const all = [new Uint8Array(1000), noise(1000), new Uint8Array(2000).fill(1), new Uint8Array(3000)];
  all.forEach((data, index) => writer.write({ channelId, logTime: BigInt(index), data }));
  return all;
}

for (const isTransferred of [false, true]) {
  Deno.test(`McapWriter keeps the order of chunks that compress() returns out of order, transferred: ${isTransferred}`, async () => {
    const sink = new MemorySink();
    const jobs: (() => void)[] = [];
    const writer = await McapWriter.open(sink, {
      chunkBytes: 500,
      compress(records) {
        const bytes = isTransferred ? transfer(records) : records;
        const { promise, resolve } = Promise.withResolvers<Uint8Array>();
        jobs.push(() => resolve(zstdCompress(bytes, 1)));
        return promise;
      },
    });
    const all = writeChunks(writer);
    writer.addMetadata({ name: "after the chunks", metadata: {} });
    const closing = writer.close();
    await turn();
    assertEquals([jobs.length, sink.parts.length], [4, 1]);
    assertEquals(writer.stats.pendingBytes > 7000, true);
    for (const job of jobs.toReversed()) {
      job();
      await turn();
    }
    await closing;
    assertEquals(messagesOf(sink.bytes()).map(({ data }) => data), all);
    const records = recordsOf(sink.bytes());
    const start = "Header Chunk MessageIndex Chunk MessageIndex Chunk MessageIndex Chunk MessageIndex Metadata DataEnd";
    assertEquals(summaryOf(records).startsWith(start), true);
    // Bytes that are gone cannot be stored.
    const second = isTransferred ? "zstd" : "";
    assertEquals(ofType(records, "Chunk").map(({ compression }) => compression), ["zstd", second, "zstd", "zstd"]);
    assertEquals(writer.stats.pendingBytes, 0);
  });
}

Deno.test("McapWriter uses the buffer of a chunk again when compress() has returned", async () => {
  const sink = new MemorySink();
  const buffers = new Set<ArrayBuffer>();
  const writer = await McapWriter.open(sink, {
    chunkBytes: 500,
    compress(records) {
      buffers.add(records.buffer);
      return Promise.resolve(zstdCompress(records, 1));
    },
  });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  for (let index = 0; index < 20; index++) {
    writer.write({ channelId, logTime: BigInt(index), data: new Uint8Array(1000).fill(index) });
    await writer.flush();
  }
  await writer.close();
  assertEquals(buffers.size < 4, true);
  assertEquals(messagesOf(sink.bytes()).map(({ data }) => data[0]), Array.from({ length: 20 }, (_, index) => index));
});

Deno.test("McapWriter fails when compress() throws, rejects or returns no bytes, and keeps what is before", async () => {
  const failures: [(records: Uint8Array) => unknown, string][] = [
    [() => {
      throw new Error("no worker");
    }, "no worker"],
    [() => Promise.reject(new Error("it has died")), "it has died"],
    [() => Promise.resolve("text"), 'the option "compress" returned a string'],
    [() => Promise.resolve(new Uint8Array()), 'the option "compress" returned an Uint8Array'],
    [() => undefined, 'the option "compress" returned undefined'],
  ];
  for (const [fail, text] of failures) {
    const sink = new MemorySink();
    let calls = 0;
    const compress = (records: Uint8Array<ArrayBuffer>) =>
      (++calls === 2 ? fail(records) : Promise.resolve(zstdCompress(records, 1))) as Promise<Uint8Array>;
    const errors: unknown[] = [];
    const writer = await McapWriter.open(sink, { chunkBytes: 500, compress, onError: (error) => errors.push(error) });
    writeChunks(writer);
    await assertRejects(() => writer.close(), Error, text);
    assertEquals([errors.length, messagesOf(sink.bytes()).length], [1, 1]);
  }
});
