// Schemas: text or bytes in this module, always text on the wire. Binary schemas are sent as base64.

import { BYTES_RULE, bytesOf, type ByteSource, isUint8Array } from "./bytes.ts";
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

/** Whether `text` is canonical base64: standard alphabet, padded, unused bits zero. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) &&
    /^(|[^=]{4}|[^=]{2}[AEIMQUYcgkosw048]=|[^=][AQgw]==)$/.test(text.slice(-4));
}

// Schemas are converted in parts. A whole schema as the arguments of one call would overflow the stack, and as one
// binary string it would need its memory twice. Each part consists of whole groups of 4 characters (3 bytes), so only
// the last part has padding.
const PART_CHARS = 0x8000;
const PART_BYTES = PART_CHARS / 4 * 3;

/** Decodes base64. The caller has checked the text with {@linkcode isBase64}. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array(text.length / 4 * 3 - padding);
  let length = 0;
  for (let start = 0; start < text.length; start += PART_CHARS) {
    const part = atob(text.slice(start, start + PART_CHARS));
    for (let index = 0; index < part.length; index++) bytes[length++] = part.charCodeAt(index);
  }
  return bytes;
}

/** Encodes bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  // 40 times as fast, but engines have it only since 2025.
  return typeof bytes.toBase64 === "function" ? bytes.toBase64() : encodeBase64InParts(bytes);
}

/** Like {@linkcode encodeBase64}, for engines without `Uint8Array.prototype.toBase64()`. */
export function encodeBase64InParts(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    const part = bytes.subarray(start, start + PART_BYTES);
    // Six times as fast as spreading the arguments. apply() accepts any array-like object, although its type requires
    // an array.
    text += btoa(String.fromCharCode.apply(null, part as unknown as number[]));
  }
  return text;
}

/** Whether two schemas are equal: the same text, or the same bytes. */
export function sameSchema(one: string | Uint8Array | undefined, other: string | Uint8Array | undefined): boolean {
  if (!isUint8Array(one) || !isUint8Array(other)) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
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
