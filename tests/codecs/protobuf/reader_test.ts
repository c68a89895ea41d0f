// ProtobufReader: values of bytes, bounds, and what is skipped.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { MalformedInput } from "../../../src/codecs/protobuf/faults.ts";
import { ProtobufReader } from "../../../src/codecs/protobuf/reader.ts";
import { TIME_VECTORS, WIRE_VECTORS } from "./wire_vectors.ts";

/** A reader of a view that is not at the start of its buffer. */
function readerOf(hex: string): ProtobufReader {
  const bytes = Uint8Array.fromHex(`ffff${hex}ffff`);
  return new ProtobufReader(bytes.subarray(2, -2));
}

/** Asserts that `read` throws the reason and the offset. */
function assertMalformed(hex: string, read: (reader: ProtobufReader) => unknown, text: string): void {
  const fault = assertThrows(() => read(readerOf(hex)), MalformedInput);
  assertEquals(fault.describe(), text);
}

for (const { method, value, hex } of WIRE_VECTORS) {
  Deno.test(`ProtobufReader.${method}() reads ${hex.slice(0, 30)}`, () => {
    const reader = readerOf(hex);
    const read = reader[method]();
    assertEquals([read, reader.hasMore], [value, false]);
    if (typeof value === "number") assertStrictEquals(read, value);
    for (let length = 0; length < hex.length / 2; length++) {
      assertThrows(() => readerOf(hex.slice(0, 2 * length))[method](), MalformedInput);
    }
  });
}

for (const [ns, timestamp, duration] of TIME_VECTORS) {
  Deno.test(`ProtobufReader.time() reads ${ns} ns`, () => {
    assertEquals([readerOf(timestamp).time(), readerOf(duration).time()], [ns, ns]);
  });
}

Deno.test("ProtobufReader.time() reads all int64 seconds, parts in any order, and skips unknown fields", () => {
  assertEquals(readerOf("0b08ffffffffffffffff7f1001").hasMore, true);
  assertEquals(readerOf("0c08ffffffffffffffff7f1001").time(), (2n ** 63n - 1n) * 1_000_000_000n + 1n);
  assertEquals(readerOf("06100118050802").time(), 2_000_000_001n);
});

Deno.test("ProtobufReader.int32() ignores the higher bits of long varints", () => {
  assertEquals(readerOf("ffffffffffffffff7f").int32(), -1);
  assertEquals(readerOf("8180808010").uint32(), 1);
  assertEquals(readerOf("80808080808080808001").bool(), true);
  assertEquals(readerOf("81808000").uint32(), 1);
});

Deno.test("ProtobufReader rejects varints that are too long or cut short", () => {
  assertMalformed("ff".repeat(10) + "01", (reader) => reader.uint64(), "a varint has more than 10 bytes at byte 0");
  assertMalformed("ffff", (reader) => reader.uint64(), "the message ends within a varint at byte 2");
  assertMalformed("", (reader) => reader.uint32(), "the message ends within a varint at byte 0");
});

Deno.test("ProtobufReader.tag() reads numbers up to 2^29 - 1", () => {
  assertEquals([readerOf("08").tag(), readerOf("fdffffff0f").tag()], [8, 0xffff_fffd]);
});

Deno.test("ProtobufReader.tag() rejects the number 0, unknown wire types, and tags that are not uint32", () => {
  assertMalformed("00", (reader) => reader.tag(), "the field number is 0 at byte 0");
  assertMalformed("0e", (reader) => reader.tag(), "there is no wire type 6 at byte 0");
  assertMalformed("0f", (reader) => reader.tag(), "there is no wire type 7 at byte 0");
  assertMalformed("8880808010", (reader) => reader.tag(), "the tag of a field is not a uint32 at byte 0");
});

Deno.test("ProtobufReader rejects lengths beyond the end before it allocates memory", () => {
  const text = "4294967295 bytes are expected, but only 1 are left at byte 5";
  for (const method of ["string", "bytes", "enter", "time"] as const) {
    assertMalformed("ffffffff0f00", (reader) => reader[method](), text);
  }
  assertMalformed("ffffffff0f00", (reader) => reader.packedDoubles([]), text);
  assertMalformed("808080808001", (reader) => reader.bytes(), "a length exceeds 4 GiB at byte 0");
});

