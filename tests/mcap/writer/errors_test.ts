// McapWriter: the errors for wrong arguments, and after close().

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { MessageInit } from "../../../src/mcap/writer/inits.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { MemorySink, messagesOf, recordsOf, summaryOf, written } from "./written.ts";

Deno.test("McapWriter throws for wrong arguments, and the file has no part of them", async () => {
  const file = await written((writer) => {
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    const valid: MessageInit = { channelId, logTime: 1n, data: new Uint8Array(1) };
    writer.write(valid);
    const wrong: [object, typeof TypeError | typeof RangeError, string][] = [
      [{ channelId: 2 }, RangeError, 'Cannot write "Message": channelId must be the result of addChannel(), not 2'],
      [{ channelId: 0 }, RangeError, "not 0"],
      [{ channelId: "1" }, TypeError, "channelId"],
      [{ channelId: undefined }, TypeError, "not undefined"],
      [{ logTime: -1n }, RangeError, "logTime must be a bigint"],
      [{ logTime: 2n ** 64n }, RangeError, "logTime"],
      [{ logTime: 1 }, TypeError, "logTime"],
      [{ publishTime: 2n ** 64n }, RangeError, "publishTime"],
      [{ sequence: 2 ** 32 }, RangeError, "sequence"],
      [{ sequence: 1.5 }, RangeError, "sequence"],
      [{ data: "text" }, TypeError, "data must be bytes"],
      [{ data: undefined }, TypeError, "data must be bytes"],
      [{ data: [1] }, TypeError, "data must be bytes"],
      [{ data: detached() }, TypeError, "data must be bytes"],
    ];
    for (const [members, ErrorClass, part] of wrong) {
      assertThrows(() => writer.write({ ...valid, ...members } as MessageInit), ErrorClass, part);
    }
    const calls: (() => unknown)[] = [
      () => writer.addChannel({ topic: "/b", messageEncoding: "", schemaId: 1 }),
      () => writer.addChannel({ topic: "/b", messageEncoding: "", metadata: { a: 1 as unknown as string } }),
      () => writer.addChannel({ topic: 5 as unknown as string, messageEncoding: "" }),
      () => writer.addSchema({ name: "A", encoding: "", data: 5 as unknown as string }),
      () => writer.addAttachment({ name: "a", mediaType: "", data: "text" as unknown as Uint8Array, logTime: 0n }),
      () => writer.addMetadata({ name: "a", metadata: "text" as unknown as Map<string, string> }),
    ];
    for (const call of calls) {
      const error = assertThrows(call, Error, "Cannot write");
      assertEquals(error instanceof TypeError || error instanceof RangeError, true);
    }
    assertEquals(writer.stats.messages, 1);
  });
  assertEquals(messagesOf(file).length, 1);
  assertEquals(
    summaryOf(recordsOf(file)),
    "Header Chunk MessageIndex DataEnd Channel Statistics ChunkIndex SummaryOffset*3 Footer",
  );
});

function detached(): Uint8Array {
  const bytes = new Uint8Array(1);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

Deno.test("McapWriter.open() rejects wrong options and sinks", async () => {
  const options: [object, string][] = [
    [{ compression: "lz4" }, '"lz4", not "none" or "zstd"'],
    [{ level: 0 }, "level"],
    [{ level: 20 }, "level"],
    [{ chunkBytes: 0 }, "chunkBytes is 0"],
    [{ chunkBytes: 2 ** 31 }, "chunkBytes"],
    [{ maxPendingBytes: NaN }, "maxPendingBytes is NaN"],
    [{ compress: 5 }, "compress"],
    [{ compress: () => Promise.resolve(new Uint8Array()), compression: "none" }, "requires zstd"],
    [{ profile: 5 }, "profile"],
  ];
  for (const [each, part] of options) {
    const error: unknown = await McapWriter.open(new MemorySink(), each).catch((error) => error);
    const isBuiltIn = error instanceof TypeError || error instanceof RangeError;
    assertEquals([isBuiltIn, (error as Error).message.includes(part)], [true, true], String(error));
  }
  const error: unknown = await McapWriter.open({} as MemorySink).catch((error) => error);
  assertEquals(String(error).startsWith("TypeError: Cannot write MCAP: the sink is an Object"), true, String(error));
});

Deno.test("McapWriter throws after close()", async () => {
  const writer = await McapWriter.open(new MemorySink());
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  const closing = writer.close();
  assertEquals(writer.close() === closing, true);
  await closing;
  const write = () => writer.write({ channelId, logTime: 0n, data: new Uint8Array(1) });
  assertThrows(write, TypeError, "Cannot write a message: the writer is closed");
  const error: unknown = await writer.flush().catch((error) => error);
  assertEquals(String(error), "TypeError: Cannot flush: the writer is closed");
});
