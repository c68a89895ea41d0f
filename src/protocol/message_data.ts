// MessageData and Time: the binary frames of live data.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import type { SubscriptionId } from "./ids.ts";
import { checkBytes, checkUint32, checkUint64 } from "./wire_types.ts";

/**
 * From the server: a message of a subscribed channel.
 *
 * Spec: "Message Data" (binary, server opcode 0x01)
 *
 * | bytes | type   | field          |
 * | ----- | ------ | -------------- |
 * | 4     | uint32 | subscriptionId |
 * | 8     | uint64 | timestamp      |
 * | rest  | bytes  | payload        |
 */
export interface MessageData {
  /** In the frame, an opcode replaces this text. */
  op: "messageData";
  /** The id that the receiving client chose. */
  subscriptionId: SubscriptionId;
  /** In ns. */
  timestamp: bigint;
  /** In the channel's encoding; may be empty. */
  payload: Uint8Array;
}

/**
 * From the server: the time of its clock.
 *
 * Spec: "Time" (binary, server opcode 0x02)
 *
 * | bytes | type   | field     |
 * | ----- | ------ | --------- |
 * | 8     | uint64 | timestamp |
 */
export interface Time {
  /** In the frame, an opcode replaces this text. */
  op: "time";
  /** In ns. */
  timestamp: bigint;
}

/** The opcode of a {@linkcode MessageData}. */
export const MESSAGE_DATA_OPCODE = 0x01;

/** The size of the opcode and the fields before the payload of a {@linkcode MessageData}. */
export const MESSAGE_DATA_HEADER_BYTES = 13;

/** Reads the fields after the opcode. `payload` is a view of the frame. */
export function readMessageData(reader: ByteReader): MessageData {
  return {
    op: "messageData",
    subscriptionId: reader.uint32() as SubscriptionId,
    timestamp: reader.uint64(),
    payload: reader.rest(),
  };
}

/**
 * Reads a whole frame. Returns `undefined` if it is not a {@linkcode MessageData}, or is too short. `payload` is a view
 * of the frame.
 *
 * Fast path: avoids allocating a reader, because data messages dominate the traffic.
 */
export function readMessageDataFrame(frame: ArrayBuffer): MessageData | undefined {
  if (frame.byteLength < MESSAGE_DATA_HEADER_BYTES) return undefined;
  const view = new DataView(frame);
  if (view.getUint8(0) !== MESSAGE_DATA_OPCODE) return undefined;
  return {
    op: "messageData",
    subscriptionId: view.getUint32(1, true) as SubscriptionId,
    timestamp: view.getBigUint64(5, true),
    payload: new Uint8Array(frame, MESSAGE_DATA_HEADER_BYTES),
  };
}

/** Returns the whole frame, in a buffer of exactly its size. */
export function writeMessageData(message: Encodable<MessageData>): Uint8Array<ArrayBuffer> {
  const { op, subscriptionId, timestamp } = message;
  checkUint32(op, "subscriptionId", subscriptionId);
  checkUint64(op, "timestamp", timestamp);
  const payload = checkBytes(op, "payload", message.payload);
  const frame = new Uint8Array(MESSAGE_DATA_HEADER_BYTES + payload.length);
  writeMessageDataHeader(new DataView(frame.buffer), subscriptionId, timestamp);
  frame.set(payload, MESSAGE_DATA_HEADER_BYTES);
  return frame;
}

/**
 * Overwrites the first {@linkcode MESSAGE_DATA_HEADER_BYTES} of a frame with the opcode and the fields before the
 * payload, so that one frame can be reused for many subscriptions.
 *
 * Does not check the values: numbers that are too large are truncated.
 */
export function writeMessageDataHeader(view: DataView, subscriptionId: SubscriptionId, timestamp: bigint): void {
  view.setUint8(0, MESSAGE_DATA_OPCODE);
  view.setUint32(1, subscriptionId, true);
  view.setBigUint64(5, timestamp, true);
}

/** Reads the fields after the opcode. */
export function readTime(reader: ByteReader): Time {
  return { op: "time", timestamp: reader.uint64() };
}

/** Returns the whole frame. */
export function writeTime(message: Time, opcode: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(message.op, 9);
  writer.uint8(opcode);
  writer.uint64("timestamp", message.timestamp);
  return writer.finish();
}
