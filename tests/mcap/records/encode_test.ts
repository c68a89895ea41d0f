// Encoders: invalid fields, chunks and indexes without copies, and attachments.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { encodeAttachment } from "../../../src/mcap/records/encode_attachment.ts";
import {
  appendMessageIndexEntry,
  encodeChunk,
  encodeChunkHead,
  encodeMessageIndex,
  encodeMessageIndexOf,
} from "../../../src/mcap/records/encode_chunk.ts";
import { encodeMessage } from "../../../src/mcap/records/encode_message.ts";
import { attachmentFields } from "../../../src/mcap/records/parse_attachment.ts";
import { parseAttachment } from "../../../src/mcap/records/parse_attachment.ts";
import type { McapRecord } from "../../../src/mcap/records/records.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { SAMPLE_RECORDS } from "./sample_records.ts";

/** Values that are invalid for every field of their kind. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  number: [-1, 0.5, NaN, 2 ** 64, "1", 1n, undefined],
  bigint: [-1n, 2n ** 64n, 1, "1", undefined],
  string: [1, undefined, null],
  bytes: ["a", [1], undefined],
  map: [{}, [["a", "b"]], undefined, new Map<unknown, unknown>([[{}, 1]]), new Map<unknown, unknown>([["a", -1]])],
};

for (const { record } of SAMPLE_RECORDS) {
  if (record.type === "Unknown") continue;
  for (const [name, value] of Object.entries(record)) {
    const kind = value instanceof Uint8Array ? "bytes" : value instanceof Map ? "map" : typeof value;
    if (name === "type" || !(kind in WRONG)) continue;
    Deno.test(`encodeRecord() rejects wrong values of ${record.type}.${name}, and writes nothing`, () => {
      const builder = new ByteBuilder();
      builder.uint8(7);
      for (const wrong of WRONG[kind]!) {
        const error = assertThrows(() => encodeRecord(builder, { ...record, [name]: wrong } as McapRecord), Error);
        assertEquals(error instanceof TypeError || error instanceof RangeError, true, String(error));
        assertEquals([error.message.startsWith(`Cannot write "${record.type}": `), error.message.includes(name)], [
          true,
          true,
        ], error.message);
        assertEquals(builder.written(), Uint8Array.of(7));
      }
    });
  }
}

Deno.test("encodeRecord() rejects the id 0 of a schema, and unknown opcodes that are no bytes", () => {
  const builder = new ByteBuilder();
  const schema = { type: "Schema", id: 0, name: "", encoding: "", data: new Uint8Array() } as const;
  assertThrows(() => encodeRecord(builder, schema), RangeError, "id must be an integer from 1 to 65535");
  for (const opcode of [0, 256, -1, 1.5]) {
    assertThrows(() => encodeRecord(builder, { type: "Unknown", opcode, content: new Uint8Array() }), RangeError);
  }
  assertEquals(builder.length, 0);
});

Deno.test("encodeMessage() accepts all kinds of bytes, also none", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const sources = [bytes, bytes.buffer, new DataView(bytes.buffer), new Uint32Array(bytes.buffer)];
  const written = sources.map((data) => {
    const builder = new ByteBuilder();
    encodeMessage(builder, { channelId: 1, sequence: 2, logTime: 3n, publishTime: 4n, data });
    return builder.written().toHex();
  });
  assertEquals(new Set(written).size, 1);
  const builder = new ByteBuilder();
  const empty = { channelId: 1, sequence: 2, logTime: 3n, publishTime: 4n, data: new Uint8Array() };
  assertEquals([encodeMessage(builder, empty), builder.length], [31, 31]);
});

Deno.test("encodeChunkHead() and the records are the bytes of encodeChunk()", () => {
  const chunk = {
    messageStartTime: 1n,
    messageEndTime: 2n,
    uncompressedSize: 3,
    uncompressedCrc: 4,
    compression: "zstd",
    records: Uint8Array.of(5, 6, 7),
  };
  const [whole, parts] = [new ByteBuilder(), new ByteBuilder()];
  assertEquals(encodeChunkHead(parts, chunk, 3), encodeChunk(whole, chunk));
  parts.bytes(chunk.records);
  assertEquals(parts.written(), whole.written());
  assertThrows(() => encodeChunkHead(parts, chunk, -1), RangeError, "the length of records");
});

Deno.test("encodeMessageIndexOf() writes what encodeMessageIndex() writes", () => {
  const records = [{ logTime: 2n ** 64n - 1n, offset: 2 ** 52 + 1 }, { logTime: 0n, offset: 0 }];
  const [entries, one, other] = [new ByteBuilder(), new ByteBuilder(), new ByteBuilder()];
  for (const { logTime, offset } of records) appendMessageIndexEntry(entries, logTime, offset);
  assertEquals(
    encodeMessageIndexOf(one, 3, entries),
    encodeMessageIndex(other, { channelId: 3, records }),
  );
  assertEquals(one.written(), other.written());
});

Deno.test("encodeAttachment() computes the checksum of the fields before it", () => {
  const builder = new ByteBuilder();
  builder.uint8(0);
  let checked = "";
  const attachment = { logTime: 1n, createTime: 2n, name: "a", mediaType: "b", data: Uint8Array.of(3).buffer };
  encodeAttachment(builder, attachment, (fields) => {
    checked = fields.toHex();
    return 0xffff_ffff;
  });
  const content = builder.written().subarray(1 + 9);
  const parsed = parseAttachment(content, 0);
  assertEquals(parsed.crc, 0xffff_ffff);
  assertEquals(attachmentFields(content, parsed).toHex(), checked);
  assertEquals(checked.length / 2, content.length - 4);
});
