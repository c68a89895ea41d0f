// Schemas: text or bytes in this module, always text on the wire. Binary schemas are sent as base64.

import { decodeBase64, encodeBase64, isBase64 } from "./base64.ts";
import { BYTES_RULE, bytesOf, type ByteSource, equalBytes, isUint8Array } from "./bytes.ts";
import { type FieldType, type JsonFields, STRING } from "./json_fields.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const SCHEMA: FieldType<string | ByteSource> = {
  is: (value): value is string | ByteSource => typeof value === "string" || bytesOf(value) !== undefined,
  rule: `a string or ${BYTES_RULE}`,
};

/** Whether schemas of this encoding are bytes. If `schemaEncoding` is absent, callers pass the message encoding. */
export function isBinarySchema(encoding: string): boolean {
  return encoding === "protobuf" || encoding === "flatbuffer";
}

/** Whether a schema is text although its encoding requires bytes, because a peer sent text that is not base64. */
export function isBrokenSchema(
  { encoding, schemaEncoding = encoding, schema }: {
    encoding: string;
    schemaEncoding?: string;
    schema?: string | Uint8Array;
  },
): boolean {
  return isBinarySchema(schemaEncoding) && typeof schema === "string" && schema !== "";
}

/**
 * Reads `schemaEncoding`. An empty one from a peer counts as absent. One to be sent is an error, because Lichtblick
 * rejects it.
 */
export function readSchemaEncoding(fields: JsonFields<"schemaEncoding">): string | undefined {
  const schemaEncoding = fields.optional("schemaEncoding", STRING);
  if (schemaEncoding !== "") return schemaEncoding;
  if (fields.mode === "write") throw fields.error("schemaEncoding", "absent or not empty");
  return undefined;
}

/**
 * Reads a required schema. If schemas of `encoding` are bytes, base64 is decoded; text that is not base64 is returned
 * unchanged.
 */
export function readSchema(fields: JsonFields<"schema">, encoding: string): string | Uint8Array {
  return readSchemaField(fields, "schema", encoding);
}

/** Like {@linkcode readSchema}, for a field with another name. */
export function readSchemaField<Name extends string>(
  fields: JsonFields<Name>,
  name: Name,
  encoding: string,
): string | Uint8Array {
  const text = fields.get(name, STRING);
  // Empty text stays text: it means that the channel has no schema. A schema of 0 bytes would be something else.
  return text !== "" && isBinarySchema(encoding) && isBase64(text) ? decodeBase64(text) : text;
}

/** Returns the text of a schema on the wire. */
export function writeSchema(fields: JsonFields<"schema">, encoding: string): string {
  return writeSchemaField(fields, "schema", encoding);
}

/** Like {@linkcode writeSchema}, for a field with another name. */
export function writeSchemaField<Name extends string>(fields: JsonFields<Name>, name: Name, encoding: string): string {
  const schema = fields.get(name, SCHEMA);
  if (typeof schema === "string") {
    if (!isBinarySchema(encoding) || isBase64(schema)) return schema;
    throw fields.error(name, `bytes or base64 for encoding "${encoding}"`);
  }
  const bytes = bytesOf(schema) as Uint8Array;
  if (isBinarySchema(encoding)) return encodeBase64(bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    throw fields.error(name, `UTF-8 for encoding "${encoding}"`);
  }
}

/** Whether two schemas are equal: the same text, or the same bytes. Compares other values with `===`. */
export function sameSchema(one: unknown, other: unknown): boolean {
  if (!isUint8Array(one) || !isUint8Array(other)) return one === other;
  return equalBytes(one, other);
}

/**
 * The fields that describe the encoding and the schema of channels, client channels, service requests and service
 * responses.
 */
interface SchemaFields {
  encoding: string;
  schemaName: string;
  schemaEncoding?: string;
  schema?: string | Uint8Array;
}

/** Whether two objects have the same encoding and schema. */
export function sameEncodingAndSchema(one: SchemaFields, other: SchemaFields): boolean {
  return one.encoding === other.encoding && one.schemaName === other.schemaName &&
    one.schemaEncoding === other.schemaEncoding && sameSchema(one.schema, other.schema);
}
