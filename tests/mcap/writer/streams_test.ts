// McapWriter with streams, and mcapStream().

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { mcapStream } from "../../../src/mcap/writer/mcap_stream.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { DATA, turn } from "./slow_sink.ts";
import { messagesOf, noise } from "./written.ts";

Deno.test("McapWriter writes to a WritableStream, whose backpressure counts", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = await McapWriter.open(writable, { chunkBytes: 500, compression: "none", maxPendingBytes: 2000 });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  const write = () => writer.write({ channelId, logTime: 0n, data: DATA });
  assertEquals([write(), write(), write()], [true, true, false]);
  await turn();
  assertEquals(writer.isFull, true);
  const closing = writer.close();
  const file = new Uint8Array(await new Response(readable).arrayBuffer());
  await closing;
  assertEquals(messagesOf(file).length, 2);
});

Deno.test("McapWriter aborts a WritableStream, and fails when the stream does", async () => {
  const error = new Error("gone");
  const errors: unknown[] = [];
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = await McapWriter.open(writable, { onError: (each) => errors.push(each) });
  await readable.cancel(error);
  await turn();
  assertEquals([writer.isFull, errors], [true, [error]]);
  await assertRejects(() => writer.close(), Error, "gone");
  await assertRejects(() => McapWriter.open(writable), TypeError);
});

Deno.test("mcapStream() returns the bytes of a file, at the speed of its reader", async () => {
  const stream = mcapStream(async (writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    for (let index = 0; index < 100; index++) {
      if (writer.isFull) await writer.ready;
      writer.write({ channelId, logTime: BigInt(index), data: noise(1000) });
    }
    assertEquals(writer.stats.drops, 0);
  }, { chunkBytes: 2000, maxPendingBytes: 4000 });
  const file = new Uint8Array(await new Response(stream).arrayBuffer());
  assertEquals(
    messagesOf(file).map(({ logTime }) => logTime),
    Array.from({ length: 100 }, (_, index) => BigInt(index)),
  );
});

Deno.test("mcapStream() fails with the error of its function, or of the options", async () => {
  const thrown = mcapStream(() => {
    throw new Error("no data");
  });
  await assertRejects(() => new Response(thrown).arrayBuffer(), Error, "no data");
  const wrong = mcapStream(() => {}, { chunkBytes: 0 });
  await assertRejects(() => new Response(wrong).arrayBuffer(), RangeError, "chunkBytes");
});

Deno.test("mcapStream() fails when a chunk cannot be compressed, instead of ending without it", async () => {
  const compress = () => Promise.reject(new Error("worker died"));
  const stream = mcapStream((writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    writer.write({ channelId, logTime: 0n, data: DATA });
  }, { compress });
  await assertRejects(() => new Response(stream).arrayBuffer(), Error, "worker died");
});

Deno.test("mcapStream() reports to its function that the reader has cancelled", async () => {
  const { promise: failed, resolve } = Promise.withResolvers<unknown>();
  const stream = mcapStream(async (writer) => {
    await writer.flush().catch(resolve);
    throw new Error("ignored");
  });
  await stream.cancel(new Error("gone"));
  assertEquals(String(await failed), "Error: gone");
});

Deno.test("mcapStream() is the response of a server's fallback", async () => {
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    fallback: () =>
      new Response(mcapStream((writer) => {
        const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
        for (let index = 0; index < 100; index++) {
          writer.write({ channelId, logTime: BigInt(index), data: noise(10_000) });
        }
      })),
  });
  const { port } = await server.start();
  const response = await fetch(`http://127.0.0.1:${port}/last_minute.mcap`);
  assertEquals(messagesOf(new Uint8Array(await response.arrayBuffer())).length, 100);
});
