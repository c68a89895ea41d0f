// ChannelInit and ServiceInit: the channels and services that a program adds, and their checks and defaults.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { Channel } from "../protocol/channels.ts";
import { withLatchDepth } from "../protocol/latch_depth.ts";
import { decodeBase64, isBase64 } from "../protocol/base64.ts";
import { isBinarySchema } from "../protocol/schema.ts";
import { defaultSchemaEncoding } from "../protocol/schema_encodings.ts";
import type { Service, ServiceSchema } from "../protocol/services.ts";
import { type ChannelPolicy, type ChannelPolicyInit, policyFrom } from "./delivery/channel_policy.ts";
import type { MemberNames } from "./misspelled.ts";

/** A channel to add. */
export interface ChannelInit extends ChannelPolicyInit {
  /** The topic, such as `/odom`. Use each topic for one channel only, because apps ignore a second one. */
  topic: string;
  /** The encoding of the messages: `json`, `protobuf`, `flatbuffer`, `ros1` or `cdr`. */
  encoding: string;
  /**
   * The name of the schema, such as `foxglove.PointCloud`. Apps use it to choose how to draw a message. Default: `""`.
   */
  schemaName?: string;
  /**
   * The schema: text, or bytes (or their base64 text) if the schema encoding is `protobuf` or `flatbuffer`. Protobuf
   * needs a `FileDescriptorSet` with all imports, FlatBuffers a `.bfbs`. Bytes are copied. Both encodings need a
   * schema. For `json`, the default allows any object.
   */
  schema?: string | ByteSource;
  /** The encoding of the schema. Default: apps derive it from `encoding`, such as `jsonschema` for `json`. */
  schemaEncoding?: string;
  /**
   * Any key-value pairs for clients, which receive them unchanged. Keys that begin with `foxglove.` are reserved for
   * apps and SDKs of Foxglove. The server itself sets `foxglove-ws.latchDepth` for channels with the option `latch`, so
   * that relays and recorders know them.
   */
  metadata?: Readonly<Record<string, string>>;
}

/** The names of all members of a channel. */
export const CHANNEL_NAMES: MemberNames<ChannelInit> = {
  topic: true,
  encoding: true,
  schemaName: true,
  schema: true,
  schemaEncoding: true,
  metadata: true,
  delivery: true,
  maxAgeMs: true,
  maxRateHz: true,
  latch: true,
  compress: true,
};

/** The encoding and the schema of a service's requests or responses. */
export interface ServiceSchemaInit {
  /** The encoding of the payload, such as `json`. */
  encoding: string;
  /** The name of the schema. Default: `<type>_Request` or `<type>_Response`. */
  schemaName?: string;
  /** The encoding of the schema. Default: the one that apps derive from `encoding`, such as `jsonschema` for `json`. */
  schemaEncoding?: string;
  /**
   * The schema: text, or bytes (or their base64 text) if `schemaEncoding` is `protobuf` or `flatbuffer`. Bytes are
   * copied. Apps cannot call a service whose request has no schema. For `json`, the default allows any object.
   */
  schema?: string | ByteSource;
}

