// MessageData and Time: the frames of live data.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import type { SubscriptionId } from "./ids.ts";
import { ServerOpcode } from "./opcodes.ts";
import { checkBytes, checkUint32, checkUint64 } from "./wire_types.ts";

/**
 * Server: one message of a subscribed channel.
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
  /** An opcode on the wire. */
  op: "messageData";
  /** The id that this very client chose. */
  subscriptionId: SubscriptionId;
  /** In ns. */
  timestamp: bigint;
  /** In the channel's encoding; may be empty. */
  payload: Uint8Array;
}

/**
 * Server: what its clock says.
 *
 * Spec: "Time" (binary, server opcode 0x02)
 *
 * | bytes | type   | field     |
 * | ----- | ------ | --------- |
 * | 8     | uint64 | timestamp |
 */
export interface Time {
  /** An opcode on the wire. */
  op: "time";
  /** In ns. */
  timestamp: bigint;
}

/** What precedes the payload of a {@linkcode MessageData}, the opcode included. */
export const MESSAGE_DATA_HEADER_BYTES = 13;

/** Reads what follows the opcode. `payload` is a view of the frame. */
export function readMessageData(reader: ByteReader): MessageData {
  return {
    op: "messageData",
    subscriptionId: reader.uint32() as SubscriptionId,
    timestamp: reader.uint64(),
    payload: reader.rest(),
  };
}

/**
 * Reads a whole frame, `undefined` unless it is one: with two objects less than by a reader, for no other messages come in
 * such numbers.
 */
export function readMessageDataFrame(frame: ArrayBuffer): MessageData | undefined {
  if (frame.byteLength < MESSAGE_DATA_HEADER_BYTES) return undefined;
  const view = new DataView(frame);
  if (view.getUint8(0) !== ServerOpcode.MESSAGE_DATA) return undefined;
  return {
    op: "messageData",
    subscriptionId: view.getUint32(1, true) as SubscriptionId,
    timestamp: view.getBigUint64(5, true),
    payload: new Uint8Array(frame, MESSAGE_DATA_HEADER_BYTES),
  };
}

/** The whole frame, in a buffer of just that size. */
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
 * Writes the opcode and the fields before the payload over the first {@linkcode MESSAGE_DATA_HEADER_BYTES} of a frame,
 * so that one frame can serve many subscriptions.
 *
 * Nothing is checked: a number that does not fit is cut to size.
 */
export function writeMessageDataHeader(view: DataView, subscriptionId: SubscriptionId, timestamp: bigint): void {
  view.setUint8(0, ServerOpcode.MESSAGE_DATA);
  view.setUint32(1, subscriptionId, true);
  view.setBigUint64(5, timestamp, true);
}

/** Reads what follows the opcode. */
export function readTime(reader: ByteReader): Time {
  return { op: "time", timestamp: reader.uint64() };
}

/** The whole frame. */
export function writeTime(message: Time): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(message.op, 9);
  writer.uint8(ServerOpcode.TIME);
  writer.uint64("timestamp", message.timestamp);
  return writer.finish();
}
