// RecordReader: walks complete, cut and broken records.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { Opcode } from "../../../src/mcap/records/opcode.ts";
import { parseOpenChunk } from "../../../src/mcap/records/parse_chunk.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import { bytesOfHex, SAMPLE_RECORDS } from "./sample_records.ts";

const ALL = bytesOfHex(SAMPLE_RECORDS.map(({ hex }) => hex).join(""));

Deno.test("RecordReader walks all records, with their places in the file", () => {
  const reader = new RecordReader(ALL, { offset: 5000 });
  let offset = 5000;
  for (const { record, hex } of SAMPLE_RECORDS) {
    const bytes = bytesOfHex(hex);
    assertEquals([reader.next(), reader.recordOffset, reader.start], ["record", offset, offset - 5000]);
    assertEquals(reader.content, bytes.subarray(9));
    assertEquals(reader.parse(), record);
    offset += bytes.length;
  }
  assertEquals([reader.next(), reader.next(), reader.recordOffset], ["end", "end", offset]);
});

Deno.test("RecordReader.message() and its parts equal parse()", () => {
  const reader = new RecordReader(ALL, { offset: 5000 });
  while (reader.next() === "record" && reader.opcode !== Opcode.MESSAGE);
  const message = reader.message();
  assertEquals({ type: "Message", ...message }, reader.parse());
  assertEquals([reader.messageChannelId, reader.messageLogTime], [message.channelId, message.logTime]);
  const short = new RecordReader(bytesOfHex("05 0200000000000000 0102"), { offset: 50 });
  assertEquals(short.next(), "record");
  for (const read of [() => short.message(), () => short.messageChannelId, () => short.messageLogTime]) {
    assertThrows(read, McapError, "expected at least 22 bytes in Message, found 2 at byte 59");
  }
});

Deno.test("RecordReader reports each cut as incomplete, and how many bytes the record needs", () => {
  const bytes = bytesOfHex(SAMPLE_RECORDS[2]!.hex);
  for (let length = 1; length < bytes.length; length++) {
    const reader = new RecordReader(bytes.subarray(0, length), { offset: 10 });
    assertEquals([reader.next(), reader.next(), reader.opcode], ["incomplete", "incomplete", Opcode.SCHEMA]);
    assertEquals(reader.neededBytes, length < 9 ? 9 : bytes.length);
    assertEquals(reader.content, bytes.subarray(9, Math.max(9, length)));
    const expected = length < 9 ? "9 bytes of opcode and length" : `${bytes.length} bytes of Schema`;
    const text = `Cannot read the MCAP file: expected ${expected}, found the end after ${length} at byte 10`;
    assertEquals(reader.cutError().message, text);
  }
});

Deno.test("RecordReader.reset() continues in another buffer", () => {
  const bytes = bytesOfHex(SAMPLE_RECORDS[2]!.hex);
  const reader = new RecordReader(bytes.subarray(0, 12));
  assertEquals(reader.next(), "incomplete");
  reader.reset(bytes, 70);
  assertEquals([reader.next(), reader.recordOffset, reader.parse()], ["record", 70, SAMPLE_RECORDS[2]!.record]);
  assertEquals(reader.next(), "end");
});

Deno.test("RecordReader reports a record without a length as open, whatever the limit is", () => {
  const head = bytesOfHex("06 ffffffffffffffff" + "00".repeat(16) + "ffffffffffffffff 00000000");
  const rest = bytesOfHex("04000000 7a737464 ffffffffffffffff 0102");
  const reader = new RecordReader(Uint8Array.of(...head, ...rest), { maxRecordBytes: 10 });
  assertEquals([reader.next(), reader.next(), reader.neededBytes], ["open", "open", Infinity]);
  assertEquals(
    reader.cutError().message,
    "Cannot read the MCAP file: expected the length of Chunk, found none at byte 1",
  );
  assertEquals(parseOpenChunk(reader.content, 9), { compression: "zstd", records: Uint8Array.of(1, 2) });
  assertThrows(() => parseOpenChunk(reader.content.subarray(0, 34), 9), McapError, "4 bytes of compression");
});

Deno.test("RecordReader limits incomplete records only", () => {
  const bytes = bytesOfHex("80 0400000000000000 01020304");
  assertEquals(new RecordReader(bytes, { maxRecordBytes: 3 }).next(), "record");
  const cut = bytes.subarray(0, 12);
  assertEquals(new RecordReader(cut, { maxRecordBytes: 4 }).next(), "incomplete");
  const reader = new RecordReader(cut, { maxRecordBytes: 3, offset: 50 });
  for (const _ of [1, 2]) {
    const error = assertThrows(() => reader.next(), McapError);
    assertEquals(
      error.message,
      "Cannot read the MCAP file: expected at most 3 bytes in record 0x80, found a length of 4 at byte 51",
    );
  }
});

Deno.test("RecordReader rejects lengths above 2^53 if there is a limit", () => {
  const bytes = bytesOfHex("05 0000000000002000");
  const reader = new RecordReader(bytes);
  assertEquals([reader.next(), reader.neededBytes], ["incomplete", Infinity]);
  assertStringIncludes(reader.cutError().message, "the length of Message, found 9007199254740992 at byte 1");
  const limited = new RecordReader(bytes, { maxRecordBytes: 2 ** 52 });
  assertThrows(() => limited.next(), McapError, "found a length of 9007199254740992");
});

Deno.test("RecordReader rejects the opcode 0, also in an incomplete record", () => {
  for (const hex of ["00", "00 0000000000000000", "00 ffffffffffffffff"]) {
    const error = assertThrows(() => new RecordReader(bytesOfHex(hex), { offset: 8 }).next(), McapError);
    assertEquals(error.message, "Cannot read the MCAP file: expected an opcode, found 0 at byte 8");
  }
});

Deno.test("RecordReader rejects a limit that is not a number", () => {
  for (const maxRecordBytes of [-1, NaN]) {
    assertThrows(() => new RecordReader(ALL, { maxRecordBytes }), RangeError, "maxRecordBytes");
  }
});
