// Advertised schemas: in `foxglove.sdk.v1.1` a server sends each schema once, and its channels refer to the schema by
// id.

import type { ChannelId, SchemaId } from "./ids.ts";
import { type JsonFields, SAFE_INTEGER, setIfPresent, STRING } from "./json_fields.ts";
import { readSchemaField, writeSchemaField } from "./schema.ts";

/** A schema that channels of the same or a later `advertise` refer to (`foxglove.sdk.v1.1`). */
export interface AdvertisedSchema {
  /** Identifies the schema on this connection until the next `serverInfo`. */
  id: SchemaId;
  /** The name of the schema: the `schemaName` of its channels. */
  name: string;
  /** The encoding of the schema: the `schemaEncoding` of its channels. */
  encoding: string;
  /**
   * Bytes if the encoding is `protobuf` or `flatbuffer` (base64 on the wire), otherwise text. Empty text if only the
   * name is known. Text instead of bytes means that a peer sent text that is not base64.
   */
  data: string | Uint8Array;
}

/** A channel that refers to its schema by id (`foxglove.sdk.v1.1`). `SchemaTable` turns it into a `Channel`. */
export interface ChannelReference {
  /** Identifies the channel while the server runs. */
  id: ChannelId;
  /** The name of the channel. */
  topic: string;
  /** The message encoding. */
  encoding: string;
  /** The id of the schema. Absent for a channel without a schema. */
  schemaId?: SchemaId;
  /** Any key-value pairs. */
  metadata?: Readonly<Record<string, string>>;
}

/** Whether the fields describe a reference: they have no member that describes the schema itself. */
export function describesReference(fields: JsonFields<"schemaName" | "schema" | "schemaEncoding">): boolean {
  return fields.raw("schemaName") === undefined && fields.raw("schema") === undefined &&
    fields.raw("schemaEncoding") === undefined;
}

/** Reads a schema of an `advertise`. */
export function readAdvertisedSchema(fields: JsonFields<keyof AdvertisedSchema>): AdvertisedSchema {
  const encoding = fields.get("encoding", STRING);
  return {
    id: fields.get("id", SAFE_INTEGER) as SchemaId,
    name: fields.get("name", STRING),
    encoding,
    data: readSchemaField(fields, "data", encoding),
  };
}

/** Checks a schema of an `advertise` and returns the object to send as JSON. */
export function writeAdvertisedSchema(fields: JsonFields<keyof AdvertisedSchema>): object {
  const encoding = fields.get("encoding", STRING);
  return {
    id: fields.get("id", SAFE_INTEGER),
    name: fields.get("name", STRING),
    encoding,
    data: writeSchemaField(fields, "data", encoding),
  };
}

/** Reads a channel that refers to its schema. */
export function readChannelReference(fields: JsonFields<keyof ChannelReference>): ChannelReference {
  const channel: ChannelReference = {
    id: fields.get("id", SAFE_INTEGER) as ChannelId,
    topic: fields.get("topic", STRING),
    encoding: fields.get("encoding", STRING),
  };
  setIfPresent(channel, "schemaId", fields.optional("schemaId", SAFE_INTEGER) as SchemaId | undefined);
  setIfPresent(channel, "metadata", fields.readOrReport(() => fields.optionalStrings("metadata")));
  return channel;
}

/** Checks a channel that refers to its schema and returns the object to send as JSON. */
export function writeChannelReference(fields: JsonFields<keyof ChannelReference>): object {
  return {
    id: fields.get("id", SAFE_INTEGER),
    topic: fields.get("topic", STRING),
    encoding: fields.get("encoding", STRING),
    schemaId: fields.optional("schemaId", SAFE_INTEGER),
    metadata: fields.optionalStrings("metadata"),
  };
}
