// Encoder of messages, which are most of the records of a file.

import { type ByteSource, copyBytes, isSafeUint8Array } from "../../protocol/bytes.ts";
import { checkBytes, checkUint32, checkUint64 } from "../../protocol/wire_types.ts";
import type { ByteBuilder } from "./byte_builder.ts";
import { checkUint16 } from "./checks.ts";
import { Opcode, RECORD_HEAD_BYTES } from "./opcode.ts";
import { MESSAGE_HEAD_BYTES } from "./parse_message.ts";
import type { Message } from "./records.ts";
import { writeSafeUint64 } from "./uint64.ts";

/** A message to write. The data may be any kind of bytes. */
export type MessageInit = Omit<Message, "data"> & { readonly data: ByteSource };

/**
 * Writes a message. Its data is copied. Returns the size of the record, in bytes. Allocates nothing, unless the builder
 * grows.
 *
 * @throws {TypeError | RangeError} If a field is invalid. Then nothing is written.
 */
export function encodeMessage(builder: ByteBuilder, message: MessageInit): number {
  const { channelId, sequence, logTime, publishTime } = message;
  checkUint16("Message", "channelId", channelId);
  checkUint32("Message", "sequence", sequence);
  checkUint64("Message", "logTime", logTime);
  checkUint64("Message", "publishTime", publishTime);
  const data = isSafeUint8Array(message.data) ? message.data : checkBytes("Message", "data", message.data);
  // Read once, because another thread may grow shared memory.
  const { length } = data;
  const start = builder.advance(RECORD_HEAD_BYTES + MESSAGE_HEAD_BYTES + length);
  const { buffer, view } = builder;
  buffer[start] = Opcode.MESSAGE;
  writeSafeUint64(view, start + 1, MESSAGE_HEAD_BYTES + length);
  view.setUint16(start + 9, channelId, true);
  view.setUint32(start + 11, sequence, true);
  view.setBigUint64(start + 15, logTime, true);
  view.setBigUint64(start + 23, publishTime, true);
  copyBytes(data, length, buffer, start + 31);
  return builder.length - start;
}
