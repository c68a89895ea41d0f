/**
 * Encodes and decodes the messages of the Foxglove WebSocket protocol, as JSON text or binary frames.
 *
 * This module does not do I/O and does not depend on a runtime: it works in Deno, browsers, Node and Bun. There are two
 * functions for each direction, named after the sender. A server encodes server messages and decodes client messages; a
 * client does the opposite.
 *
 * Encoding is strict. Decoding is lenient: unknown fields are ignored, and fields that are `null` count as absent. With
 * `onError`, {@linkcode decodeServerMessage} leaves out an invalid channel, service or parameter; without it, the whole
 * message is rejected.
 *
 * The three subprotocols ({@linkcode SUBPROTOCOLS}) have the same messages, with one exception: in `foxglove.sdk.v1.1`,
 * the channels of an `advertise` refer to schemas that the server sends only once. {@linkcode SchemaTable} resolves
 * these references.
 *
 * @example
 * ```ts
 * import { decodeServerMessage, encodeServerMessage, type SubscriptionId } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const frame = encodeServerMessage({
 *   op: "messageData",
 *   subscriptionId: 7 as SubscriptionId,
 *   timestamp: 1_700_000_000_000_000_000n,
 *   payload: new TextEncoder().encode('{"msg":"Hello!"}'),
 * });
 *
 * // On the receiving side:
 * const message = decodeServerMessage(frame);
 * if (message.op === "messageData") {
 *   assertEquals(message.subscriptionId, 7);
 *   assertEquals(new TextDecoder().decode(message.payload), '{"msg":"Hello!"}');
 * }
 * ```
 *
 * @module
 */

export { decodeClientMessage, decodeServerMessage, type DecodeServerMessageOptions } from "./decode.ts";
export { encodeClientMessage, encodeServerMessage } from "./encode.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol_error.ts";

export type { ClientMessage, ServerMessage } from "./messages.ts";
export type { AdvertisedSchema, ChannelReference } from "./advertised_schemas.ts";
export type { FetchAsset, FetchAssetResponse } from "./assets.ts";
export type { ByteSource, Encodable } from "./bytes.ts";
export { CAPABILITIES, type Capability, type Subprotocol, SUBPROTOCOLS } from "./capabilities.ts";
export type { Advertise, Channel, Subscribe, Unadvertise, Unsubscribe } from "./channels.ts";
export type { ClientAdvertise, ClientChannel, ClientMessageData, ClientUnadvertise } from "./client_publish.ts";
export type {
  ConnectionGraph,
  ConnectionGraphUpdate,
  SubscribeConnectionGraph,
  UnsubscribeConnectionGraph,
} from "./connection_graph.ts";
export type { ChannelId, ClientChannelId, SchemaId, ServiceId, SubscriptionId } from "./ids.ts";
export type { MessageData, Time } from "./message_data.ts";
export type {
  GetParameters,
  Parameter,
  ParameterType,
  ParameterValue,
  ParameterValues,
  SetParameters,
  SubscribeParameterUpdates,
  UnsubscribeParameterUpdates,
} from "./parameters.ts";
export type {
  PlaybackCommand,
  PlaybackControlRequest,
  PlaybackState,
  PlaybackStateMessage,
  PlaybackStatus,
} from "./playback.ts";
export type { ServerInfo } from "./server_info.ts";
export type {
  AdvertiseServices,
  Service,
  ServiceCallFailure,
  ServiceCallRequest,
  ServiceCallResponse,
  ServiceSchema,
  UnadvertiseServices,
} from "./services.ts";
export { isChannelReference, type SchemaStore, SchemaTable } from "./schema_table.ts";
export { type RemoveStatus, type Status, StatusLevel } from "./status.ts";
export { tokenSubprotocol } from "./token_subprotocol.ts";
