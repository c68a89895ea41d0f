// Records of every type, with their bytes.

import type { McapRecord } from "../../../src/mcap/records/records.ts";

/** A record and its bytes: opcode, length and content. */
export interface SampleRecord {
  readonly record: McapRecord;
  /** Hex digits, with spaces between the fields. */
  readonly hex: string;
}

const MAP = "0c000000" + "01 000000 6b" + "03 000000 c3a476";

/** One record of each type. Fields that have the same type have different values. */
export const SAMPLE_RECORDS: readonly SampleRecord[] = [
  {
    record: { type: "Header", profile: "ros2", library: "é" },
    hex: "01 0e00000000000000  04000000 726f7332  02000000 c3a9",
  },
  {
    record: { type: "Footer", summaryStart: 0x1_0000_0002, summaryOffsetStart: 3, summaryCrc: 0xfedc_ba98 },
    hex: "02 1400000000000000  0200000001000000 0300000000000000 98badcfe",
  },
  {
    record: { type: "Schema", id: 0xff01, name: "N", encoding: "", data: Uint8Array.of(1, 2) },
    hex: "03 1100000000000000  01ff 01000000 4e 00000000 02000000 0102",
  },
  {
    record: {
      type: "Channel",
      id: 0,
      schemaId: 258,
      topic: "/t",
      messageEncoding: "json",
      metadata: new Map([["k", "äv"]]),
    },
    hex: `04 2200000000000000  0000 0201 02000000 2f74 04000000 6a736f6e ${MAP}`,
  },
  {
    record: {
      type: "Message",
      channelId: 5,
      sequence: 0xffff_ffff,
      logTime: 0xffff_ffff_ffff_ffffn,
      publishTime: 1n,
      data: Uint8Array.of(9, 8, 7),
    },
    hex: "05 1900000000000000  0500 ffffffff ffffffffffffffff 0100000000000000 090807",
  },
  {
    record: {
      type: "Chunk",
      messageStartTime: 1n,
      messageEndTime: 2n,
      uncompressedSize: 3,
      uncompressedCrc: 4,
      compression: "lz4",
      records: Uint8Array.of(5),
    },
    hex:
      "06 2c00000000000000  0100000000000000 0200000000000000 0300000000000000 04000000 03000000 6c7a34 0100000000000000 05",
  },
  {
    record: {
      type: "MessageIndex",
      channelId: 1,
      records: [{ logTime: 7n, offset: 8 }, { logTime: 6n, offset: 0 }],
    },
    hex: "07 2600000000000000  0100 20000000 0700000000000000 0800000000000000 0600000000000000 0000000000000000",
  },
  {
    record: {
      type: "ChunkIndex",
      messageStartTime: 1n,
      messageEndTime: 2n,
      chunkStartOffset: 3,
      chunkLength: 4,
      messageIndexOffsets: new Map([[6, 7], [5, 8]]),
      messageIndexLength: 9,
      compression: "zstd",
      compressedSize: 10,
      uncompressedSize: Number.MAX_SAFE_INTEGER,
    },
    hex: "08 5800000000000000  0100000000000000 0200000000000000 0300000000000000 0400000000000000 " +
      "14000000 0600 0700000000000000 0500 0800000000000000 " +
      "0900000000000000 04000000 7a737464 0a00000000000000 ffffffffffff1f00",
  },
  {
    record: {
      type: "Attachment",
      logTime: 1n,
      createTime: 2n,
      name: "a",
      mediaType: "",
      data: Uint8Array.of(3, 4),
      crc: 5,
    },
    hex: "09 2700000000000000  0100000000000000 0200000000000000 01000000 61 00000000 0200000000000000 0304 05000000",
  },
  {
    record: {
      type: "AttachmentIndex",
      offset: 1,
      length: 2,
      logTime: 3n,
      createTime: 4n,
      dataSize: 5,
      name: "",
      mediaType: "b",
    },
    hex: "0a 3100000000000000  0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000 " +
      "00000000 01000000 62",
  },
  {
    record: {
      type: "Statistics",
      messageCount: 1,
      schemaCount: 2,
      channelCount: 3,
      attachmentCount: 4,
      metadataCount: 5,
      chunkCount: 6,
      messageStartTime: 7n,
      messageEndTime: 8n,
      channelMessageCounts: new Map([[9, 10]]),
    },
    hex: "0b 3800000000000000  0100000000000000 0200 03000000 04000000 05000000 06000000 " +
      "0700000000000000 0800000000000000 0a000000 0900 0a00000000000000",
  },
  {
    record: { type: "Metadata", name: "m", metadata: new Map([["k", "äv"]]) },
    hex: `0c 1500000000000000  01000000 6d ${MAP}`,
  },
  {
    record: { type: "MetadataIndex", offset: 1, length: 2, name: "m" },
    hex: "0d 1500000000000000  0100000000000000 0200000000000000 01000000 6d",
  },
  {
    record: { type: "SummaryOffset", groupOpcode: 3, groupStart: 1, groupLength: 2 },
    hex: "0e 1100000000000000  03 0100000000000000 0200000000000000",
  },
  {
    record: { type: "DataEnd", dataSectionCrc: 0x8000_0001 },
    hex: "0f 0400000000000000  01000080",
  },
  {
    record: { type: "Unknown", opcode: 0x80, content: Uint8Array.of(1, 2) },
    hex: "80 0200000000000000  0102",
  },
];

/** Returns the bytes of hex digits, which may have spaces between them. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}
