// McapWriter with sinks that fail.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { AppendQueue } from "../../../src/mcap/writer/append_queue.ts";
import { ChunkBuilder } from "../../../src/mcap/writer/chunk_builder.ts";
import { ChunkCloser } from "../../../src/mcap/writer/chunk_closer.ts";
import { Definitions } from "../../../src/mcap/writer/definitions.ts";
import { FileWriter } from "../../../src/mcap/writer/file_writer.ts";
import type { McapSink, OpenSink } from "../../../src/mcap/writer/sink.ts";
import { SummaryBuilder } from "../../../src/mcap/writer/summary_builder.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { resolveWriterOptions } from "../../../src/mcap/writer/writer_options.ts";
import { DATA, openSlow, turn } from "./slow_sink.ts";

/** How a sink fails. */
const FAILURES: Readonly<Record<string, (error: Error) => McapSink["write"]>> = {
  "throws": (error) => () => {
    throw error;
  },
  "rejects": (error) => () => Promise.reject(error),
};

for (const [how, createWrite] of Object.entries(FAILURES)) {
  Deno.test(`McapWriter fails when write() of its sink ${how}`, async () => {
    const error = new Error("the disk is full");
    const failing = createWrite(error);
    const errors: unknown[] = [];
    let calls = 0;
    let closed = 0;
    const writer = await McapWriter.open({
      write: (bytes) => ++calls === 3 ? failing(bytes) : undefined,
      close() {
        closed += 1;
      },
    }, { chunkBytes: 500, onError: (each) => errors.push(each) });
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    const write = () => writer.write({ channelId, logTime: 0n, data: DATA });
    assertEquals(write(), true);
    write();
    await turn();
    assertEquals([write(), writer.isFull, writer.stats.drops > 0, calls], [false, true, true, 3]);
    writer.addMetadata({ name: "a", metadata: {} });
    for (const promise of [writer.ready, writer.flush(), writer.close(), writer.close()]) {
      assertEquals(await promise.catch((each: unknown) => each), error);
    }
    assertEquals([errors, closed, calls, writer.stats.pendingBytes], [[error], 1, 3, 0]);
  });
}

Deno.test("McapWriter rejects what waits when its sink fails", async () => {
  const { sink, writer, write } = await openSlow(1000);
  write();
  const waiting = [writer.ready, writer.flush(), writer.flush(), writer.close()];
  const results = Promise.all(waiting.map((promise) => promise.catch((error: Error) => error.message)));
  await sink.fail(new Error("broken"));
  assertEquals(await results, ["broken", "broken", "broken", "broken"]);
});

Deno.test("McapWriter fails when flush(), sync() or close() of its sink fails", async () => {
  for (const method of ["flush", "sync"] as const) {
    const sink = { write() {}, [method]: () => Promise.reject(new Error(method)) };
    const writer = await McapWriter.open(sink);
    await assertRejects(() => writer.flush(), Error, method);
    await assertRejects(() => writer.close(), Error, method);
  }
  const writer = await McapWriter.open({ write() {}, close: () => Promise.reject(new Error("close")) });
  await assertRejects(() => writer.close(), Error, "close");
});

Deno.test("McapWriter fails when a sink takes only a part of the bytes", async () => {
  const writer = await McapWriter.open({ write: (bytes) => Promise.resolve(bytes.length - 1) });
  await assertRejects(() => writer.flush(), Error, "Cannot write MCAP: the sink has taken ");
  // Other results mean nothing: an array's push() returns a number, too.
  const parts: Uint8Array[] = [];
  const write = ((bytes: Uint8Array) => parts.push(bytes)) as unknown as McapSink["write"];
  await (await McapWriter.open({ write })).close();
  assertEquals(parts.length > 1, true);
});

Deno.test("ChunkCloser fails the queue when compression throws", () => {
  const errors: unknown[] = [];
  const definitions = new Definitions();
  const builder = new ChunkBuilder(definitions, 100);
  const queue = new AppendQueue(1000, (error) => errors.push(error));
  const file = new FileWriter(openObject(), new SummaryBuilder(definitions));
  const parts = { builder, queue, file, returnsBytes: false };
  // open() rejects this level. It stands for an allocation that fails.
  const closer = new ChunkCloser(parts, { ...resolveWriterOptions({}), level: 99 });
  const channel = definitions.channel(definitions.addChannel({ topic: "/a", messageEncoding: "" }));
  builder.add(channel, { channelId: 1, sequence: 0, logTime: 0n, publishTime: 0n, data: DATA });
  closer.close();
  assertEquals([errors.length, errors[0] instanceof RangeError, queue.isFull], [1, true, true]);
  assertEquals([builder.hasMessages, builder.recordsBytes], [false, 0]);
});

function openObject(): OpenSink {
  return { returnsBytes: false, write() {}, flush() {}, close() {}, abort() {} };
}
