// encodeServerMessage() and encodeClientMessage(): write the messages that a WebSocket sends.

import type { Encodable } from "./bytes.ts";
import { CLIENT_WRITER } from "./client_writer.ts";
import { SERVER_WRITER } from "./server_writer.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";

/**
 * Encodes a message from a server, as JSON text or as a binary frame. The frame does not share memory with the message.
 *
 * Absent fields and empty `metadata` are left out. Payloads, asset data and schemas may be bytes of any type: see
 * {@linkcode ByteSource}.
 *
 * @example
 * ```ts
 * import { encodeServerMessage, StatusLevel } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const text = encodeServerMessage({ op: "status", level: StatusLevel.WARNING, message: "camera 2 is warming up" });
 * assertEquals(text, '{"op":"status","level":1,"message":"camera 2 is warming up"}');
 * ```
 *
 * @throws {RangeError} If a number is out of range for its field.
 * @throws {TypeError} If a field is missing, or its value is of the wrong type or not allowed.
 */
export function encodeServerMessage(message: Encodable<ServerMessage>): string | Uint8Array<ArrayBuffer> {
  return SERVER_WRITER.write(message);
}

/**
 * Encodes a message from a client, as JSON text or as a binary frame. The frame does not share memory with the message.
 *
 * Absent fields are left out. Payloads and schemas may be bytes of any type: see {@linkcode ByteSource}.
 *
 * @example
 * ```ts
 * import { type ChannelId, encodeClientMessage, type SubscriptionId } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const subscription = { id: 0 as SubscriptionId, channelId: 4 as ChannelId };
 * const text = encodeClientMessage({ op: "subscribe", subscriptions: [subscription] });
 * assertEquals(text, '{"op":"subscribe","subscriptions":[{"id":0,"channelId":4}]}');
 * ```
 *
 * @throws {RangeError} If a number is out of range for its field.
 * @throws {TypeError} If a field is missing, or its value is of the wrong type or not allowed.
 */
export function encodeClientMessage(message: Encodable<ClientMessage>): string | Uint8Array<ArrayBuffer> {
  return CLIENT_WRITER.write(message);
}