/** A service to add. */
export interface ServiceInit {
  /** The name, such as `/reset`. Two live services cannot have the same name. */
  name: string;
  /** The name of the service type, such as `std_srvs/Trigger`. */
  type: string;
  /**
   * The format of requests. Default: the first of `supportedEncodings`. If that is `json`, with a schema that allows
   * any object.
   */
  request?: ServiceSchemaInit;
  /**
   * The encoding and the schema of responses. Default: no schema, and the encoding of the request, unless the hook
   * returns another one.
   */
  response?: ServiceSchemaInit;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A schema for JSON messages without one: an object with any members. Apps never stop waiting if the schema is empty.
 */
const ANY_OBJECT = '{"type":"object"}';

/**
 * The encodings that cannot be read without a schema. ROS encodings are not listed, because bridges advertise unknown
 * ROS types without one.
 */
const NEEDS_SCHEMA: readonly string[] = ["protobuf", "flatbuffer"];

/**
 * Checks a channel and fills in the defaults.
 *
 * @throws {TypeError} If a member is of the wrong kind, or if the encoding needs a schema and there is none.
 * @throws {RangeError} If a number of its policy is out of range.
 */
export function channelFrom(init: ChannelInit): { channel: Omit<Channel, "id">; policy: ChannelPolicy } {
  const { topic, encoding, schemaName = "", schemaEncoding, metadata } = init;
  const cannot = `Cannot add channel "${topic}"`;
  checkText(cannot, { topic, encoding });
  if (schemaEncoding !== undefined) checkKind(`${cannot}: its schemaEncoding`, schemaEncoding);
  checkKind(`${cannot}: its schemaName`, schemaName);
  for (const [key, value] of Object.entries(metadata ?? {})) checkKind(`${cannot}: its metadata "${key}"`, value);
  const schema = schemaFrom(cannot, schemaEncoding || encoding, init.schema ?? "");
  const policy = policyFrom(cannot, init);
  const ownMetadata = withLatchDepth(metadata, policy.latch?.depth ?? 0);
  const channel = {
    topic,
    encoding,
    schemaName,
    schema,
    ...(schemaEncoding ? { schemaEncoding } : {}),
    ...(ownMetadata ? { metadata: ownMetadata } : {}),
  };
  if (schema.length === 0 && encoding === "json") {
    return { channel: { ...channel, schema: ANY_OBJECT, schemaEncoding: "jsonschema" }, policy };
  }
  if (schema.length === 0 && NEEDS_SCHEMA.includes(encoding)) {
    throw new TypeError(`${cannot}: encoding "${encoding}" requires a schema`);
  }
  return { channel, policy };
}

/**
 * Checks a service and fills in the defaults.
 *
 * @param supportedEncodings The encodings of requests if the service does not define one.
 * @throws {TypeError} If a member is of the wrong kind, or if no encoding for requests is known.
 */
export function serviceFrom(init: ServiceInit, supportedEncodings: readonly string[]): Omit<Service, "id"> {
  const { name, type, request, response } = init;
  const cannot = `Cannot add service "${name}"`;
  checkText(cannot, { name, type });
  const [firstEncoding] = supportedEncodings;
  if (!request?.encoding && firstEncoding === undefined) {
    throw new TypeError(
      `${cannot}: its request encoding is unknown; set "request.encoding" or the option "supportedEncodings"`,
    );
  }
  // Apps reject a service without a request schema. Only JSON has a schema that always fits.
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
  if (schemaEncoding === undefined) throw new TypeError(`${cannot}: encoding "${encoding}" requires a schemaEncoding`);
  checkText(cannot, { schemaEncoding });
  checkKind(`${cannot}: its schemaName`, schemaName);
  const schema = schemaFrom(cannot, schemaEncoding, side.schema ?? "");
  if (schema.length === 0 && encoding === "json") {
    return { encoding, schemaName: schemaName || defaultName, schemaEncoding: "jsonschema", schema: ANY_OBJECT };
  }
  return { encoding, schemaName, schemaEncoding, schema };
}

/** Returns the schema as text or as a copy of its bytes, depending on the encoding. */
function schemaFrom(cannot: string, encoding: string, schema: string | ByteSource): string | Uint8Array {
  const isBinary = isBinarySchema(encoding);
  if (typeof schema === "string") {
    if (!isBinary || schema === "") return schema;
    if (!isBase64(schema)) throw new TypeError(`${cannot}: a schema for "${encoding}" must be bytes or base64 text`);
    return decodeBase64(schema);
  }
  const bytes = bytesOf(schema);
  if (!bytes) throw new TypeError(`${cannot}: its schema must be text or ${BYTES_RULE}, not ${kindOf(schema)}`);
  if (isBinary) return new Uint8Array(bytes);
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new TypeError(`${cannot}: a schema for "${encoding}" must be text, but its bytes are not UTF-8`, { cause });
  }
}

function checkText(cannot: string, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === "") throw new TypeError(`${cannot}: its ${name} is empty`);
    checkKind(`${cannot}: its ${name}`, value);
  }
}

function checkKind(what: string, value: unknown): void {
  if (typeof value !== "string") throw new TypeError(`${what} is ${kindOf(value)}, not text`);
}
