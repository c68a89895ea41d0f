// Encoders of attachments and metadata, and of the index records that locate them.
//
// Each appends a record to the builder and returns the record's size in bytes. The parsers document the fields. All
// throw a TypeError or a RangeError for a field that is invalid, and then append nothing.

import type { ByteSource } from "../../protocol/bytes.ts";
import type { ByteBuilder } from "./byte_builder.ts";
import { writeRecord } from "./field_writer.ts";
import { Opcode } from "./opcode.ts";
import type { Attachment, AttachmentIndex, Metadata, MetadataIndex } from "./records.ts";

/** An attachment to write. The data may be any kind of bytes. */
export type AttachmentInit = Omit<Attachment, "data" | "crc"> & { readonly data: ByteSource };

/**
 * Writes an attachment. `crcOf` returns the CRC-32 of the fields before the checksum, or 0 to write none. The bytes are
 * lent for the call.
 */
export function encodeAttachment(
  builder: ByteBuilder,
  attachment: AttachmentInit,
  crcOf: (fields: Uint8Array) => number,
): number {
  return writeRecord(builder, Opcode.ATTACHMENT, "Attachment", (fields) => {
    const start = builder.length;
    fields.uint64("logTime", attachment.logTime);
    fields.uint64("createTime", attachment.createTime);
    fields.string("name", attachment.name);
    fields.string("mediaType", attachment.mediaType);
    fields.bytes64("data", attachment.data);
    fields.uint32("crc", crcOf(builder.written().subarray(start)));
  });
}

/** Writes metadata. */
export function encodeMetadata(builder: ByteBuilder, metadata: Metadata): number {
  return writeRecord(builder, Opcode.METADATA, "Metadata", (fields) => {
    fields.string("name", metadata.name);
    fields.stringMap("metadata", metadata.metadata);
  });
}

/** Writes an attachment index. */
export function encodeAttachmentIndex(builder: ByteBuilder, index: AttachmentIndex): number {
  return writeRecord(builder, Opcode.ATTACHMENT_INDEX, "AttachmentIndex", (fields) => {
    fields.safeUint64("offset", index.offset);
    fields.safeUint64("length", index.length);
    fields.uint64("logTime", index.logTime);
    fields.uint64("createTime", index.createTime);
    fields.safeUint64("dataSize", index.dataSize);
    fields.string("name", index.name);
    fields.string("mediaType", index.mediaType);
  });
}

/** Writes a metadata index. */
export function encodeMetadataIndex(builder: ByteBuilder, index: MetadataIndex): number {
  return writeRecord(builder, Opcode.METADATA_INDEX, "MetadataIndex", (fields) => {
    fields.safeUint64("offset", index.offset);
    fields.safeUint64("length", index.length);
    fields.string("name", index.name);
  });
}
