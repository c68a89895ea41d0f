// Parser of messages, which are most of the records of a file.

import { McapError } from "./mcap_error.ts";
import type { Message } from "./records.ts";

/** The size of the fields before the data, in bytes. */
export const MESSAGE_HEAD_BYTES = 22;

/**
 * Spec: "Message (op=0x05)". `data` is a view of the content.
 *
 * | bytes | type   | field       |
 * | ----- | ------ | ----------- |
 * | 2     | uint16 | channelId   |
 * | 4     | uint32 | sequence    |
 * | 8     | uint64 | logTime     |
 * | 8     | uint64 | publishTime |
 * | rest  | bytes  | data        |
 *
 * `offset`: where the content begins in the file.
 *
 * @throws {McapError} If the content is too short.
 */
export function parseMessage(content: Uint8Array, offset: number): Message {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return messageAt(content, view, 0, content.length, offset);
}

/**
 * Fast path: parses the message whose content is in `bytes` from `start` to `end`. It allocates only the result,
 * because chunks contain thousands of messages. `view` must cover the same memory as `bytes`, and `offset` is where
 * `bytes` begins in the file.
 *
 * @throws {McapError} If the content is too short.
 */
export function messageAt(bytes: Uint8Array, view: DataView, start: number, end: number, offset: number): Message {
  checkMessageLength(start, end, offset);
  return {
    channelId: view.getUint16(start, true),
    sequence: view.getUint32(start + 2, true),
    logTime: view.getBigUint64(start + 6, true),
    publishTime: view.getBigUint64(start + 14, true),
    data: new Uint8Array(bytes.buffer, bytes.byteOffset + start + MESSAGE_HEAD_BYTES, end - start - MESSAGE_HEAD_BYTES),
  };
}

/**
 * Checks the length of a message, with the arguments of {@linkcode messageAt}.
 *
 * @throws {McapError} If the content is too short.
 */
export function checkMessageLength(start: number, end: number, offset: number): void {
  if (end - start >= MESSAGE_HEAD_BYTES) return;
  throw new McapError(`at least ${MESSAGE_HEAD_BYTES} bytes in Message`, `${end - start}`, offset + start);
}
