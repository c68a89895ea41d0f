// parseRecord() and currentRecord(): parse a record of any type.

import { Opcode, RECORD_HEAD_BYTES } from "../../../src/mcap/records/opcode.ts";
import {
  parseAttachment,
  parseAttachmentIndex,
  parseMetadata,
  parseMetadataIndex,
} from "../../../src/mcap/records/parse_attachment.ts";
import { parseChunk, parseChunkIndex, parseMessageIndex } from "../../../src/mcap/records/parse_chunk.ts";
import {
  parseChannel,
  parseDataEnd,
  parseFooter,
  parseHeader,
  parseSchema,
} from "../../../src/mcap/records/parse_data.ts";
import { parseMessage } from "../../../src/mcap/records/parse_message.ts";
import { parseStatistics, parseSummaryOffset } from "../../../src/mcap/records/parse_summary.ts";
import type { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import type { McapRecord } from "../../../src/mcap/records/records.ts";

/**
 * Parses the content of a record. Bytes in the result are views of it. `offset`: where the content begins in the file.
 *
 * @throws {McapError} If the content is too short or malformed. An unknown opcode is not an error.
 */
export function parseRecord(opcode: number, content: Uint8Array, offset: number): McapRecord {
  switch (opcode) {
    case Opcode.HEADER:
      return { type: "Header", ...parseHeader(content, offset) };
    case Opcode.FOOTER:
      return { type: "Footer", ...parseFooter(content, offset) };
    case Opcode.SCHEMA:
      return { type: "Schema", ...parseSchema(content, offset) };
    case Opcode.CHANNEL:
      return { type: "Channel", ...parseChannel(content, offset) };
    case Opcode.MESSAGE:
      return { type: "Message", ...parseMessage(content, offset) };
    case Opcode.CHUNK:
      return { type: "Chunk", ...parseChunk(content, offset) };
    case Opcode.MESSAGE_INDEX:
      return { type: "MessageIndex", ...parseMessageIndex(content, offset) };
    case Opcode.CHUNK_INDEX:
      return { type: "ChunkIndex", ...parseChunkIndex(content, offset) };
    case Opcode.ATTACHMENT:
      return { type: "Attachment", ...parseAttachment(content, offset) };
    case Opcode.ATTACHMENT_INDEX:
      return { type: "AttachmentIndex", ...parseAttachmentIndex(content, offset) };
    case Opcode.STATISTICS:
      return { type: "Statistics", ...parseStatistics(content, offset) };
    case Opcode.METADATA:
      return { type: "Metadata", ...parseMetadata(content, offset) };
    case Opcode.METADATA_INDEX:
      return { type: "MetadataIndex", ...parseMetadataIndex(content, offset) };
    case Opcode.SUMMARY_OFFSET:
      return { type: "SummaryOffset", ...parseSummaryOffset(content, offset) };
    case Opcode.DATA_END:
      return { type: "DataEnd", ...parseDataEnd(content, offset) };
    default:
      return { type: "Unknown", opcode, content };
  }
}

/** Parses the current record of a reader. */
export function currentRecord(reader: RecordReader): McapRecord {
  return parseRecord(reader.opcode, reader.content, reader.recordOffset + RECORD_HEAD_BYTES);
}
