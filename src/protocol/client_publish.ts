// Client publishing: the channels that a client advertises, and its messages on them.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import type { ClientChannelId } from "./ids.ts";
import { fieldsToWrite, type JsonFields, setIfPresent, STRING, UINT32 } from "./json_fields.ts";
import { readSchema, readSchemaEncoding, writeSchema } from "./schema.ts";
import { checkBytes, isUint32 } from "./wire_types.ts";

/** A channel that a client publishes on. */
export interface ClientChannel {
  /** Chosen by the client. Unique only within this client. */
  id: ClientChannelId;
  /** The server may have a channel with the same topic. */
  topic: string;
  /** The message encoding: one of the server's `supportedEncodings`. */
  encoding: string;
  /** The name of the schema; may be `""`. */
  schemaName: string;
  /** See `Channel.schema`. Apps usually omit it. */
  schema?: string | Uint8Array;
  /** See `Channel.schemaEncoding`. */
  schemaEncoding?: string;
}

/**
 * From the client: advertises channels on which it will publish.
 *
 * Spec: "Client Advertise" (JSON).
 */
export interface ClientAdvertise {
  /** The same `op` as in the JSON. */
  op: "advertise";
  /** May be empty. */
  channels: readonly ClientChannel[];
}

/**
 * From the client: removes channels that it advertised.
 *
 * Spec: "Client Unadvertise" (JSON).
 */
export interface ClientUnadvertise {
  /** The same `op` as in the JSON. */
  op: "unadvertise";
  /** The ids that this client chose. */
  channelIds: readonly ClientChannelId[];
}

/**
 * From the client: a message on a channel that it advertised.
 *
 * Spec: "Client Message Data" (binary, client opcode 0x01)
 *
 * | bytes | type   | field     |
 * | ----- | ------ | --------- |
 * | 4     | uint32 | channelId |
 * | rest  | bytes  | payload   |
 */
export interface ClientMessageData {
  /** In the frame, an opcode replaces this text. */
  op: "messageData";
  /** The id that this client chose. */
  channelId: ClientChannelId;
  /** May be empty. */
  payload: Uint8Array;
}

/** Reads an `advertise` from a client. */
export function readClientAdvertise(fields: JsonFields<keyof ClientAdvertise>): ClientAdvertise {
  return { op: "advertise", channels: fields.objects("channels").map(readClientChannel) };
}

/** Reads only the valid channel ids of an `advertise` from a client, for a server that rejects the whole message. */
export function readClientChannelIds(fields: JsonFields<keyof ClientAdvertise>): ClientChannelId[] {
  const channels = fields.raw("channels");
  if (!Array.isArray(channels)) return [];
  return channels.map((channel: { id?: unknown } | null) => channel?.id).filter(isUint32) as ClientChannelId[];
}

/** Checks an `advertise` and returns the object to send as JSON. */
export function writeClientAdvertise(message: Encodable<ClientAdvertise>): object {
  return { op: message.op, channels: fieldsToWrite(message).objects("channels").map(writeClientChannel) };
}

/** Reads an `unadvertise` from a client. */
export function readClientUnadvertise(fields: JsonFields<keyof ClientUnadvertise>): ClientUnadvertise {
  return { op: "unadvertise", channelIds: fields.list("channelIds", UINT32) as ClientChannelId[] };
}

/** Checks an `unadvertise` and returns the object to send as JSON. */
export function writeClientUnadvertise(message: ClientUnadvertise): ClientUnadvertise {
  return readClientUnadvertise(fieldsToWrite(message));
}

/** Reads the fields after the opcode. `payload` is a view of the frame. */
export function readClientMessageData(reader: ByteReader): ClientMessageData {
  return { op: "messageData", channelId: reader.uint32() as ClientChannelId, payload: reader.rest() };
}

/** Returns the whole frame. */
export function writeClientMessageData(
  message: Encodable<ClientMessageData>,
  opcode: number,
): Uint8Array<ArrayBuffer> {
  const payload = checkBytes(message.op, "payload", message.payload);
  const writer = new ByteWriter(message.op, 5 + payload.length);
  writer.uint8(opcode);
  writer.uint32("channelId", message.channelId);
  writer.bytes(payload);
  return writer.finish();
}

function readClientChannel(fields: JsonFields<keyof ClientChannel>): ClientChannel {
  const encoding = fields.get("encoding", STRING);
  const schemaEncoding = readSchemaEncoding(fields);
  const channel: ClientChannel = {
    id: fields.get("id", UINT32) as ClientChannelId,
    topic: fields.get("topic", STRING),
    encoding,
    schemaName: fields.get("schemaName", STRING),
  };
  setIfPresent(channel, "schemaEncoding", schemaEncoding);
  if (fields.raw("schema") !== undefined) channel.schema = readSchema(fields, schemaEncoding ?? encoding);
  return channel;
}

function writeClientChannel(fields: JsonFields<keyof ClientChannel>): object {
  const encoding = fields.get("encoding", STRING);
  const schemaEncoding = readSchemaEncoding(fields);
  return {
    id: fields.get("id", UINT32),
    topic: fields.get("topic", STRING),
    encoding,
    schemaName: fields.get("schemaName", STRING),
    schemaEncoding,
    schema: fields.raw("schema") === undefined ? undefined : writeSchema(fields, schemaEncoding ?? encoding),
  };
}
