// Channels: the server advertises them, clients subscribe to them.

import type { Encodable } from "./bytes.ts";
import type { ChannelId, SubscriptionId } from "./ids.ts";
import { fieldsToWrite, type JsonFields, SAFE_INTEGER, STRING, UINT32 } from "./json_fields.ts";
import { readSchema, readSchemaEncoding, writeSchema } from "./schema.ts";

/** A stream of messages of one schema, as the server advertises it. */
export interface Channel {
  /** Stays with this channel while the server runs. */
  id: ChannelId;
  /** Clients expect that no other channel has the same. */
  topic: string;
  /** Of the messages: `json`, `protobuf`, `flatbuffer`, `ros1`, `cdr`. */
  encoding: string;
  /** `""` when there is no schema. */
  schemaName: string;
  /**
   * Bytes where the schema's encoding is `protobuf` or `flatbuffer` (base64 on the wire), text otherwise, `""` when
   * there is none. Text in the place of bytes is what a peer sent that was not base64.
   */
  schema: string | Uint8Array;
  /** Of the schema: `jsonschema`, `protobuf`, `flatbuffer`, `ros1msg`, `ros2msg`, `ros2idl`, `omgidl`. Never `""`. */
  schemaEncoding?: string;
  /** Free key-value pairs (`foxglove.sdk.v1`). */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * Server: these channels exist from now on.
 *
 * Spec: "Advertise" (JSON).
 */
export interface Advertise {
  /** The same on the wire. */
  op: "advertise";
  /** May be empty. */
  channels: readonly Channel[];
}

/**
 * Server: these channels are gone, and with them every subscription to them.
 *
 * Spec: "Unadvertise" (JSON).
 */
export interface Unadvertise {
  /** The same on the wire. */
  op: "unadvertise";
  /** As they were advertised. */
  channelIds: readonly ChannelId[];
}

/**
 * Client: send me these channels' messages under the ids that I give here.
 *
 * Spec: "Subscribe" (JSON).
 */
export interface Subscribe {
  /** The same on the wire. */
  op: "subscribe";
  /** At most one for each channel. */
  subscriptions: readonly { id: SubscriptionId; channelId: ChannelId }[];
}

/**
 * Client: no more messages for these subscriptions.
 *
 * Spec: "Unsubscribe" (JSON).
 */
export interface Unsubscribe {
  /** The same on the wire. */
  op: "unsubscribe";
  /** As this client gave them. */
  subscriptionIds: readonly SubscriptionId[];
}

/** Reads an `advertise` of a server. */
export function readAdvertise(fields: JsonFields<keyof Advertise>): Advertise {
  return { op: "advertise", channels: fields.each("channels", "topic", readChannel) };
}

/** What goes into the JSON. */
export function writeAdvertise(message: Encodable<Advertise>): object {
  return { op: message.op, channels: fieldsToWrite(message).objects("channels").map(writeChannel) };
}

/** Reads an `unadvertise` of a server. */
export function readUnadvertise(fields: JsonFields<keyof Unadvertise>): Unadvertise {
  return { op: "unadvertise", channelIds: fields.list("channelIds", SAFE_INTEGER) as ChannelId[] };
}

/** What goes into the JSON. */
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

/** What goes into the JSON. */
export function writeSubscribe(message: Subscribe): Subscribe {
  return readSubscribe(fieldsToWrite(message));
}

/** Reads an `unsubscribe`. */
export function readUnsubscribe(fields: JsonFields<keyof Unsubscribe>): Unsubscribe {
  return { op: "unsubscribe", subscriptionIds: fields.list("subscriptionIds", UINT32) as SubscriptionId[] };
}

/** What goes into the JSON. */
export function writeUnsubscribe(message: Unsubscribe): Unsubscribe {
  return readUnsubscribe(fieldsToWrite(message));
}

function readChannel(fields: JsonFields<keyof Channel>): Channel {
  const encoding = fields.get("encoding", STRING);
  const schemaEncoding = readSchemaEncoding(fields);
  const channel: Channel = {
    id: fields.get("id", SAFE_INTEGER) as ChannelId,
    topic: fields.get("topic", STRING),
    encoding,
    schemaName: fields.get("schemaName", STRING),
    schema: readSchema(fields, schemaEncoding ?? encoding),
  };
  if (schemaEncoding !== undefined) channel.schemaEncoding = schemaEncoding;
  const metadata = fields.unlessUnusable(() => fields.optionalStrings("metadata"));
  if (metadata !== undefined) channel.metadata = metadata;
  return channel;
}

function writeChannel(fields: JsonFields<keyof Channel>): object {
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
