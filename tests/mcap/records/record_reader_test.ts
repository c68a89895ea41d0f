// RecordReader: walks complete, cut and broken records.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { Opcode } from "../../../src/mcap/records/opcode.ts";
import { parseOpenChunk } from "../../../src/mcap/records/parse_chunk.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import { currentRecord } from "../support/parse_record.ts";
import { bytesOfHex, SAMPLE_RECORDS } from "./sample_records.ts";

const ALL = bytesOfHex(SAMPLE_RECORDS.map(({ hex }) => hex).join(""));

Deno.test("RecordReader walks all records, with their places in the file", () => {
  const reader = new RecordReader(ALL, { offset: 5000 });
  let offset = 5000;
  for (const { record, hex } of SAMPLE_RECORDS) {
    const bytes = bytesOfHex(hex);
    assertEquals([reader.next(), reader.recordOffset, reader.start], ["record", offset, offset - 5000]);
    assertEquals(reader.content, bytes.subarray(9));
    assertEquals(currentRecord(reader), record);
    offset += bytes.length;
  }
  assertEquals([reader.next(), reader.next(), reader.recordOffset], ["end", "end", offset]);
});

Deno.test("RecordReader.message() and messageChannelId equal the parsed record", () => {
  const reader = new RecordReader(ALL, { offset: 5000 });
  while (reader.next() === "record" && reader.opcode !== Opcode.MESSAGE);
  const message = reader.message();
  assertEquals({ type: "Message", ...message }, currentRecord(reader));
  assertEquals(reader.messageChannelId, message.channelId);
  const short = new RecordReader(bytesOfHex("05 0200000000000000 0102"), { offset: 50 });
  assertEquals(short.next(), "record");
  for (const read of [() => short.message(), () => short.messageChannelId]) {
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
  assertEquals([reader.next(), reader.recordOffset, currentRecord(reader)], ["record", 70, SAMPLE_RECORDS[2]!.record]);
  assertEquals(reader.next(), "end");
});

Deno.test("RecordReader reports a record without a length as open", () => {
  const head = bytesOfHex("06 ffffffffffffffff" + "00".repeat(16) + "ffffffffffffffff 00000000");
  const rest = bytesOfHex("04000000 7a737464 ffffffffffffffff 0102");
  const reader = new RecordReader(Uint8Array.of(...head, ...rest));
  assertEquals([reader.next(), reader.next(), reader.neededBytes], ["open", "open", Infinity]);
  assertEquals(
    reader.cutError().message,
    "Cannot read the MCAP file: expected the length of Chunk, found none at byte 1",
  );
  assertEquals(parseOpenChunk(reader.content, 9), { compression: "zstd", records: Uint8Array.of(1, 2) });
  assertThrows(() => parseOpenChunk(reader.content.subarray(0, 34), 9), McapError, "4 bytes of compression");
});

Deno.test("RecordReader reports lengths above 2^53 as incomplete", () => {
  const bytes = bytesOfHex("05 0000000000002000");
  const reader = new RecordReader(bytes);
  assertEquals([reader.next(), reader.neededBytes], ["incomplete", Infinity]);
  assertStringIncludes(reader.cutError().message, "the length of Message, found 9007199254740992 at byte 1");
});

Deno.test("RecordReader rejects the opcode 0, also in an incomplete record", () => {
  for (const hex of ["00", "00 0000000000000000", "00 ffffffffffffffff"]) {
    const error = assertThrows(() => new RecordReader(bytesOfHex(hex), { offset: 8 }).next(), McapError);
    assertEquals(error.message, "Cannot read the MCAP file: expected an opcode, found 0 at byte 8");
  }
});
