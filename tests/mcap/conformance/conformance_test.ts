// All files of the format's conformance suite: our bytes are those of the suite, and reading returns what was written.
//
// vectors/conformance.json has the SHA-256 of each file, from tests/conformance/data of github.com/foxglove/mcap at
// 95d0673. conformance_file.ts makes the files.

import { assertEquals } from "@std/assert/equals";
import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import { checkMagic, MAGIC_LENGTH } from "../../../src/mcap/records/magic.ts";
import { attachmentFields } from "../../../src/mcap/records/parse_attachment.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import type { McapRecord } from "../../../src/mcap/records/records.ts";
import hashes from "../vectors/conformance.json" with { type: "json" };
import { currentRecord } from "../support/parse_record.ts";
import { makeConformanceFile } from "./conformance_file.ts";
import { conformanceVariants } from "./variants.ts";

const VARIANTS = conformanceVariants();
const IN_CHUNKS: readonly McapRecord["type"][] = ["Schema", "Channel", "Message"];

Deno.test("the variants are those of the conformance suite", () => {
  assertEquals(VARIANTS.length, 416);
  assertEquals(VARIANTS.map(({ name }) => name).sort(), Object.keys(hashes).sort());
});

for (const input of new Set(VARIANTS.map(({ name }) => name.split("-")[0]))) {
  const variants = VARIANTS.filter(({ name }) => name.split("-")[0] === input);

  Deno.test(`all ${variants.length} files of ${input} have the bytes of the suite`, async () => {
    const different: string[] = [];
    for (const variant of variants) {
      const hash = await crypto.subtle.digest("SHA-256", makeConformanceFile(variant).bytes);
      if (new Uint8Array(hash).toHex() !== (hashes as Record<string, string>)[variant.name]) {
        different.push(variant.name);
      }
    }
    assertEquals(different, []);
  });

  Deno.test(`RecordReader reads all ${variants.length} files of ${input} as they were written`, () => {
    for (const variant of variants) {
      const { bytes, records } = makeConformanceFile(variant);
      checkMagic(bytes, 0, 0);
      checkMagic(bytes, bytes.length - MAGIC_LENGTH, 0);
      const found = readAll(bytes.subarray(MAGIC_LENGTH, -MAGIC_LENGTH), MAGIC_LENGTH);
      assertEquals(found, records, variant.name);
      for (const chunk of found) {
        if (chunk.type !== "Chunk") continue;
        const expected = variant.records.filter(({ type }) => IN_CHUNKS.includes(type));
        assertEquals(readAll(chunk.records, 0), expected, variant.name);
        assertEquals(crc32(chunk.records), chunk.uncompressedCrc);
      }
    }
  });
}

Deno.test("the checksum of an attachment covers its fields", () => {
  let count = 0;
  for (const variant of VARIANTS) {
    const { bytes } = makeConformanceFile(variant);
    const reader = new RecordReader(bytes.subarray(MAGIC_LENGTH, -MAGIC_LENGTH));
    while (reader.next() === "record") {
      const record = currentRecord(reader);
      if (record.type !== "Attachment") continue;
      assertEquals(crc32(attachmentFields(reader.content, record)), record.crc);
      count += 1;
    }
  }
  assertEquals(count > 10, true);
});

/** Returns all records. Fails unless the bytes end with a record. */
function readAll(bytes: Uint8Array, offset: number): McapRecord[] {
  const reader = new RecordReader(bytes, { offset });
  const records: McapRecord[] = [];
  let result = reader.next();
  for (; result === "record"; result = reader.next()) records.push(currentRecord(reader));
  assertEquals(result, "end");
  return records;
}
