// ByteBuilder: growth, reuse and ownership.

import { assertEquals } from "@std/assert/equals";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";

Deno.test("ByteBuilder writes little-endian numbers", () => {
  const builder = new ByteBuilder();
  builder.uint8(1);
  builder.uint16(2);
  builder.uint32(3);
  builder.uint64(0x8000_0000_0000_0004n);
  builder.safeUint64(2 ** 52 + 5);
  builder.bytes(Uint8Array.of(6, 7));
  assertEquals(
    builder.written().toHex(),
    "01 0200 03000000 0400000000000080 0500000000001000 0607".replaceAll(" ", ""),
  );
});

Deno.test("ByteBuilder does not grow while the bytes fit, and keeps its buffer when truncated", () => {
  const builder = new ByteBuilder(100);
  const { buffer } = builder;
  for (let round = 0; round < 3; round++) {
    builder.bytes(new Uint8Array(100));
    builder.truncate(0);
  }
  assertEquals([builder.buffer === buffer, builder.capacity, builder.length], [true, 100, 0]);
});

Deno.test("ByteBuilder grows by little more than is needed", () => {
  const builder = new ByteBuilder(1 << 20);
  builder.bytes(new Uint8Array(8 << 20));
  assertEquals(builder.capacity, 9 << 20);
  const small = new ByteBuilder();
  for (let index = 0; index < 100_000; index++) small.uint8(index);
  assertEquals([small.length, small.capacity < 114_000], [100_000, true]);
  assertEquals(small.written().every((value, index) => value === (index & 0xff)), true);
});

Deno.test("ByteBuilder.take() passes on the buffer, and continues in another one", () => {
  const builder = new ByteBuilder(8);
  builder.uint32(1);
  const { buffer } = builder;
  const taken = builder.take(16);
  assertEquals([taken, taken.buffer === buffer.buffer], [Uint8Array.of(1, 0, 0, 0), true]);
  assertEquals([builder.length, builder.capacity], [0, 16]);
  builder.uint32(2);
  assertEquals(taken, Uint8Array.of(1, 0, 0, 0));
  // The spare one is a view of four bytes of a buffer of eight.
  const second = builder.take(taken);
  builder.uint32(3);
  assertEquals([builder.capacity, builder.written(), second], [
    8,
    Uint8Array.of(3, 0, 0, 0),
    Uint8Array.of(2, 0, 0, 0),
  ]);
});
