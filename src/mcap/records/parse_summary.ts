// Parsers of the records that describe the whole file and its summary section.
//
// Each gets the content of a record, after its opcode and its length. `offset`: where the content begins in the file.
// All parsers throw an McapError for content that is too short or malformed, and ignore bytes after the last field.

import { FieldReader } from "./field_reader.ts";
import type { Statistics, SummaryOffset } from "./records.ts";

/**
 * Spec: "Statistics (op=0x0B)"
 *
 * | bytes   | type                  | field                |
 * | ------- | --------------------- | -------------------- |
 * | 8       | uint64                | messageCount         |
 * | 2       | uint16                | schemaCount          |
 * | 4       | uint32                | channelCount         |
 * | 4       | uint32                | attachmentCount      |
 * | 4       | uint32                | metadataCount        |
 * | 4       | uint32                | chunkCount           |
 * | 8       | uint64                | messageStartTime     |
 * | 8       | uint64                | messageEndTime       |
 * | 4 + 10n | map of uint16, uint64 | channelMessageCounts |
 */
export function parseStatistics(content: Uint8Array, offset: number): Statistics {
  const reader = new FieldReader("Statistics", content, offset);
  return {
    messageCount: reader.safeUint64("messageCount"),
    schemaCount: reader.uint16("schemaCount"),
    channelCount: reader.uint32("channelCount"),
    attachmentCount: reader.uint32("attachmentCount"),
    metadataCount: reader.uint32("metadataCount"),
    chunkCount: reader.uint32("chunkCount"),
    messageStartTime: reader.uint64("messageStartTime"),
    messageEndTime: reader.uint64("messageEndTime"),
    channelMessageCounts: reader.channelMap("channelMessageCounts"),
  };
}

/**
 * Spec: "Summary Offset (op=0x0E)"
 *
 * | bytes | type   | field       |
 * | ----- | ------ | ----------- |
 * | 1     | uint8  | groupOpcode |
 * | 8     | uint64 | groupStart  |
 * | 8     | uint64 | groupLength |
 */
export function parseSummaryOffset(content: Uint8Array, offset: number): SummaryOffset {
  const reader = new FieldReader("SummaryOffset", content, offset);
  return {
    groupOpcode: reader.uint8("groupOpcode"),
    groupStart: reader.safeUint64("groupStart"),
    groupLength: reader.safeUint64("groupLength"),
  };
}
