// The ring: order, wrap-around, readers that were lapped, and records that are overwritten while they are read.

import { assertEquals } from "@std/assert/equals";
import { createRing, MIN_RING_BYTES, RingReader, RingWriter } from "../../src/workers/ring.ts";

/** A record without its channel and time, which follow from the number. */
interface Read {
  number: number;
  bytes: number;
}

/** Writes a record whose content follows from its number. */
function write(writer: RingWriter, number: number, bytes: number): void {
  writer.write(number % 7, number, BigInt(number) << 40n, new Uint8Array(bytes).fill(number));
}

/** Reads one record. Returns `undefined` if it was overwritten, and throws if its content is wrong. */
function readOne(reader: RingReader): Read | undefined {
  const record = reader.read();
  const copy = record?.payload.slice();
  if (!record || !copy || !reader.accept()) {
    reader.skip();
    return undefined;
  }
  const { channelId, number, timestamp } = record;
  assertEquals([channelId, timestamp], [number % 7, BigInt(number) << 40n]);
  if (copy.some((byte) => byte !== number % 256)) throw new Error(`Record ${number} is torn`);
  return { number, bytes: copy.length };
}

/** Reads all records that are there. */
function readAll(reader: RingReader): number[] {
  const numbers: number[] = [];
  while (reader.position < reader.head) {
    const record = readOne(reader);
    if (record) numbers.push(record.number);
  }
  return numbers;
}

Deno.test("RingReader reads the records of the writer in their order, also empty ones and the largest one", () => {
  const memory = createRing(MIN_RING_BYTES);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  assertEquals(reader.position, reader.head);
  const sizes = [0, 1, 7, 8, 9, writer.maxPayloadBytes];
  for (const [number, size] of sizes.entries()) write(writer, number, size);
  assertEquals(sizes.map(() => readOne(reader)), sizes.map((bytes, number) => ({ number, bytes })));
  assertEquals([reader.position, reader.head], [writer.position, writer.position]);
});

Deno.test("two readers read all records while the ring wraps around many times", () => {
  const memory = createRing(MIN_RING_BYTES);
  const writer = new RingWriter(memory);
  const readers = [new RingReader(memory), new RingReader(memory)];
  const read: number[][] = [[], []];
  for (let number = 0; number < 1000; number++) {
    write(writer, number, (number * 37) % 500);
    // The second reader lags by up to three records.
    read[0]!.push(...readAll(readers[0]!));
    if (number % 4 === 3) read[1]!.push(...readAll(readers[1]!));
  }
  const all = Array.from({ length: 1000 }, (_, number) => number);
  assertEquals(read, [all, all]);
  assertEquals(writer.position > 50 * MIN_RING_BYTES, true);
});

Deno.test("a reader that was lapped continues with the last records, and another reader loses nothing", () => {
  const memory = createRing(MIN_RING_BYTES);
  const writer = new RingWriter(memory);
  const [slow, fast] = [new RingReader(memory), new RingReader(memory)];
  const seen: number[] = [];
  for (let number = 0; number < 100; number++) {
    write(writer, number, 100);
    seen.push(...readAll(fast));
  }
  assertEquals(seen.length, 100);
  const late = readAll(slow);
  assertEquals(late, seen.slice(-late.length));
  // Between a quarter and a half of the ring, in records of 128 bytes.
  assertEquals([late.length >= 8, late.length <= 17], [true, true]);
  write(writer, 100, 10);
  assertEquals([readAll(slow), readAll(fast)], [[100], [100]]);
});

Deno.test("a reader does not accept a record that is overwritten after it was read", () => {
  const memory = createRing(MIN_RING_BYTES);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  write(writer, 1, 100);
  assertEquals(reader.read()?.number, 1);
  // The ring is full, but nothing of the first record is overwritten.
  while (writer.position + 128 <= MIN_RING_BYTES) write(writer, 2, 100);
  assertEquals(reader.read()?.number, 1);
  write(writer, 3, 100);
  assertEquals([reader.accept(), reader.read()], [false, undefined]);
});

Deno.test("a reader whose position lies in the middle of newer records does not read outside the ring", () => {
  // All positions of a small ring, whatever bytes are there.
  for (let records = 0; records < 200; records++) {
    const memory = createRing(MIN_RING_BYTES);
    const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
    for (let number = 0; number < records; number++) write(writer, 0, 16);
    readAll(reader);
    for (let number = 0; number < 60; number++) write(writer, number, number * 8);
    assertEquals(readAll(reader).at(-1), 59);
  }
});

Deno.test("the numbers and positions of a ring survive the end of a uint32", () => {
  const memory = createRing(MIN_RING_BYTES);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  for (const number of [0xffff_fffe, 0xffff_ffff, 0]) {
    writer.write(0xffff_ffff, number, 2n ** 64n - 1n, new Uint8Array(1));
  }
  const records = [1, 2, 3].map(() => {
    const record = reader.read();
    reader.accept();
    return [record?.channelId, record?.number, record?.timestamp];
  });
  assertEquals(records, [0xffff_fffe, 0xffff_ffff, 0].map((number) => [0xffff_ffff, number, 2n ** 64n - 1n]));
});

Deno.test("RingReader.wait() resolves when something is written, also if that happened before", async () => {
  const memory = createRing(MIN_RING_BYTES);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  const { head } = reader;
  const waiting = reader.wait(head);
  write(writer, 1, 1);
  await waiting;
  await reader.wait(head);
  assertEquals(readAll(reader), [1]);
});

Deno.test("a thread that was ended while it slept costs the writer nothing", async () => {
  const memory = createRing(MIN_RING_BYTES);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  const { notify } = Atomics;
  let wakes = 0;
  Atomics.notify = (array: BigInt64Array | Int32Array, index: number) => {
    wakes += 1;
    return notify(array as Int32Array, index);
  };
  try {
    // As if it belonged to a thread that does not go on afterwards.
    const sleeping = reader.wait(reader.head);
    for (let number = 0; number < 10; number++) write(writer, number, 1);
    assertEquals(wakes, 1);
    await sleeping;
  } finally {
    Atomics.notify = notify;
  }
});

/** A small generator, so that a failure can be repeated. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SEED = Math.floor(Math.random() * 2 ** 31);

Deno.test(`any interleaving of a writer and three readers yields whole records in order (seed ${SEED})`, () => {
  const random = randoms(SEED);
  for (let run = 0; run < 50; run++) {
    const memory = createRing(MIN_RING_BYTES + random(5000));
    const writer = new RingWriter(memory);
    const readers = [0, 1, 2].map(() => ({ reader: new RingReader(memory), last: -1, gaps: 0, read: 0 }));
    let number = 0;
    for (let step = 0; step < 2000; step++) {
      if (random(3) === 0) {
        for (let count = random(8); count > 0; count--) write(writer, number++, random(writer.maxPayloadBytes + 1));
        continue;
      }
      const each = readers[random(3)]!;
      const { reader } = each;
      if (reader.position >= reader.head) continue;
      const record = reader.read();
      const copy = record?.payload.slice(0, random(2) === 0 ? record.payload.length : 10);
      // The writer may go on between the copy and the check.
      for (let count = random(4); count > 0; count--) write(writer, number++, random(600));
      if (!record || !copy || !reader.accept()) {
        reader.skip();
        each.gaps += 1;
        continue;
      }
      assertEquals([record.number > each.last, copy.every((byte) => byte === record.number % 256)], [true, true]);
      assertEquals(each.gaps > 0 || record.number === each.last + 1, true);
      each.last = record.number;
      each.read += 1;
    }
    assertEquals(readers.every(({ read }) => read > 10), true);
  }
});
