// ByteReader: values, views and bounds.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ByteReader } from "../../src/protocol/byte_reader.ts";
import { ProtocolError, type ProtocolErrorCode } from "../../src/protocol/protocol_error.ts";
import { bytes } from "./hex.ts";

function reader(hex: string): ByteReader {
  return new ByteReader("test", bytes(hex), 0);
}

function assertRejected(read: () => unknown, code: ProtocolErrorCode, text: string): void {
  const error = assertThrows(read, ProtocolError);
  assertEquals({ code: error.code, text: error.message }, { code, text: `Cannot read "test": ${text}` });
}

Deno.test("ByteReader reads one field after the other, little-endian", () => {
  const fields = reader("ff 01020304 0100000000000080 0000c03f 02000000 c3b6 01 aabb");
  assertEquals(fields.uint8(), 255);
  assertEquals(fields.uint32(), 0x04030201);
  assertEquals(fields.uint64(), 0x8000000000000001n);
  assertEquals(fields.float32(), 1.5);
  assertEquals(fields.string(), "ö");
  assertEquals(fields.choice(["a", "b"], "bad-status"), "b");
  assertEquals(fields.rest(), bytes("aabb"));
  assertEquals(fields.rest(), bytes(""));
});

Deno.test("ByteReader starts at the offset, in a view and in a whole buffer", () => {
  const frame = bytes("ffff 01 05000000 ffff").subarray(2, 7);
  const fields = new ByteReader("test", frame, 1);
  assertEquals(fields.uint32(), 5);
  assertRejected(() => fields.uint8(), "truncated", "1 bytes expected at byte 5, but only 0 are left");
});

Deno.test("ByteReader.rest() returns a view of the frame", () => {
  const frame = bytes("00 01 02");
  const rest = new ByteReader("test", frame, 1).rest();
  frame[1] = 9;
  assertEquals(rest, bytes("09 02"));
});

Deno.test("ByteReader rejects reads past the end", () => {
  assertRejected(() => reader("").uint8(), "truncated", "1 bytes expected at byte 0, but only 0 are left");
  assertRejected(() => reader("000000").uint32(), "truncated", "4 bytes expected at byte 0, but only 3 are left");
  assertRejected(
    () => reader("00000000000000").uint64(),
    "truncated",
    "8 bytes expected at byte 0, but only 7 are left",
  );
  assertRejected(() => reader("000000").float32(), "truncated", "4 bytes expected at byte 0, but only 3 are left");
  assertRejected(
    () => reader("05000000 6a73").string(),
    "truncated",
    "5 bytes expected at byte 4, but only 2 are left",
  );
  assertRejected(
    () => reader("ffffffff").string(),
    "truncated",
    "4294967295 bytes expected at byte 4, but only 0 are left",
  );
  assertRejected(() => reader("01000000").skipString(), "truncated", "1 bytes expected at byte 4, but only 0 are left");
});

Deno.test("ByteReader.string() requires UTF-8 and keeps a byte order mark", () => {
  assertEquals(reader("00000000").string(), "");
  assertEquals(reader("03000000 efbbbf").string(), "\ufeff");
  for (const text of ["c328", "80", "eda080", "c0af", "f4908080"]) {
    const length = bytes(text).length.toString(16).padStart(2, "0");
    assertRejected(() => reader(`${length}000000 ${text}`).string(), "invalid-utf8", "the text at byte 4 is not UTF-8");
  }
});

Deno.test("ByteReader.skipString() does not check the text", () => {
  const fields = reader("02000000 c328 07");
  fields.skipString();
  assertEquals(fields.uint8(), 7);
});

Deno.test("ByteReader.float32() rejects NaN and infinities", () => {
  assertRejected(() => reader("0000c07f").float32(), "invalid-field", "the number at byte 0 is NaN");
  assertRejected(() => reader("000080ff").float32(), "invalid-field", "the number at byte 0 is -Infinity");
});

Deno.test("ByteReader.choice() rejects a number that is out of range", () => {
  assertRejected(
    () => reader("02").choice(["a", "b"], "bad-command"),
    "bad-command",
    "byte 0 is 2, but the maximum is 1",
  );
});
