/**
 * A client for servers that speak the Foxglove WebSocket protocol: {@link https://jsr.io/@x/foxglove-ws | the server of
 * this package}, Foxglove's SDK, ROS bridges and others. It uses only web platform APIs, so it runs in Deno, browsers,
 * Bun, and Node 22 or newer. Older Node versions need the option `createWebSocket`.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * const channelId = server.addChannel({ topic: "/battery", encoding: "json", latch: true });
 * server.sendMessage(channelId, 1_700_000_000_000_000_000n, JSON.stringify({ volts: 12.6 }));
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * for await (const { value } of client.subscribe("/battery").json<{ volts: number }>()) {
 *   assertEquals(value.volts, 12.6);
 *   break;
 * }
 * ```
 *
 * @module
 */

export type { Codec, Decoder, EncodeContext, Encoder } from "../codecs/codec.ts";
export { json, type JsonOptions } from "../codecs/json.ts";
export type { JsonValueOf } from "../codecs/json_value.ts";
export { protobuf, type ProtobufOptions } from "../codecs/protobuf/protobuf.ts";
export type { ByteSource } from "../protocol/bytes.ts";
export type { Subprotocol } from "../protocol/capabilities.ts";
export type { Channel } from "../protocol/channels.ts";
export type { ConnectionGraph } from "../protocol/connection_graph.ts";
export type { ChannelId, ClientChannelId, ServiceId } from "../protocol/ids.ts";
export type { Parameter, ParameterType, ParameterValue } from "../protocol/parameters.ts";
export type { PlaybackCommand, PlaybackState, PlaybackStatus } from "../protocol/playback.ts";
export { ProtocolError, type ProtocolErrorCode } from "../protocol/protocol_error.ts";
export type { ServerInfo } from "../protocol/server_info.ts";
export type { Service, ServiceSchema } from "../protocol/services.ts";
export { type Status, StatusLevel } from "../protocol/status.ts";
export type { CallServiceOptions, PlaybackRequest, WaitOptions } from "./call_options.ts";
export { FoxgloveClient } from "./client.ts";
export type { ChannelSelector } from "./channel_matcher.ts";
export type { ClientChannelHandle, ClientSendOptions } from "./client_channel_handle.ts";
export type { ClientSocket } from "./client_socket.ts";
export type { SocketEvent, WebSocketLike } from "../web_socket_like.ts";
export type { ConnectionState } from "./connection_state.ts";
export type { DecoderFactory, MessageDecoder } from "./decoders.ts";
export { ConnectionClosedError, RequestError, type RequestKind } from "./errors.ts";
export type { ExistingSocketOptions } from "./existing_socket.ts";
export type { FoxgloveClientListener, RemovalReason } from "./listener.ts";
export type { FoxgloveClientOptions } from "./options.ts";
export type { ClientChannelInit } from "./publications.ts";
export type { ServiceResult } from "./requests.ts";
export type { ServiceCallArguments, ServiceCaller, ServiceCallerOptions } from "./service_caller.ts";
export type {
  CallbackSubscription,
  DecodedMessage,
  ReceivedMessage,
  SubscribeCallbackOptions,
  SubscribeOptions,
  Subscription,
  SubscriptionState,
  TypedSubscription,
} from "./subscription.ts";
export type { UpdateStream } from "./update_stream.ts";
export { nsFromDate, nsFromTime, type Time, timeFromNs } from "../time.ts";
