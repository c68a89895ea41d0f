// ByteWriter: bytes, growth, and rejected values.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ByteWriter } from "../../src/protocol/byte_writer.ts";
import { bytes, hex } from "./hex.ts";

for (const capacity of [0, 1, 16, 100]) {
  Deno.test(`ByteWriter writes one field after the other, little-endian, from a capacity of ${capacity}`, () => {
    const writer = new ByteWriter("test", capacity);
    writer.uint8(255);
    writer.uint32("a", 0x04030201);
    writer.uint64("b", 0x8000000000000001n);
    writer.float32("c", 1.5);
    writer.string("d", "jsö");
    writer.boolean("e", true);
    writer.choice("f", ["x", "y"], "y");
    writer.bytes(bytes("aabb"));
    assertEquals(
      hex(writer.finish()),
      "ff" + "01020304" + "0100000000000080" + "0000c03f" + "040000006a73c3b6" + "0101aabb",
    );
  });
}

Deno.test("ByteWriter.string() writes the length in bytes, not in characters", () => {
  const written = (text: string) => {
    const writer = new ByteWriter("test", 8);
    writer.string("text", text);
    return hex(writer.finish());
  };
  assertEquals(written(""), "00000000");
  assertEquals(written("🤖"), "04000000f09fa496");
  assertEquals(written("\ud800"), "03000000efbfbd");
});

Deno.test("ByteWriter.bytes() copies the bytes, also those of a view", () => {
  const source = bytes("00 01 02 03").subarray(1, 3);
  const writer = new ByteWriter("test", 2);
  writer.bytes(source);
  source[0] = 9;
  assertEquals(hex(writer.finish()), "0102");
});

Deno.test("ByteWriter rejects numbers that are out of range", () => {
  const writer = new ByteWriter("test", 8);
  const uint32 = 'Cannot write "test": id must be an integer from 0 to 4294967295';
  for (const value of [-1, 1.5, 2 ** 32, NaN, Infinity]) {
    assertThrows(() => writer.uint32("id", value), RangeError, uint32);
  }
  const uint64 = 'Cannot write "test": time must be a bigint from 0 to 18446744073709551615';
  for (const value of [-1n, 2n ** 64n]) assertThrows(() => writer.uint64("time", value), RangeError, uint64);
  assertThrows(() => writer.float32("speed", 1e39), RangeError, "speed must be within the range of a float32");
  assertEquals(writer.finish().length, 0);
});

Deno.test("ByteWriter rejects values of the wrong type", () => {
  const writer = new ByteWriter("test", 8);
  const wrong = (write: () => void, rule: string) => {
    assertThrows(write, TypeError, `Cannot write "test": x must be ${rule}`);
  };
  wrong(() => writer.uint32("x", 1n as unknown as number), "an integer from 0 to 4294967295");
  wrong(() => writer.uint64("x", 1 as unknown as bigint), "a bigint from 0 to 18446744073709551615");
  wrong(() => writer.float32("x", NaN), "a finite number");
  wrong(() => writer.float32("x", -Infinity), "a finite number");
  wrong(() => writer.float32("x", "1" as unknown as number), "a finite number");
  wrong(() => writer.string("x", 1 as unknown as string), "a string");
  wrong(() => writer.boolean("x", 1 as unknown as boolean), "a boolean");
  wrong(() => writer.choice("x", ["a", "b"], "c" as "a"), 'one of "a", "b"');
  assertEquals(writer.finish().length, 0);
});
