// decodeServerMessage() and decodeClientMessage(): read the messages that a WebSocket receives.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "./bytes.ts";
import type { JsonFields } from "./json_fields.ts";
import { readMessageDataFrame } from "./message_data.ts";
import { CLIENT_READER } from "./client_reader.ts";
import { SERVER_READER } from "./server_reader.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { parseClientText, parseServerText } from "./parse_text.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Options of {@linkcode decodeServerMessage}. */
export interface DecodeServerMessageOptions {
  /**
   * Called for each part of a message that is invalid, with a {@linkcode ProtocolError} that names the part. A part is
   * a list entry, such as one of many channels, or one of certain optional fields, such as `metadata`. The part is left
   * out of the message.
   *
   * Without `onError`, one invalid part makes the whole message invalid, and the error is thrown.
   */
  onError?: ((error: ProtocolError) => void) | undefined;
}

/**
 * Decodes a message from a server: text as JSON, bytes as a binary frame.
 *
 * Payloads are views of `data`, not copies. Fields that are `null` count as absent. Unknown fields are ignored.
 *
 * Integers in parameters keep all digits: an integer that a number cannot represent exactly becomes a bigint. `null` in
 * an array of numbers is read as NaN, because Foxglove's SDK sends NaN as `null`. `NaN`, `Infinity` and `-Infinity` are
 * read although they are not JSON, because Python sends them.
 *
 * @example
 * ```ts
 * import { decodeServerMessage } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const frame = Uint8Array.of(0x02, 0xd2, 0x02, 0x96, 0x49, 0, 0, 0, 0);
 * assertEquals(decodeServerMessage(frame), { op: "time", timestamp: 1_234_567_890n });
 * ```
 *
 * @throws {ProtocolError} If `data` is not a valid message from a server. Text and bytes never cause any other error.
 * @throws {TypeError} If `data` is neither text nor bytes, or is detached. For a `Blob`, set the socket's `binaryType`
 * to "arraybuffer".
 */
export function decodeServerMessage(
  data: string | ByteSource,
  options: DecodeServerMessageOptions = {},
): ServerMessage {
  if (typeof data === "string") return SERVER_READER.readText(parseServerText(data, options.onError));
  // Fast path: sockets deliver ArrayBuffers, and data messages dominate the traffic.
  return (data instanceof ArrayBuffer ? readMessageDataFrame(data) : undefined) ??
    SERVER_READER.readFrame(frameOf(data));
}

/**
 * Decodes a message from a client: text as JSON, bytes as a binary frame.
 *
 * Payloads are views of `data`, not copies. Fields that are `null` count as absent. Unknown fields are ignored.
 *
 * @example
 * ```ts
 * import { decodeClientMessage } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const message = decodeClientMessage('{"op":"getParameters","parameterNames":["rate"],"id":null}');
 * assertEquals(message, { op: "getParameters", parameterNames: ["rate"] });
 * ```
 *
 * @throws {ProtocolError} If `data` is not a valid message from a client. Text and bytes never cause any other error.
 * @throws {TypeError} If `data` is neither text nor bytes, or is detached. For a `Blob`, set the socket's `binaryType`
 * to "arraybuffer".
 */
export function decodeClientMessage(data: string | ByteSource): ClientMessage {
  return typeof data === "string" ? readClientText(parseClientText(data)) : CLIENT_READER.readFrame(frameOf(data));
}

/**
 * Reads the fields of a client's text message, after `parseClientText()`. This may cost far more than parsing it.
 * Throws the same errors as {@linkcode decodeClientMessage}.
 */
export function readClientText(fields: JsonFields): ClientMessage {
  return CLIENT_READER.readText(fields);
}

function frameOf(data: ByteSource): Uint8Array {
  const frame = bytesOf(data);
  if (!frame) throw new TypeError(`Cannot decode data: it must be a string or ${BYTES_RULE}, not ${kindOf(data)}`);
  if (frame.length === 0) throw new ProtocolError("empty", "Cannot read binary message: it is empty");
  return frame;
}
