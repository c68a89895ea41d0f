// ChannelInit and ServiceInit: what the server's owner gives, checked and made into what is advertised.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { Channel } from "../protocol/channels.ts";
import { defaultSchemaEncoding } from "../session/channel_warnings.ts";
import { decodeBase64, isBase64, isBinarySchema } from "../protocol/schema.ts";
import type { Service, ServiceSchema } from "../protocol/services.ts";
import { type ChannelPolicy, type ChannelPolicyInit, policyFrom } from "./channel_policy.ts";

/** A channel to add. */
export interface ChannelInit extends ChannelPolicyInit {
  /** Its name, such as `/odom`. One live channel a topic: apps ignore a second. */
  topic: string;
  /** Of the messages: `json`, `protobuf`, `flatbuffer`, `ros1` or `cdr`. */
  encoding: string;
  /** The schema's name; apps choose how to draw a message by it (`foxglove.PointCloud`). Default: `""`. */
  schemaName?: string;
  /**
   * Text, or bytes (or their base64 text) where the schema's encoding is `protobuf` or `flatbuffer`: a `FileDescriptorSet` with all
   * imports, a `.bfbs`. Bytes are copied. May be left out for `json`: any object, then.
   */
  schema?: string | ByteSource;
  /** Default: what apps take for granted by the encoding, such as `jsonschema` for `json`. */
  schemaEncoding?: string;
  /** Free key-value pairs for clients. */
  metadata?: Readonly<Record<string, string>>;
}

/** How one side of a service is written. */
export interface ServiceSchemaInit {
  /** Of the payload, such as `json`. */
  encoding: string;
  /** Default: `<type>_Request` or `<type>_Response`. */
  schemaName?: string;
  /** Of the schema. Default: what apps derive from the encoding, such as `jsonschema` for `json`. */
  schemaEncoding?: string;
  /**
   * Text, or bytes (or their base64 text) where `schemaEncoding` is `protobuf` or `flatbuffer`. Bytes are copied. Apps cannot call a service
   * whose request has no schema: for `json`, one that allows any object takes its place.
   */
  schema?: string | ByteSource;
}

/** A service to add. */
export interface ServiceInit {
  /** Such as `/reset`; no two live services have the same. */
  name: string;
  /** The name of its type, such as `std_srvs/Trigger`. */
  type: string;
  /** How requests are written. Default: in the first of `supportedEncodings`; if that is `json`, as any object. */
  request?: ServiceSchemaInit;
  /** How responses are written. Default: in the encoding of each request. */
  response?: ServiceSchemaInit;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** An object of any members: what JSON messages without a schema are. Apps wait for ever for a schema that is empty. */
const ANY_OBJECT = '{"type":"object"}';

/** The encodings whose messages cannot be read without a schema. Bridges advertise ROS types that they do not know without one. */
const NEEDS_SCHEMA: readonly string[] = ["protobuf", "flatbuffer"];

/**
 * Checks a channel and puts in what was left out.
 *
 * @throws {TypeError} When a member is of the wrong kind, or the encoding needs a schema and there is none.
 */
export function channelFrom(init: ChannelInit): { channel: Omit<Channel, "id">; policy: ChannelPolicy } {
  const { topic, encoding, schemaName = "", schemaEncoding, metadata } = init;
  const cannot = `Cannot add channel "${topic}"`;
  checkText(cannot, { topic, encoding });
  if (schemaEncoding !== undefined) checkKind(`${cannot}: its schemaEncoding`, schemaEncoding);
  checkKind(`${cannot}: its schemaName`, schemaName);
  for (const [key, value] of Object.entries(metadata ?? {})) checkKind(`${cannot}: its metadata "${key}"`, value);
  const schema = schemaFrom(cannot, schemaEncoding || encoding, init.schema ?? "");
  const channel = {
    topic,
    encoding,
    schemaName,
    schema,
    ...(schemaEncoding ? { schemaEncoding } : {}),
    ...(metadata ? { metadata: { ...metadata } } : {}),
  };
  const policy = policyFrom(cannot, init);
  if (schema.length === 0 && encoding === "json") {
    return { channel: { ...channel, schema: ANY_OBJECT, schemaEncoding: "jsonschema" }, policy };
  }
  if (schema.length === 0 && NEEDS_SCHEMA.includes(encoding)) {
    throw new TypeError(`${cannot}: messages in "${encoding}" cannot be read without a schema`);
  }
  return { channel, policy };
}

/**
 * Checks a service.
 *
 * @param supportedEncodings What clients may use where the service does not say.
 * @throws {TypeError} When a member is of the wrong kind, or no request could be written.
 */
export function serviceFrom(init: ServiceInit, supportedEncodings: readonly string[]): Omit<Service, "id"> {
  const { name, type, request, response } = init;
  const cannot = `Cannot add service "${name}"`;
  checkText(cannot, { name, type });
  const [firstEncoding] = supportedEncodings;
  if (!request?.encoding && firstEncoding === undefined) {
    throw new TypeError(`${cannot}: neither it nor "supportedEncodings" says how requests are encoded`);
  }
  // Apps refuse a service without a request schema. Only of JSON is there one that fits always.
  const requestInit = request ?? (firstEncoding === "json" ? { encoding: firstEncoding } : undefined);
  return {
    name,
    type,
    ...(requestInit
      ? { request: sideFrom(`${cannot}: request`, requestInit, `${type}_Request`) }
      : { requestSchema: "" }),
    ...(response
      ? { response: sideFrom(`${cannot}: response`, response, `${type}_Response`) }
      : { responseSchema: "" }),
  };
}

function sideFrom(cannot: string, side: ServiceSchemaInit, defaultName: string): ServiceSchema {
  const { encoding } = side;
  checkText(cannot, { encoding });
  const { schemaName = defaultName, schemaEncoding = defaultSchemaEncoding(encoding) } = side;
  if (schemaEncoding === undefined) throw new TypeError(`${cannot}: "${encoding}" needs a schemaEncoding`);
  checkText(cannot, { schemaEncoding });
  checkKind(`${cannot}: its schemaName`, schemaName);
  const schema = schemaFrom(cannot, schemaEncoding, side.schema ?? "");
  if (schema.length === 0 && encoding === "json") {
    return { encoding, schemaName: schemaName || defaultName, schemaEncoding: "jsonschema", schema: ANY_OBJECT };
  }
  return { encoding, schemaName, schemaEncoding, schema };
}

/** Text, or a copy of bytes, as the encoding wants it. */
function schemaFrom(cannot: string, encoding: string, schema: string | ByteSource): string | Uint8Array {
  const isBinary = isBinarySchema(encoding);
  if (typeof schema === "string") {
    if (!isBinary || schema === "") return schema;
    if (!isBase64(schema)) throw new TypeError(`${cannot}: a schema for "${encoding}" is bytes or base64 text`);
    return decodeBase64(schema);
  }
  const bytes = bytesOf(schema);
  if (!bytes) throw new TypeError(`${cannot}: its schema must be text or ${BYTES_RULE}, not ${kindOf(schema)}`);
  if (isBinary) return new Uint8Array(bytes);
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new TypeError(`${cannot}: a schema for "${encoding}" is text, and its bytes are not UTF-8`, { cause });
  }
}

function checkText(cannot: string, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === "") throw new TypeError(`${cannot}: its ${name} is empty`);
    checkKind(`${cannot}: its ${name}`, value);
  }
}

function checkKind(what: string, value: unknown): void {
  if (typeof value !== "string") throw new TypeError(`${what} is ${typeof value}, not text`);
}
