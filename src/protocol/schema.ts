// Schemas: text or bytes for us, always text on the wire, where bytes are base64.

import { BYTES_RULE, bytesOf, type ByteSource, isUint8Array } from "./bytes.ts";
import { type JsonFields, type Kind, STRING } from "./json_fields.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const SCHEMA: Kind<string | ByteSource> = {
  is: (value): value is string | ByteSource => typeof value === "string" || bytesOf(value) !== undefined,
  rule: `a string or ${BYTES_RULE}`,
};

/** Whether schemas of this encoding are bytes. Where a schema's is not told, the message encoding decides. */
export function isBinarySchema(encoding: string): boolean {
  return encoding === "protobuf" || encoding === "flatbuffer";
}

/** Whether a schema is text where it has to be bytes: what a peer sent that was not base64. */
export function isBrokenSchema(
  { encoding, schemaEncoding = encoding, schema }: {
    encoding: string;
    schemaEncoding?: string;
    schema?: string | Uint8Array;
  },
): boolean {
  return isBinarySchema(schemaEncoding) && typeof schema === "string" && schema !== "";
}

/** Reads the encoding of a schema. An empty one counts as absent, and is nothing to send: Lichtblick rejects it. */
export function readSchemaEncoding(fields: JsonFields<"schemaEncoding">): string | undefined {
  const schemaEncoding = fields.optional("schemaEncoding", STRING);
  if (schemaEncoding !== "") return schemaEncoding;
  if (fields.strict) throw fields.error("schemaEncoding", "absent or not empty");
  return undefined;
}

/** Reads a schema, which must be there. Base64 becomes bytes where `encoding` has them; other text stays as it came. */
export function readSchema(fields: JsonFields<"schema">, encoding: string): string | Uint8Array {
  const text = fields.get("schema", STRING);
  // Without any text there is no schema, which is not the same as one of no bytes.
  return text !== "" && isBinarySchema(encoding) && isBase64(text) ? decodeBase64(text) : text;
}

/** The schema's text on the wire. */
export function writeSchema(fields: JsonFields<"schema">, encoding: string): string {
  const schema = fields.get("schema", SCHEMA);
  if (typeof schema === "string") {
    if (!isBinarySchema(encoding) || isBase64(schema)) return schema;
    throw fields.error("schema", `bytes or base64, as it is for "${encoding}"`);
  }
  const bytes = bytesOf(schema) as Uint8Array;
  if (isBinarySchema(encoding)) return encodeBase64(bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    throw fields.error("schema", `UTF-8, as it is for "${encoding}"`);
  }
}

/** Whether `text` is base64 as an encoder makes it: standard alphabet, padded, the unused bits zero. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) &&
    /^(|[^=]{4}|[^=]{2}[AEIMQUYcgkosw048]=|[^=][AQgw]==)$/.test(text.slice(-4));
}

// Part by part: a whole schema as the arguments of one call would overflow the stack, and as one binary string take its
// memory once more. Parts are whole groups of 4 characters, that is of 3 bytes, so padding is only in the last.
const PART_CHARS = 0x8000;
const PART_BYTES = PART_CHARS / 4 * 3;

/** The bytes of a text that {@linkcode isBase64}. */
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

/** Bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    const part = bytes.subarray(start, start + PART_BYTES);
    // Six times as fast as spreading the arguments; apply() takes any array-like, though its type does not say so.
    text += btoa(String.fromCharCode.apply(null, part as unknown as number[]));
  }
  return text;
}

/** Whether two schemas are the same, text or bytes. */
export function sameSchema(one: string | Uint8Array | undefined, other: string | Uint8Array | undefined): boolean {
  if (!isUint8Array(one) || !isUint8Array(other)) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** The members by which channels, client channels and the sides of services say how they are written. */
interface Described {
  encoding: string;
  schemaName: string;
  schemaEncoding?: string;
  schema?: string | Uint8Array;
}

/** Whether two are written in the same way: encoding and schema. */
export function sameDescription(one: Described, other: Described): boolean {
  return one.encoding === other.encoding && one.schemaName === other.schemaName &&
    one.schemaEncoding === other.schemaEncoding && sameSchema(one.schema, other.schema);
}
