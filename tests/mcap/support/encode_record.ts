// encodeRecord(): writes a record of any type.

import { writeError } from "../../../src/protocol/write_error.ts";
import type { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import {
  encodeAttachment,
  encodeAttachmentIndex,
  encodeMetadata,
  encodeMetadataIndex,
} from "../../../src/mcap/records/encode_attachment.ts";
import { encodeChunk, encodeChunkIndex, encodeMessageIndex } from "../../../src/mcap/records/encode_chunk.ts";
import {
  encodeChannel,
  encodeDataEnd,
  encodeFooter,
  encodeHeader,
  encodeSchema,
} from "../../../src/mcap/records/encode_data.ts";
import { encodeMessage } from "../../../src/mcap/records/encode_message.ts";
import { encodeStatistics, encodeSummaryOffset } from "../../../src/mcap/records/encode_summary.ts";
import { writeRecord } from "../../../src/mcap/records/field_writer.ts";
import type { McapRecord, UnknownRecord } from "../../../src/mcap/records/records.ts";

/**
 * Appends a record to the builder. Returns the record's size, in bytes. An attachment keeps its checksum.
 *
 * @throws {TypeError | RangeError} If a field is invalid. Then nothing is written.
 */
export function encodeRecord(builder: ByteBuilder, record: McapRecord): number {
  switch (record.type) {
    case "Header":
      return encodeHeader(builder, record);
    case "Footer":
      return encodeFooter(builder, record);
    case "Schema":
      return encodeSchema(builder, record);
    case "Channel":
      return encodeChannel(builder, record);
    case "Message":
      return encodeMessage(builder, record);
    case "Chunk":
      return encodeChunk(builder, record);
    case "MessageIndex":
      return encodeMessageIndex(builder, record);
    case "ChunkIndex":
      return encodeChunkIndex(builder, record);
    case "Attachment":
      return encodeAttachment(builder, record, () => record.crc);
    case "AttachmentIndex":
      return encodeAttachmentIndex(builder, record);
    case "Statistics":
      return encodeStatistics(builder, record);
    case "Metadata":
      return encodeMetadata(builder, record);
    case "MetadataIndex":
      return encodeMetadataIndex(builder, record);
    case "SummaryOffset":
      return encodeSummaryOffset(builder, record);
    case "DataEnd":
      return encodeDataEnd(builder, record);
    case "Unknown":
      return encodeUnknown(builder, record);
    default:
      return record satisfies never;
  }
}

/** Writes a record with an opcode that the format does not define. */
function encodeUnknown(builder: ByteBuilder, { opcode, content }: UnknownRecord): number {
  if (opcode >>> 0 !== opcode || opcode === 0 || opcode > 0xff) {
    throw writeError("Unknown", "opcode", "an integer from 1 to 255", RangeError);
  }
  return writeRecord(builder, opcode, "Unknown", () => builder.bytes(content));
}
