// Parsers of attachments and metadata, and of the index records that locate them.
//
// Each gets the content of a record, after its opcode and its length. `offset`: where the content begins in the file.
// All parsers throw an McapError for content that is too short or malformed, and ignore bytes after the last field.

import { FieldReader } from "./field_reader.ts";
import type { Attachment, AttachmentIndex, Metadata, MetadataIndex } from "./records.ts";

/**
 * Spec: "Attachment (op=0x09)". `data` is a view of the content.
 *
 * | bytes | type   | field      |
 * | ----- | ------ | ---------- |
 * | 8     | uint64 | logTime    |
 * | 8     | uint64 | createTime |
 * | 4 + n | string | name       |
 * | 4 + n | string | mediaType  |
 * | 8 + n | bytes  | data       |
 * | 4     | uint32 | crc        |
 */
export function parseAttachment(content: Uint8Array, offset: number): Attachment {
  const reader = new FieldReader("Attachment", content, offset);
  return {
    logTime: reader.uint64("logTime"),
    createTime: reader.uint64("createTime"),
    name: reader.string("name"),
    mediaType: reader.string("mediaType"),
    data: reader.bytes64("data"),
    crc: reader.uint32("crc"),
  };
}

/** Returns the bytes that the checksum of a parsed attachment covers: a view of the content. */
export function attachmentFields(content: Uint8Array, { data }: Attachment): Uint8Array {
  return content.subarray(0, data.byteOffset + data.length - content.byteOffset);
}

/**
 * Spec: "Metadata (op=0x0C)"
 *
 * | bytes | type                  | field    |
 * | ----- | --------------------- | -------- |
 * | 4 + n | string                | name     |
 * | 4 + n | map of string, string | metadata |
 */
export function parseMetadata(content: Uint8Array, offset: number): Metadata {
  const reader = new FieldReader("Metadata", content, offset);
  return { name: reader.string("name"), metadata: reader.stringMap("metadata") };
}

/**
 * Spec: "Attachment Index (op=0x0A)"
 *
 * | bytes | type   | field      |
 * | ----- | ------ | ---------- |
 * | 8     | uint64 | offset     |
 * | 8     | uint64 | length     |
 * | 8     | uint64 | logTime    |
 * | 8     | uint64 | createTime |
 * | 8     | uint64 | dataSize   |
 * | 4 + n | string | name       |
 * | 4 + n | string | mediaType  |
 */
export function parseAttachmentIndex(content: Uint8Array, offset: number): AttachmentIndex {
  const reader = new FieldReader("AttachmentIndex", content, offset);
  return {
    offset: reader.safeUint64("offset"),
    length: reader.safeUint64("length"),
    logTime: reader.uint64("logTime"),
    createTime: reader.uint64("createTime"),
    dataSize: reader.safeUint64("dataSize"),
    name: reader.string("name"),
    mediaType: reader.string("mediaType"),
  };
}

/**
 * Spec: "Metadata Index (op=0x0D)"
 *
 * | bytes | type   | field  |
 * | ----- | ------ | ------ |
 * | 8     | uint64 | offset |
 * | 8     | uint64 | length |
 * | 4 + n | string | name   |
 */
export function parseMetadataIndex(content: Uint8Array, offset: number): MetadataIndex {
  const reader = new FieldReader("MetadataIndex", content, offset);
  return {
    offset: reader.safeUint64("offset"),
    length: reader.safeUint64("length"),
    name: reader.string("name"),
  };
}
