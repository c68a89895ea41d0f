// McapWriter with sinks that are slow, asynchronous, or call the writer.

import { assertEquals } from "@std/assert/equals";
import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { DATA, isPending, openSlow, turn } from "./slow_sink.ts";
import { MemorySink, messagesOf, recordsOf, summaryOf } from "./written.ts";

Deno.test("McapWriter.write() drops messages while maxPendingBytes wait, and counts them", async () => {
  const { sink, writer, write } = await openSlow(2000);
  assertEquals([write(), write(), write(), write()], [true, true, false, false]);
  const { messages, messageBytes, drops, fileBytes, pendingBytes } = writer.stats;
  assertEquals([messages, messageBytes, drops, fileBytes], [2, 2000, 2, 0]);
  assertEquals([pendingBytes > 2000, writer.isFull], [true, true]);
  const { ready } = writer;
  assertEquals(await isPending(ready), true);
  await sink.take(); // the header
  assertEquals([await isPending(ready), writer.isFull], [true, true]);
  await sink.take(); // the first chunk
  await ready;
  assertEquals([writer.isFull, write(), write()], [false, true, false]);
  const closing = writer.close();
  await sink.takeAll();
  await closing;
  assertEquals(messagesOf(sink.taken.bytes()).map(({ logTime }) => logTime), [0n, 1n, 4n]);
  assertEquals([writer.stats.pendingBytes, writer.stats.fileBytes], [0, sink.taken.bytes().length]);
});

Deno.test("McapWriter.flush() resolves when the sink has everything before, and what follows waits", async () => {
  const calls: string[] = [];
  const { promise: synced, resolve: finishSync } = Promise.withResolvers<void>();
  const taken = new MemorySink();
  const writer = await McapWriter.open({
    async write(bytes) {
      await turn();
      taken.write(bytes);
      calls.push("write");
    },
    flush: () => void calls.push("flush"),
    sync() {
      calls.push("sync");
      return synced;
    },
    close: () => void calls.push("close"),
  });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  writer.write({ channelId, logTime: 1n, data: DATA });
  let isFlushed = false;
  const flushing = writer.flush().then(() => void (isFlushed = true));
  writer.write({ channelId, logTime: 2n, data: DATA });
  const secondFlush = writer.flush();
  while (calls.at(-1) !== "sync") await turn();
  assertEquals([calls, isFlushed], [["write", "write", "flush", "sync"], false]);
  assertEquals(summaryOf(recordsOf(taken.bytes())), "Header Chunk MessageIndex");
  assertEquals(messagesOf(taken.bytes()).map(({ logTime }) => logTime), [1n]);
  finishSync();
  await flushing;
  await secondFlush;
  await writer.close();
  const after = ["write", "flush", "sync", "write", "close"];
  assertEquals(calls.slice(4), after);
  assertEquals(messagesOf(taken.bytes()).map(({ logTime }) => logTime), [1n, 2n]);
});

Deno.test("McapWriter.flush() writes the header and the channels of a file without messages", async () => {
  const sink = new MemorySink();
  await using writer = await McapWriter.open(sink);
  writer.addChannel({ topic: "/a", messageEncoding: "" });
  await writer.flush();
  assertEquals(summaryOf(recordsOf(sink.bytes())), "Header Channel");
  await writer.flush();
  assertEquals(summaryOf(recordsOf(sink.bytes())), "Header Channel");
});

Deno.test("McapWriter gives chunks to a synchronous sink within write()", async () => {
  const sink = new MemorySink();
  await using writer = await McapWriter.open(sink, { chunkBytes: 500 });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  for (let count = 1; count <= 3; count++) {
    writer.write({ channelId, logTime: 0n, data: DATA });
    assertEquals([sink.parts.length, writer.stats.chunks, writer.stats.pendingBytes], [1 + count, count, 0]);
  }
});

Deno.test("McapWriter.write() may be called by a sink", async () => {
  const taken = new MemorySink();
  const calls: (() => void)[] = [];
  const writer = await McapWriter.open({
    write(bytes) {
      taken.write(bytes);
      calls.pop()?.();
    },
  }, { chunkBytes: 500 });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  let time = 0n;
  const write = () => void writer.write({ channelId, logTime: time++, data: DATA });
  calls.push(write, write, write);
  write();
  await writer.close();
  assertEquals(messagesOf(taken.bytes()).map(({ logTime }) => logTime), [0n, 1n, 2n, 3n]);
});

Deno.test("McapWriter gives the bytes to the sink: it does not change them later", async () => {
  for (const compression of ["none", "zstd"] as const) {
    const sink = new MemorySink();
    const copies: Uint8Array[] = [];
    const writer = await McapWriter.open({
      write(bytes) {
        sink.write(bytes);
        copies.push(bytes.slice());
      },
    }, { compression, chunkBytes: 5000 });
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    for (let index = 0; index < 100; index++) {
      writer.write({ channelId, logTime: 0n, data: new Uint8Array(index * 20).fill(index) });
      if (index % 7 === 0) await writer.flush();
    }
    await writer.close();
    const changed = sink.parts.filter((part, index) => crc32(part) !== crc32(copies[index]!));
    assertEquals([copies.length > 30, changed.length], [true, 0]);
  }
});

Deno.test("McapWriter does not give a large buffer with a small chunk to the sink", async () => {
  const sink = new MemorySink();
  await using writer = await McapWriter.open(sink, { compression: "none" });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  writer.write({ channelId, logTime: 0n, data: DATA });
  await writer.flush();
  assertEquals(sink.parts.at(-1)!.buffer.byteLength, sink.parts.at(-1)!.length);
});
