// Encoders of the records that describe the whole file and its summary section.
//
// Each appends a record to the builder and returns the record's size in bytes. The parsers document the fields. All
// throw a TypeError or a RangeError for a field that is invalid, and then append nothing.

import type { ByteBuilder } from "./byte_builder.ts";
import { writeRecord } from "./field_writer.ts";
import { Opcode } from "./opcode.ts";
import type { Statistics, SummaryOffset } from "./records.ts";

/** Writes statistics. */
export function encodeStatistics(builder: ByteBuilder, statistics: Statistics): number {
  return writeRecord(builder, Opcode.STATISTICS, "Statistics", (fields) => {
    fields.safeUint64("messageCount", statistics.messageCount);
    fields.uint16("schemaCount", statistics.schemaCount);
    fields.uint32("channelCount", statistics.channelCount);
    fields.uint32("attachmentCount", statistics.attachmentCount);
    fields.uint32("metadataCount", statistics.metadataCount);
    fields.uint32("chunkCount", statistics.chunkCount);
    fields.uint64("messageStartTime", statistics.messageStartTime);
    fields.uint64("messageEndTime", statistics.messageEndTime);
    fields.channelMap("channelMessageCounts", statistics.channelMessageCounts);
  });
}

/** Writes a summary offset. */
export function encodeSummaryOffset(builder: ByteBuilder, offset: SummaryOffset): number {
  return writeRecord(builder, Opcode.SUMMARY_OFFSET, "SummaryOffset", (fields) => {
    fields.uint8("groupOpcode", offset.groupOpcode);
    fields.safeUint64("groupStart", offset.groupStart);
    fields.safeUint64("groupLength", offset.groupLength);
  });
}