Deno.test("ProtobufReader.enter() limits all reads to the message", () => {
  const reads: readonly ((reader: ProtobufReader) => unknown)[] = [
    (reader) => reader.double(),
    (reader) => reader.fixed32(),
    (reader) => reader.string(),
    (reader) => reader.enter(),
    (reader) => reader.packedFloats([]),
  ];
  for (const read of reads) {
    const reader = readerOf(`0109${"00".repeat(20)}`);
    reader.enter();
    assertThrows(() => read(reader), MalformedInput, "bytes are expected");
  }
  const reader = readerOf("01ff01");
  reader.enter();
  assertThrows(() => reader.uint32(), MalformedInput, "the message ends within a varint");
});

Deno.test("ProtobufReader.leave() returns to the message around", () => {
  const reader = readerOf("0205010701");
  const end = reader.enter();
  assertEquals([reader.uint32(), reader.hasMore, reader.uint32(), reader.hasMore], [5, true, 1, false]);
  reader.leave(end);
  assertEquals([reader.hasMore, reader.uint32()], [true, 7]);
});

Deno.test("ProtobufReader.enter() rejects more than 100 messages inside each other", () => {
  const reader = readerOf("02".repeat(101) + "0000");
  const enterAll = () => {
    for (;;) reader.enter();
  };
  assertThrows(enterAll, MalformedInput, "2 bytes are expected");
  const deep = Uint8Array.from({ length: 102 }, (_, index) => 101 - index);
  const nested = new ProtobufReader(deep);
  assertThrows(
    () => {
      for (;;) nested.enter();
    },
    MalformedInput,
    "more than 100 messages inside each other",
  );
});

Deno.test("ProtobufReader.skip() skips every wire type, and groups in groups", () => {
  for (const hex of ["08ff01", `09${"00".repeat(8)}`, "0a020000", "0d00000000", "0b0c", "0b10011b08001c0c"]) {
    const reader = readerOf(`${hex}05`);
    reader.skip(reader.tag());
    assertEquals(reader.uint32(), 5, hex);
  }
});

Deno.test("ProtobufReader.skip() rejects groups that end wrongly, or are too deep", () => {
  const skip = (reader: ProtobufReader) => reader.skip(reader.tag());
  assertMalformed("0c", skip, "a group ends that has not begun at byte 1");
  assertMalformed("0b14", skip, "a group ends that is not the current one at byte 2");
  assertMalformed("0b", skip, "the message ends within a varint at byte 1");
  assertMalformed("0b".repeat(200), skip, "there are more than 100 messages inside each other at byte 101");
});

Deno.test("ProtobufReader.bytes() returns a view of the payload", () => {
  const payload = Uint8Array.of(2, 7, 8, 9);
  const bytes = new ProtobufReader(payload).bytes();
  assertStrictEquals(bytes.buffer, payload.buffer);
  assertEquals(bytes, Uint8Array.of(7, 8));
});

Deno.test("ProtobufReader.string() replaces bytes that are not UTF-8, in short and long texts", () => {
  assertEquals(readerOf("02ff61").string(), "\ufffda");
  assertEquals(readerOf(`51${"61".repeat(80)}ff`).string(), `${"a".repeat(80)}\ufffd`);
});

Deno.test("ProtobufReader.packedDoubles() and packedFloats() append to the list", () => {
  const doubles = [5];
  readerOf("10000000000000f83f0000000000000080").packedDoubles(doubles);
  assertEquals([doubles, Object.is(doubles[2], -0)], [[5, 1.5, -0], true]);
  const floats: number[] = [];
  readerOf("040000c03f").packedFloats(floats);
  assertEquals(floats, [1.5]);
  assertMalformed(
    "0700000000000000",
    (reader) => reader.packedDoubles([]),
    "a packed list has 7 bytes, not a multiple of 8 at byte 1",
  );
});
