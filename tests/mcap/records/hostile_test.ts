// Records with wrong lengths and contents.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { Opcode } from "../../../src/mcap/records/opcode.ts";
import { parseRecord } from "../support/parse_record.ts";
import { bytesOfHex, SAMPLE_RECORDS } from "./sample_records.ts";

for (const { record, hex } of SAMPLE_RECORDS) {
  const opcode = bytesOfHex(hex)[0]!;
  const content = bytesOfHex(hex).subarray(9);
  // What follows the last field of these records is data of any length.
  const minimum = record.type === "Message" ? 22 : record.type === "Unknown" ? 0 : content.length;

  Deno.test(`parseRecord() rejects each cut of ${record.type}, at the right place`, () => {
    for (let length = 0; length < minimum; length++) {
      const error = assertThrows(() => parseRecord(opcode, content.slice(0, length), 1000), McapError);
      assert(error.offset >= 1000 && error.offset <= 1000 + length, error.message);
    }
    parseRecord(opcode, content.slice(0, minimum), 1000);
  });

  Deno.test(`parseRecord() rejects lengths beyond the end of ${record.type}, without allocating`, () => {
    // Each position where a uint32 fits becomes a huge length. Where it is a length, that must be noticed.
    for (let position = 0; position + 4 <= content.length; position++) {
      const hostile = content.slice();
      hostile.set([0xff, 0xff, 0xff, 0xff], position);
      try {
        const parsed = parseRecord(opcode, hostile, 0);
        for (const value of Object.values(parsed)) {
          if (value instanceof Uint8Array) assert(value.length <= content.length);
        }
      } catch (error) {
        assert(error instanceof McapError, String(error));
      }
    }
  });
}

/** Contents that are wrong in one place. */
const FAULTS: readonly { name: string; opcode: number; hex: string; message: string }[] = [
  {
    name: "a length beyond the content",
    opcode: Opcode.HEADER,
    hex: "05000000 726f7332",
    message: "expected 5 bytes of profile in Header, found 4 bytes at byte 104",
  },
  {
    name: "text that is not UTF-8",
    opcode: Opcode.HEADER,
    hex: "00000000 02000000 c328",
    message: "expected UTF-8 in library in Header, found other bytes at byte 108",
  },
  {
    name: "a map with a duplicate key",
    opcode: Opcode.METADATA,
    hex: "00000000 14000000 01000000 6b 01000000 61 01000000 6b 01000000 62",
    message: 'expected each key of metadata once in Metadata, found "k" again at byte 118',
  },
  {
    name: "a map of channels with a duplicate key",
    opcode: Opcode.STATISTICS,
    hex: "00".repeat(42) + "14000000 0100 0000000000000000 0100 0000000000000000",
    message: "expected each key of channelMessageCounts once in Statistics, found 1 again at byte 156",
  },
  {
    name: "a map entry beyond the end of the map",
    opcode: Opcode.METADATA,
    hex: "00000000 05000000 01000000 6b 01000000 61",
    message: "expected 4 bytes of a value of metadata in Metadata, found 0 bytes at byte 113",
  },
  {
    name: "an array with half an entry",
    opcode: Opcode.MESSAGE_INDEX,
    hex: "0100 0f000000" + "00".repeat(16),
    message: "expected records with a multiple of 16 bytes in MessageIndex, found 15 at byte 102",
  },
  {
    name: "an offset that a number cannot represent",
    opcode: Opcode.FOOTER,
    hex: "0000000000002000 0000000000000000 00000000",
    message: "expected summaryStart below 2^53 in Footer, found 9007199254740992 at byte 100",
  },
  {
    name: "data whose length is all ones",
    opcode: Opcode.ATTACHMENT,
    hex: "00".repeat(24) + "ffffffffffffffff 00000000",
    message: "expected data below 2^53 in Attachment, found 18446744073709551615 at byte 124",
  },
  {
    name: "a message without all its fields",
    opcode: Opcode.MESSAGE,
    hex: "00".repeat(21),
    message: "expected at least 22 bytes in Message, found 21 at byte 100",
  },
];

for (const { name, opcode, hex, message } of FAULTS) {
  Deno.test(`parseRecord() rejects ${name}`, () => {
    const error = assertThrows(() => parseRecord(opcode, bytesOfHex(hex), 100), McapError);
    assertEquals(error.message, `Cannot read the MCAP file: ${message}`);
    assertEquals(message.endsWith(`at byte ${error.offset}`), true);
  });
}

Deno.test("McapError.inChunk() names both places", () => {
  const error = McapError.inChunk(new McapError("a", "b", 7), 1024);
  assertEquals([error.message, error.offset, error.name], [
    "Cannot read the MCAP file: expected a, found b at byte 7 in the chunk at byte 1024",
    1024,
    "McapError",
  ]);
});
