// Parsers of the records that begin and end a file and its data section, and of schemas and channels.
//
// Each gets the content of a record, after its opcode and its length. `offset`: where the content begins in the file.
// All parsers throw an McapError for content that is too short or malformed, and ignore bytes after the last field.

import { FieldReader } from "./field_reader.ts";
import type { Channel, DataEnd, Footer, Header, Schema } from "./records.ts";

/**
 * Spec: "Header (op=0x01)"
 *
 * | bytes | type   | field   |
 * | ----- | ------ | ------- |
 * | 4 + n | string | profile |
 * | 4 + n | string | library |
 */
export function parseHeader(content: Uint8Array, offset: number): Header {
  const reader = new FieldReader("Header", content, offset);
  return { profile: reader.string("profile"), library: reader.string("library") };
}

/**
 * Spec: "Footer (op=0x02)"
 *
 * | bytes | type   | field              |
 * | ----- | ------ | ------------------ |
 * | 8     | uint64 | summaryStart       |
 * | 8     | uint64 | summaryOffsetStart |
 * | 4     | uint32 | summaryCrc         |
 */
export function parseFooter(content: Uint8Array, offset: number): Footer {
  const reader = new FieldReader("Footer", content, offset);
  return {
    summaryStart: reader.safeUint64("summaryStart"),
    summaryOffsetStart: reader.safeUint64("summaryOffsetStart"),
    summaryCrc: reader.uint32("summaryCrc"),
  };
}

/**
 * Spec: "Schema (op=0x03)". `data` is a view of the content.
 *
 * | bytes | type   | field    |
 * | ----- | ------ | -------- |
 * | 2     | uint16 | id       |
 * | 4 + n | string | name     |
 * | 4 + n | string | encoding |
 * | 4 + n | bytes  | data     |
 */
export function parseSchema(content: Uint8Array, offset: number): Schema {
  const reader = new FieldReader("Schema", content, offset);
  return {
    id: reader.uint16("id"),
    name: reader.string("name"),
    encoding: reader.string("encoding"),
    data: reader.bytes32("data"),
  };
}

/**
 * Spec: "Channel (op=0x04)"
 *
 * | bytes | type                  | field           |
 * | ----- | --------------------- | --------------- |
 * | 2     | uint16                | id              |
 * | 2     | uint16                | schemaId        |
 * | 4 + n | string                | topic           |
 * | 4 + n | string                | messageEncoding |
 * | 4 + n | map of string, string | metadata        |
 */
export function parseChannel(content: Uint8Array, offset: number): Channel {
  const reader = new FieldReader("Channel", content, offset);
  return {
    id: reader.uint16("id"),
    schemaId: reader.uint16("schemaId"),
    topic: reader.string("topic"),
    messageEncoding: reader.string("messageEncoding"),
    metadata: reader.stringMap("metadata"),
  };
}

/**
 * Spec: "Data End (op=0x0F)"
 *
 * | bytes | type   | field          |
 * | ----- | ------ | -------------- |
 * | 4     | uint32 | dataSectionCrc |
 */
export function parseDataEnd(content: Uint8Array, offset: number): DataEnd {
  const reader = new FieldReader("DataEnd", content, offset);
  return { dataSectionCrc: reader.uint32("dataSectionCrc") };
}
