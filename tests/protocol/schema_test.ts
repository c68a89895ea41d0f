// Schemas and base64.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { JsonFields } from "../../src/protocol/json_fields.ts";
import { decodeBase64, encodeBase64, encodeBase64InParts, isBase64 } from "../../src/protocol/base64.ts";
import { isBinarySchema, readSchema, readSchemaEncoding, sameSchema, writeSchema } from "../../src/protocol/schema.ts";
import { bytes, hex } from "./hex.ts";
import { Random } from "./random.ts";

function read(schema: unknown, encoding: string): string | Uint8Array {
  return readSchema(new JsonFields("advertise", { schema }), encoding);
}

function write(schema: unknown, encoding: string): string {
  return writeSchema(new JsonFields("advertise", { schema }, "write"), encoding);
}

Deno.test("isBinarySchema() is true only for protobuf and flatbuffer", () => {
  const all = ["protobuf", "flatbuffer", "jsonschema", "json", "ros1msg", "ros2msg", "ros2idl", "omgidl", "cdr", ""];
  assertEquals(all.filter(isBinarySchema), ["protobuf", "flatbuffer"]);
});

Deno.test("isBase64() accepts the text of encoders", () => {
  for (const text of ["", "AA==", "AAA=", "AAAA", "+/+/", "3q2+7w==", "AQ==", "AAE="]) {
    assertEquals(isBase64(text), true, text);
  }
});

Deno.test("isBase64() rejects other alphabets, missing padding, spaces and unused bits that are set", () => {
  const texts = [
    "A",
    "AA",
    "AAA",
    "AA=",
    "A===",
    "====",
    "=AAA",
    "AA=A",
    "AAAA=",
    "AAAAAA",
    "-_-_",
    "A A=",
    " AA==",
    "AA==\n",
  ];
  for (const text of [...texts, "AA==AA==", "AB==", "AAB=", "!!!!", "ÄÄÄÄ"]) assertEquals(isBase64(text), false, text);
});

Deno.test("isBase64() and decodeBase64() accept long texts", () => {
  const text = "AAEC".repeat(2_000_000);
  assertEquals(isBase64(text), true);
  assertEquals(isBase64(text + "!"), false);
  const decoded = decodeBase64(text);
  assertEquals([decoded.length, decoded.at(-2), decoded.at(-1)], [6_000_000, 1, 2]);
});

Deno.test("encodeBase64InParts() and decodeBase64() agree with the engine at lengths around the size of their parts", () => {
  const random = new Random(1);
  for (const length of [0, 1, 2, 3, 4, 5, 24_575, 24_576, 24_577, 24_578, 24_579, 49_152, 100_000]) {
    const bytes = random.bytes(length);
    const text = encodeBase64InParts(bytes);
    assertEquals(text, bytes.toBase64());
    assertEquals(encodeBase64(bytes), text);
    assertEquals(isBase64(text), true);
    assertEquals(hex(decodeBase64(text)), hex(bytes));
  }
});

Deno.test("encodeBase64() encodes bytes of engines without toBase64()", () => {
  const old = Object.defineProperty(bytes("deadbeef"), "toBase64", { value: undefined });
  assertEquals(encodeBase64(old), "3q2+7w==");
});

Deno.test("encodeBase64() encodes bytes of shared memory", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  shared.set([1, 2]);
  assertEquals(encodeBase64(shared), "AQI=");
});

Deno.test("readSchema() decodes base64 if the encoding requires bytes", () => {
  assertEquals(read("3q2+7w==", "protobuf"), bytes("deadbeef"));
  assertEquals(read("3q2+7w==", "flatbuffer"), bytes("deadbeef"));
  assertEquals(read("3q2+7w==", "ros1msg"), "3q2+7w==");
});

Deno.test("readSchema() returns empty text and text that is not base64 unchanged", () => {
  assertEquals(read("syntax = proto3", "protobuf"), "syntax = proto3");
  assertEquals(read("3q2+7w", "protobuf"), "3q2+7w");
  assertEquals(read("", "protobuf"), "");
});

Deno.test("writeSchema() writes bytes as base64 or as UTF-8 text", () => {
  assertEquals(write(bytes("deadbeef"), "protobuf"), "3q2+7w==");
  assertEquals(write(bytes("c3b6"), "ros2msg"), "ö");
  assertEquals(write(bytes("efbbbf61"), "ros2msg"), "\ufeffa");
  assertEquals(write(bytes(""), "protobuf"), "");
});

Deno.test("writeSchema() writes text unchanged", () => {
  assertEquals(write("3q2+7w==", "flatbuffer"), "3q2+7w==");
  assertEquals(write("", "protobuf"), "");
  assertEquals(write("string data", "ros1msg"), "string data");
});

Deno.test("writeSchema() rejects schemas that are not valid for the encoding", () => {
  const cannot = 'Cannot write "advertise": schema must be';
  assertThrows(() => write("message", "protobuf"), TypeError, `${cannot} bytes or base64 for encoding "protobuf"`);
  assertThrows(() => write(bytes("c328"), "jsonschema"), TypeError, `${cannot} UTF-8 for encoding "jsonschema"`);
  assertThrows(() => write({ type: "object" }, "jsonschema"), TypeError, `${cannot} a string or bytes`);
  assertThrows(() => write(undefined, "jsonschema"), TypeError, `${cannot} a string or bytes`);
});

Deno.test("readSchemaEncoding() reads an empty encoding as absent, but rejects it for writing", () => {
  assertEquals(readSchemaEncoding(new JsonFields("advertise", { schemaEncoding: "" })), undefined);
  assertEquals(readSchemaEncoding(new JsonFields("advertise", { schemaEncoding: null })), undefined);
  assertEquals(readSchemaEncoding(new JsonFields("advertise", { schemaEncoding: "ros1msg" })), "ros1msg");
  assertThrows(
    () => readSchemaEncoding(new JsonFields("advertise", { schemaEncoding: "" }, "write")),
    TypeError,
    'Cannot write "advertise": schemaEncoding must be absent or not empty',
  );
});

Deno.test("sameSchema() compares text with text and bytes with bytes", () => {
  assertEquals(sameSchema("a", "a"), true);
  assertEquals(sameSchema(undefined, undefined), true);
  assertEquals(sameSchema(bytes("01 02"), bytes("00 01 02").subarray(1)), true);
  assertEquals(sameSchema("a", "b"), false);
  assertEquals(sameSchema("", undefined), false);
  assertEquals(sameSchema("", bytes("")), false);
  assertEquals(sameSchema(bytes("01 02"), bytes("01 03")), false);
  assertEquals(sameSchema(bytes("01"), bytes("01 02")), false);
});
