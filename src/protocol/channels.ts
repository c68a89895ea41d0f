// Channels: the server advertises them, clients subscribe to them.

import {
  type AdvertisedSchema,
  type ChannelReference,
  describesReference,
  readAdvertisedSchema,
  readChannelReference,
  writeAdvertisedSchema,
  writeChannelReference,
} from "./advertised_schemas.ts";
import type { Encodable } from "./bytes.ts";
import type { ChannelId, SubscriptionId } from "./ids.ts";
import { fieldsToWrite, type JsonFields, SAFE_INTEGER, setIfPresent, STRING, UINT32 } from "./json_fields.ts";
import { readSchema, readSchemaEncoding, writeSchema } from "./schema.ts";

/** A stream of messages of one schema, as the server advertises it. */
export interface Channel {
  /** Identifies this channel while the server runs. */
  id: ChannelId;
  /** The name of the channel. Clients expect that it is unique among the channels of the server. */
  topic: string;
  /** The message encoding: `json`, `protobuf`, `flatbuffer`, `ros1`, `cdr`. */
  encoding: string;
  /** The name of the schema. Empty for a channel without a schema. */
  schemaName: string;
  /**
   * Bytes if the encoding of the schema is `protobuf` or `flatbuffer` (base64 on the wire), otherwise text. Empty text
   * for a channel without a schema. Text instead of bytes means that a peer sent text that is not base64.
   */
  schema: string | Uint8Array;
  /**
   * The encoding of the schema: `jsonschema`, `protobuf`, `flatbuffer`, `ros1msg`, `ros2msg`, `ros2idl`, `omgidl`.
   * Never `""`.
   */
  schemaEncoding?: string;
  /**
   * Any key-value pairs (`foxglove.sdk.v1`). Keys that begin with `foxglove.` are reserved for apps and SDKs of
   * Foxglove.
   */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * From the server: advertises new channels.
 *
 * In `foxglove.sdk.v1.1`, the channels are references to schemas, which the same or an earlier `advertise` contains. In
 * other subprotocols, each channel contains its schema.
 *
 * Spec: "Advertise" (JSON).
 */
export interface Advertise {
  /** The same `op` as in the JSON. */
  op: "advertise";
  /** Schemas that this connection has not received yet (`foxglove.sdk.v1.1`). Never empty: absent if there are none. */
  schemas?: readonly AdvertisedSchema[];
  /** The new channels. May be empty. */
  channels: readonly (Channel | ChannelReference)[];
}

/**
 * From the server: removes channels, and all subscriptions to them.
 *
 * Spec: "Unadvertise" (JSON).
 */
export interface Unadvertise {
  /** The same `op` as in the JSON. */
  op: "unadvertise";
  /** The ids under which the channels were advertised. */
  channelIds: readonly ChannelId[];
}

/**
 * From the client: requests the messages of channels. The client chooses the subscription ids.
 *
 * Spec: "Subscribe" (JSON).
 */
export interface Subscribe {
  /** The same `op` as in the JSON. */
  op: "subscribe";
  /** The new subscriptions. At most one for each channel. */
  subscriptions: readonly { id: SubscriptionId; channelId: ChannelId }[];
}

/**
 * From the client: removes subscriptions.
 *
 * Spec: "Unsubscribe" (JSON).
 */
export interface Unsubscribe {
  /** The same `op` as in the JSON. */
  op: "unsubscribe";
  /** The ids that this client chose. */
  subscriptionIds: readonly SubscriptionId[];
}

/** Reads an `advertise` from a server. */
export function readAdvertise(fields: JsonFields<keyof Advertise>): Advertise {
  const channels = fields.readObjects("channels", "topic", readChannel);
  const schemas = fields.raw("schemas") === undefined
    ? []
    : fields.readObjects("schemas", "name", readAdvertisedSchema);
  return { op: "advertise", ...(schemas.length > 0 ? { schemas } : {}), channels };
}

/** Checks an `advertise` and returns the object to send as JSON. */
export function writeAdvertise(message: Encodable<Advertise>): object {
  const fields = fieldsToWrite(message);
  const schemas = fields.count("schemas") === 0 ? undefined : fields.objects("schemas").map(writeAdvertisedSchema);
  return { op: message.op, schemas, channels: fields.objects("channels").map(writeChannel) };
}

/** Reads an `unadvertise` from a server. */
export function readUnadvertise(fields: JsonFields<keyof Unadvertise>): Unadvertise {
  return { op: "unadvertise", channelIds: fields.list("channelIds", SAFE_INTEGER) as ChannelId[] };
}

/** Checks an `unadvertise` and returns the object to send as JSON. */
export function writeUnadvertise(message: Unadvertise): Unadvertise {
  return readUnadvertise(fieldsToWrite(message));
}

/** Reads a `subscribe`. */
export function readSubscribe(fields: JsonFields<keyof Subscribe>): Subscribe {
  return {
    op: "subscribe",
    subscriptions: fields.objects("subscriptions").map((entry) => ({
      id: entry.get("id", UINT32) as SubscriptionId,
      channelId: entry.get("channelId", SAFE_INTEGER) as ChannelId,
    })),
  };
}

/** Checks a `subscribe` and returns the object to send as JSON. */
export function writeSubscribe(message: Subscribe): Subscribe {
  return readSubscribe(fieldsToWrite(message));
}

/** Reads an `unsubscribe`. */
export function readUnsubscribe(fields: JsonFields<keyof Unsubscribe>): Unsubscribe {
  return { op: "unsubscribe", subscriptionIds: fields.list("subscriptionIds", UINT32) as SubscriptionId[] };
}

/** Checks an `unsubscribe` and returns the object to send as JSON. */
export function writeUnsubscribe(message: Unsubscribe): Unsubscribe {
  return readUnsubscribe(fieldsToWrite(message));
}

function readChannel(fields: JsonFields<keyof Channel>): Channel | ChannelReference {
  if (describesReference(fields)) return readChannelReference(fields as JsonFields);
  const encoding = fields.get("encoding", STRING);
  const schemaEncoding = readSchemaEncoding(fields);
  const channel: Channel = {
    id: fields.get("id", SAFE_INTEGER) as ChannelId,
    topic: fields.get("topic", STRING),
    encoding,
    schemaName: fields.get("schemaName", STRING),
    schema: readSchema(fields, schemaEncoding ?? encoding),
  };
  setIfPresent(channel, "schemaEncoding", schemaEncoding);
  setIfPresent(channel, "metadata", fields.readOrReport(() => fields.optionalStrings("metadata")));
  return channel;
}

function writeChannel(fields: JsonFields<keyof Channel>): object {
  if (describesReference(fields)) return writeChannelReference(fields as JsonFields);
  const encoding = fields.get("encoding", STRING);
  const schemaEncoding = readSchemaEncoding(fields);
  return {
    id: fields.get("id", SAFE_INTEGER),
    topic: fields.get("topic", STRING),
    encoding,
    schemaName: fields.get("schemaName", STRING),
    schemaEncoding,
    schema: writeSchema(fields, schemaEncoding ?? encoding),
    metadata: fields.optionalStrings("metadata"),
  };
}
