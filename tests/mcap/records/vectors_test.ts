// Records to bytes and back, against bytes that were written by hand from the specification.

import { assertEquals } from "@std/assert/equals";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { Opcode } from "../../../src/mcap/records/opcode.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { currentRecord, parseRecord } from "../support/parse_record.ts";
import { bytesOfHex, SAMPLE_RECORDS } from "./sample_records.ts";

/** The bytes that the conformance suite adds to records. */
const PADDING = Uint8Array.of(0x01, 0xff, 0xff);

for (const { record, hex } of SAMPLE_RECORDS) {
  const bytes = bytesOfHex(hex);
  const content = bytes.subarray(9);
  const opcode = bytes[0]!;

  Deno.test(`encodeRecord() writes ${record.type}`, () => {
    const builder = new ByteBuilder();
    builder.bytes(PADDING);
    assertEquals(encodeRecord(builder, record), bytes.length);
    assertEquals(builder.written().subarray(PADDING.length).toHex(), bytes.toHex());
  });

  Deno.test(`RecordReader reads ${record.type}`, () => {
    const reader = new RecordReader(bytes);
    assertEquals([reader.next(), reader.opcode, reader.recordBytes], ["record", opcode, bytes.length]);
    assertEquals(currentRecord(reader), record);
    assertEquals(reader.next(), "end");
  });

  if (record.type !== "Unknown" && record.type !== "Message") {
    Deno.test(`parseRecord() ignores bytes after the fields of ${record.type}`, () => {
      assertEquals(parseRecord(opcode, Uint8Array.of(...content, ...PADDING), 0), record);
    });
  }
}

Deno.test("the samples have each opcode of the format", () => {
  const opcodes = SAMPLE_RECORDS.map(({ hex }) => bytesOfHex(hex)[0]!).filter((opcode) => opcode < 0x80);
  assertEquals(opcodes, Object.values(Opcode));
});

Deno.test("parsed bytes are views of the content, also in a Buffer of Node", () => {
  let views = 0;
  for (const { hex } of SAMPLE_RECORDS) {
    const bytes = bytesOfHex(hex);
    // A class like Buffer: its subarray() returns its own kind.
    class Kind extends Uint8Array {}
    const reader = new RecordReader(new Kind(bytes.buffer, bytes.byteOffset, bytes.length));
    reader.next();
    for (const value of Object.values(currentRecord(reader))) {
      if (!(value instanceof Uint8Array)) continue;
      assertEquals([value.buffer === bytes.buffer, value instanceof Kind], [true, false]);
      views += 1;
    }
  }
  assertEquals(views, 5);
});
