// McapWriter: the indexes, offsets and checksums of its files fit.

import { assertEquals } from "@std/assert/equals";
import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import type { ChunkIndex } from "../../../src/mcap/records/records.ts";
import { decompressed, ofType, recordAt, type RecordOf, recordsOf, text, written } from "./written.ts";

const TIMES = [30n, 10n, 20n, 2n ** 64n - 1n, 0n, 25n];
const ATTACHMENT = { name: "n", mediaType: "m", logTime: 8n, createTime: 9n };
const METADATA = { name: "m", metadata: new Map([["a", "b"]]) };

/** Returns a file with two chunks, messages of two channels out of order, an attachment and metadata. */
function file(compression: "none" | "zstd"): Promise<Uint8Array<ArrayBuffer>> {
  return written((writer) => {
    const channelIds = ["/a", "/b"].map((topic) => writer.addChannel({ topic, messageEncoding: "json" }));
    TIMES.forEach((logTime, sequence) => {
      writer.write({ channelId: channelIds[sequence % 2]!, logTime, sequence, data: text("x".repeat(300)) });
    });
    writer.addAttachment({ ...ATTACHMENT, data: new Uint16Array([1, 2]) });
    writer.addMetadata(METADATA);
  }, { compression, chunkBytes: 1200 });
}

/** Returns the times of the messages that the indexes of a chunk name, after checking all offsets and sizes. */
function indexedTimes(bytes: Uint8Array, index: ChunkIndex): bigint[] {
  const chunk = recordAt(bytes, "Chunk", index.chunkStartOffset, index.chunkLength);
  const records = decompressed(chunk);
  assertEquals([index.compressedSize, index.uncompressedSize, index.compression], [
    chunk.records.length,
    records.length,
    chunk.compression,
  ]);
  assertEquals(chunk.uncompressedCrc, crc32(records));
  let indexEnd = index.chunkStartOffset + index.chunkLength;
  const times: bigint[] = [];
  for (const [channelId, offset] of index.messageIndexOffsets) {
    const messageIndex = recordAt(bytes, "MessageIndex", offset);
    assertEquals([messageIndex.channelId, offset], [channelId, indexEnd]);
    indexEnd += 15 + 16 * messageIndex.records.length;
    for (const entry of messageIndex.records) {
      const message = recordAt(records, "Message", entry.offset);
      assertEquals([message.channelId, message.logTime], [channelId, entry.logTime]);
      times.push(message.logTime);
    }
  }
  assertEquals(index.chunkStartOffset + index.chunkLength + index.messageIndexLength, indexEnd);
  return times;
}

/** Asserts that from `start` on, `length` bytes are whole records with this opcode. */
function assertGroup(bytes: Uint8Array<ArrayBuffer>, opcode: number, start: number, length: number): void {
  let position = start;
  while (position < start + length) {
    assertEquals(bytes[position], opcode);
    position += 9 + Number(new DataView(bytes.buffer).getBigUint64(position + 1, true));
  }
  assertEquals(position, start + length);
}

for (const compression of ["none", "zstd"] as const) {
  Deno.test(`McapWriter writes indexes that fit chunks and messages, compression "${compression}"`, async () => {
    const bytes = await file(compression);
    const indexes = ofType(recordsOf(bytes), "ChunkIndex");
    const ranges = indexes.map(({ messageStartTime, messageEndTime }) => [messageStartTime, messageEndTime]);
    assertEquals(ranges, [[10n, 30n], [0n, 2n ** 64n - 1n]]);
    const times = indexes.map((index) => indexedTimes(bytes, index));
    assertEquals(times, [[30n, 20n, 10n], [TIMES[3]!, 25n, 0n]]);
  });

  Deno.test(`McapWriter writes indexes of attachments and metadata, compression "${compression}"`, async () => {
    const bytes = await file(compression);
    const records = recordsOf(bytes);
    const { offset, length, ...index } = ofType(records, "AttachmentIndex")[0]!;
    assertEquals(index, { type: "AttachmentIndex", ...ATTACHMENT, dataSize: 4 });
    const crc = crc32(bytes.subarray(offset + 9, offset + length - 4));
    const data = Uint8Array.of(1, 0, 2, 0);
    assertEquals(recordAt(bytes, "Attachment", offset, length), { type: "Attachment", ...ATTACHMENT, data, crc });
    const metadata = ofType(records, "MetadataIndex")[0]!;
    assertEquals(metadata.name, "m");
    assertEquals(recordAt(bytes, "Metadata", metadata.offset, metadata.length), { type: "Metadata", ...METADATA });
  });

  Deno.test(`McapWriter writes checksums and summary offsets that fit, compression "${compression}"`, async () => {
    const bytes = await file(compression);
    const records = recordsOf(bytes);
    const [footer] = ofType(records, "Footer") as [RecordOf<"Footer">];
    const dataEnd = footer.summaryStart - 13;
    assertEquals(recordAt(bytes, "DataEnd", dataEnd, 13).dataSectionCrc, crc32(bytes.subarray(0, dataEnd)));
    assertEquals(footer.summaryCrc, crc32(bytes.subarray(footer.summaryStart, bytes.length - 12)));
    const offsets = ofType(records, "SummaryOffset");
    assertEquals(offsets.map(({ groupOpcode }) => groupOpcode), [4, 11, 8, 10, 13]);
    for (const { groupOpcode, groupStart, groupLength } of offsets) {
      assertGroup(bytes, groupOpcode, groupStart, groupLength);
    }
    const end = offsets.at(-1)!;
    assertEquals([offsets[0]?.groupStart, end.groupStart + end.groupLength], [
      footer.summaryStart,
      footer.summaryOffsetStart,
    ]);
  });
}
