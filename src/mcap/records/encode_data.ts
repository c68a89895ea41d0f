// Encoders of the records that begin and end a file and its data section, and of schemas and channels.
//
// Each appends a record to the builder and returns the record's size in bytes. The parsers document the fields. All
// throw a TypeError or a RangeError for a field that is invalid, and then append nothing.

import type { ByteSource } from "../../protocol/bytes.ts";
import type { ByteBuilder } from "./byte_builder.ts";
import { writeRecord } from "./field_writer.ts";
import { Opcode } from "./opcode.ts";
import type { Channel, DataEnd, Footer, Header, Schema } from "./records.ts";

/** A schema to write. The data may be any kind of bytes. */
export type SchemaInit = Omit<Schema, "data"> & { readonly data: ByteSource };

/** Writes a header. */
export function encodeHeader(builder: ByteBuilder, header: Header): number {
  return writeRecord(builder, Opcode.HEADER, "Header", (fields) => {
    fields.string("profile", header.profile);
    fields.string("library", header.library);
  });
}

/** Writes a footer. */
export function encodeFooter(builder: ByteBuilder, footer: Footer): number {
  return writeRecord(builder, Opcode.FOOTER, "Footer", (fields) => {
    fields.safeUint64("summaryStart", footer.summaryStart);
    fields.safeUint64("summaryOffsetStart", footer.summaryOffsetStart);
    fields.uint32("summaryCrc", footer.summaryCrc);
  });
}

/** Writes a schema. Its id must not be 0. */
export function encodeSchema(builder: ByteBuilder, schema: SchemaInit): number {
  return writeRecord(builder, Opcode.SCHEMA, "Schema", (fields) => {
    fields.uint16("id", schema.id, 1);
    fields.string("name", schema.name);
    fields.string("encoding", schema.encoding);
    fields.bytes32("data", schema.data);
  });
}

/** Writes a channel. */
export function encodeChannel(builder: ByteBuilder, channel: Channel): number {
  return writeRecord(builder, Opcode.CHANNEL, "Channel", (fields) => {
    fields.uint16("id", channel.id);
    fields.uint16("schemaId", channel.schemaId);
    fields.string("topic", channel.topic);
    fields.string("messageEncoding", channel.messageEncoding);
    fields.stringMap("metadata", channel.metadata);
  });
}

/** Writes the end of the data section. */
export function encodeDataEnd(builder: ByteBuilder, dataEnd: DataEnd): number {
  return writeRecord(builder, Opcode.DATA_END, "DataEnd", (fields) => {
    fields.uint32("dataSectionCrc", dataEnd.dataSectionCrc);
  });
}
