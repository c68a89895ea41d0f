// FrameWriter: which frames share a write, what is copied, and when memory is free again.

import { assertEquals } from "@std/assert/equals";
import { BATCH_BYTES, BatchPool } from "../../src/websocket/batch_pool.ts";
import { Opcode } from "../../src/websocket/frame_header.ts";
import { type ByteSink, FrameWriter } from "../../src/websocket/frame_writer.ts";
import { type ServerFrame, serverFrames } from "../support/server_frames.ts";

const KIB = 1024;
const UTF8 = new TextEncoder();

/** The operating system, which takes bytes only when the test calls `take()`. */
class SinkUnderTest implements ByteSink {
  /** The bytes of each system call, in parts. */
  readonly writes: Uint8Array[][] = [];
  readonly #taken: Uint8Array[] = [];
  readonly #pending: { bytes: Uint8Array; done: () => void }[] = [];
  #corked: Uint8Array[] | undefined;

  write(bytes: Uint8Array, done: () => void): void {
    this.#pending.push({ bytes, done });
    if (this.#corked) this.#corked.push(bytes);
    else this.writes.push([bytes]);
  }

  cork(): void {
    this.#corked = [];
  }

  uncork(): void {
    this.writes.push(this.#corked!);
    this.#corked = undefined;
  }

  /** Ends all writes. */
  take(): void {
    const pending = this.#pending.splice(0);
    // Now, because the bytes may be used again as soon as a write has ended.
    for (const { bytes } of pending) this.#taken.push(bytes.slice());
    for (const { done } of pending) done();
  }

  /** Ends all writes, also those that begin meanwhile, and returns the frames since the last call. */
  async frames(): Promise<ServerFrame[]> {
    await Promise.resolve();
    while (this.#pending.length > 0) this.take();
    return serverFrames(this.#taken.splice(0));
  }

  /** Returns the texts of these frames. */
  async texts(): Promise<string[]> {
    return (await this.frames()).map(({ text }) => text.replaceAll("\0", ""));
  }
}

function setUp() {
  const sink = new SinkUnderTest();
  const pool = new BatchPool();
  const time = { now: 0 };
  const state = { onWritten: () => {} };
  const writer = new FrameWriter(sink, { pool, now: () => time.now, onWritten: () => state.onWritten() });
  return { sink, pool, time, state, writer };
}

const message = (text: string, length = text.length) => {
  const bytes = new Uint8Array(length);
  UTF8.encodeInto(text, bytes);
  return bytes;
};
const turn = () => Promise.resolve();

Deno.test("FrameWriter writes all small frames of a turn at once, in order", async () => {
  const { sink, writer } = setUp();
  const bytes = message("two");
  writer.writeText("one");
  writer.writeBinary(bytes);
  writer.writeControl(Opcode.PING, message("three"));
  bytes.fill(0); // The caller may use it again.
  assertEquals([sink.writes.length, writer.queuedBytes], [0, 2 + 3 + 2 + 3 + 2 + 5]);
  await turn();
  assertEquals(sink.writes.map((parts) => parts.length), [1]);
  assertEquals(await sink.frames(), [
    { opcode: Opcode.TEXT, length: 3, text: "one" },
    { opcode: Opcode.BINARY, length: 3, text: "two" },
    { opcode: Opcode.PING, length: 5, text: "three" },
  ]);
  assertEquals(writer.queuedBytes, 0);
});

Deno.test("FrameWriter collects frames while a write is under way, and writes them when it ends", async () => {
  const { sink, writer } = setUp();
  writer.writeText("one");
  await turn();
  writer.writeText("two");
  writer.writeText("three");
  await turn();
  assertEquals(sink.writes.length, 1);
  sink.take();
  assertEquals(sink.writes.length, 2);
  assertEquals(await sink.texts(), ["one", "two", "three"]);
});

for (
  const [what, text, length] of [
    ["ASCII", "a".repeat(200), 200],
    ["a short text of several bytes per character", "ü€😀", 9],
    // 60 characters are 120 bytes, and 63 are 126, which need a longer header.
    ["a text whose header is longer than its characters suggest", "ü".repeat(63), 126],
    ["a text of 30,000 characters", "ü".repeat(30_000), 60_000],
    ["a text of 100,000 characters", "€".repeat(100_000), 300_000],
    ["an empty text", "", 0],
  ] as const
) {
  Deno.test(`FrameWriter.writeText() writes ${what}`, async () => {
    const { sink, writer } = setUp();
    writer.writeText(text);
    writer.writeText("next");
    const [first, next] = await sink.frames();
    const start = new TextDecoder().decode(UTF8.encode(text).subarray(0, 20));
    assertEquals([first, next?.text], [{ opcode: Opcode.TEXT, length, text: start }, "next"]);
  });
}

for (const length of [0, 125, 126, 65_535, 65_536, 300_000]) {
  Deno.test(`FrameWriter writes binary messages of ${length} bytes, copied or shared`, async () => {
    const { sink, writer } = setUp();
    writer.writeBinary(message("copied", length));
    writer.writeShared(message("head "), message("shared", length), () => {});
    const opcode = Opcode.BINARY;
    assertEquals(await sink.frames(), [
      { opcode, length, text: new TextDecoder().decode(message("copied", length).subarray(0, 20)) },
      {
        opcode,
        length: length + 5,
        text: `head ${new TextDecoder().decode(message("shared", length).subarray(0, 15))}`,
      },
    ]);
  });
}

Deno.test("FrameWriter.writeShared() does not copy, and releases the bytes when the write has ended", async () => {
  const [one, other] = [setUp(), setUp()];
  const rest = message("large", 100 * KIB);
  let users = 2;
  for (const { writer } of [one, other]) writer.writeShared(message("head"), rest, () => void (users -= 1));
  await turn();
  for (const { sink } of [one, other]) {
    const [parts] = sink.writes;
    assertEquals([parts?.length, parts?.[1]?.buffer === rest.buffer], [2, true]);
  }
  one.sink.take();
  assertEquals(users, 1);
  other.sink.take();
  assertEquals(users, 0);
});

for (const length of [100, 50_000]) {
  Deno.test(`FrameWriter.writeShared() marks a compressed message of ${length} bytes`, async () => {
    const { sink, writer } = setUp();
    let isReleased = false;
    writer.writeShared(message("head"), message("", length), () => void (isReleased = true), true);
    await turn();
    assertEquals([sink.writes[0]?.[0]?.[0], isReleased], [0x80 | 0x40 | Opcode.BINARY, length === 100]);
  });
}

Deno.test("FrameWriter writes small frames around a large one in order, with one system call", async () => {
  const { sink, writer } = setUp();
  writer.writeText("before");
  writer.writeShared(message("head "), message("large", 50 * KIB), () => {});
  writer.writeText("after");
  writer.writeShared(message("head "), message("other", 50 * KIB), () => {});
  await turn();
  assertEquals(sink.writes.map((parts) => parts.map(({ length }) => length)), [[17, 51_200, 16, 51_200]]);
  assertEquals(await sink.texts(), [
    "before",
    "head large",
    "after",
    "head other",
  ]);
});

Deno.test("FrameWriter uses more buffers for more small frames than fit into one", async () => {
  const { sink, writer, pool } = setUp();
  for (let index = 0; index < 30; index++) writer.writeBinary(message(`${index}`, 10 * KIB));
  const texts = Array.from({ length: 30 }, (_, index) => `${index}`);
  assertEquals(await sink.texts(), texts);
  const buffers = new Set(Array.from({ length: 5 }, () => pool.take(10 * KIB)));
  assertEquals([...buffers].map(({ length }) => length), new Array(5).fill(BATCH_BYTES));
});

Deno.test("FrameWriter begins a write within the turn when enough is waiting", () => {
  const { sink, writer } = setUp();
  for (let count = 0; count < 3; count++) writer.writeShared(message("head"), message("", 100 * KIB), () => {});
  assertEquals([sink.writes.length, writer.hasRoom], [1, true]);
  writer.writeShared(message("head"), message("", 255 * KIB), () => {});
  assertEquals(writer.hasRoom, true);
  writer.writeShared(message("head"), message("", KIB), () => {});
  assertEquals([sink.writes.length, writer.hasRoom], [1, false]);
  sink.take();
  assertEquals([sink.writes.length, writer.hasRoom], [2, true]);
});

/** Returns how many bytes the writer collects before it begins a write. */
function writeSize({ sink, writer }: ReturnType<typeof setUp>): number {
  const before = sink.writes.length;
  let bytes = 0;
  while (sink.writes.length === before) {
    writer.writeShared(message("head"), message("", 64 * KIB - 8), () => {});
    bytes += 64 * KIB;
  }
  return bytes / KIB;
}

Deno.test("FrameWriter writes more at once to a fast connection, and little to a slow one", () => {
  const test = setUp();
  const { sink, time, pool } = test;
  const leave = pool.addWriter();
  const sizes: number[] = [];
  const write = (durationMs: number) => {
    sizes.push(writeSize(test));
    time.now += durationMs;
    sink.take();
  };
  for (let count = 0; count < 5; count++) write(1);
  write(10); // neither fast nor slow
  write(30);
  write(1);
  assertEquals(sizes, [256, 512, 1024, 2048, 2048, 2048, 2048, 256]);
  // With several connections, a large write would delay the others.
  pool.addWriter();
  for (let count = 0; count < 3; count++) write(1);
  assertEquals(sizes.slice(-3), [512, 1024, 1024]);
  leave();
  write(1);
  write(1);
  assertEquals(sizes.slice(-2), [1024, 2048]);
});

Deno.test("FrameWriter.onWritten may write more, which is sent at once", async () => {
  const { sink, writer, state } = setUp();
  writer.writeText("one");
  await turn();
  let isFirst = true;
  state.onWritten = () => {
    if (isFirst) writer.writeText("two");
    isFirst = false;
  };
  assertEquals(await sink.texts(), ["one", "two"]);
});

Deno.test("FrameWriter.stop() frees what no write uses, and ignores later frames", async () => {
  const { sink, writer } = setUp();
  const released: string[] = [];
  const write = (name: string) => writer.writeShared(message("head"), message("", 20 * KIB), () => released.push(name));
  write("writing");
  await turn();
  write("waiting");
  writer.stop();
  assertEquals([released, sink.writes.length], [["waiting"], 1]);
  write("late");
  writer.writeText("late");
  writer.writeBinary(message("late"));
  writer.writeControl(Opcode.PING, message("late"));
  await turn();
  sink.take();
  await turn();
  assertEquals([released, sink.writes.length, writer.queuedBytes], [["waiting", "late", "writing"], 1, 0]);
});

Deno.test("FrameWriter returns its buffer when everything is written", async () => {
  const { sink, writer, pool } = setUp();
  const buffer = pool.take(3);
  pool.recycle(buffer);
  writer.writeText("one");
  assertEquals(pool.take(3) === buffer, false);
  await turn();
  sink.take();
  assertEquals(pool.take(3) === buffer, true);
});

Deno.test("FrameWriter begins with a small buffer, and replaces it by a large one when it is full", async () => {
  const { sink, writer, pool } = setUp();
  const small = pool.take(1);
  pool.recycle(small);
  writer.writeText("one");
  writer.writeBinary(message("two", 3 * KIB));
  writer.writeBinary(message("three", 3 * KIB));
  assertEquals(pool.take(1) === small, true);
  writer.writeText("four");
  await turn();
  assertEquals([small.length < 6 * KIB, sink.writes.length], [true, 1]);
  assertEquals(await sink.texts(), ["one", "two", "three", "four"]);
});

Deno.test("FrameWriter keeps a small buffer that a part of the write uses", async () => {
  const { sink, writer, pool } = setUp();
  const small = pool.take(1);
  pool.recycle(small);
  writer.writeText("one");
  writer.writeShared(message("two"), message("", 20 * KIB), () => {});
  for (const text of ["three", "four", "five"]) writer.writeBinary(message(text, 2 * KIB));
  assertEquals(pool.take(1) === small, false);
  assertEquals(await sink.texts(), ["one", "two", "three", "four", "five"]);
  assertEquals(pool.take(1) === small, true);
});
