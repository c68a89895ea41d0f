/**
 * A server for live robotics and IoT data. Programs in Deno, Node and Bun show it in Foxglove, Lichtblick and every
 * other client of the Foxglove WebSocket protocol.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer } from "@x/foxglove-ws";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * server.publish("/battery", { volts: 12.6 });
 * assertEquals(server.channels.size, 1);
 * ```
 *
 * @module
 */

export type { Codec, Decoder, EncodeContext, Encoder } from "./src/codecs/codec.ts";
export { json, type JsonOptions } from "./src/codecs/json.ts";
export type { JsonValueOf } from "./src/codecs/json_value.ts";
export { protobuf, type ProtobufOptions } from "./src/codecs/protobuf/protobuf.ts";
export type { ByteSource, Encodable } from "./src/protocol/bytes.ts";
export type { Capability, Subprotocol } from "./src/protocol/capabilities.ts";
export type { Channel } from "./src/protocol/channels.ts";
export type { ClientChannel } from "./src/protocol/client_publish.ts";
export type { ConnectionGraph } from "./src/protocol/connection_graph.ts";
export type { ChannelId, ClientChannelId, ServiceId } from "./src/protocol/ids.ts";
export type { Parameter, ParameterType, ParameterValue } from "./src/protocol/parameters.ts";
export type {
  PlaybackCommand,
  PlaybackControlRequest,
  PlaybackState,
  PlaybackStatus,
} from "./src/protocol/playback.ts";
export type { ServiceSchema } from "./src/protocol/services.ts";
export { StatusLevel } from "./src/protocol/status.ts";
export type { ServerInfoInit } from "./src/session/declared_info.ts";
export type { Rights } from "./src/session/rights.ts";
export type { NamePattern } from "./src/name_patterns.ts";
export type { AppUrlOptions } from "./src/server/app_url.ts";
export { assetRoots } from "./src/server/asset_roots.ts";
export { type BearerToken, bearerToken } from "./src/server/http/bearer_token.ts";
export type {
  BroadcastTimeOptions,
  CloseOptions,
  DisconnectOptions,
  SendMessageOptions,
  SendStatusOptions,
  StartOptions,
} from "./src/server/call_options.ts";
export type { ChannelInit, ServiceInit, ServiceSchemaInit } from "./src/server/channel_init.ts";
export type { ChannelPolicyInit, Delivery, LatchOptions } from "./src/server/delivery/channel_policy.ts";
export type { ChannelDetails, MessageSink, SinkOptions } from "./src/server/delivery/message_sink.ts";
export type {
  NetAddress,
  RemoteAddress,
  RequestInfo,
  ServerAddress,
  UnixAddress,
  VsockAddress,
} from "./src/server/address.ts";
export type { ClientId, ClientInfo, Peer } from "./src/server/client_info.ts";
export type { NodeRequest, NodeSocket } from "./src/server/direct/node_http.ts";
export type { ServerSocket } from "./src/server/server_socket.ts";
export type { SocketEvent, WebSocketLike } from "./src/web_socket_like.ts";
export type { CompressionOptions } from "./src/server/direct/compressor.ts";
export type { Certificate } from "./src/server/http/endpoint.ts";
export type { Authorize, AuthorizeInfo } from "./src/server/http/authorizer.ts";
export type { Identity } from "./src/server/identity.ts";
export type { HealthPaths } from "./src/server/http/health.ts";
export type { StatusPageOptions } from "./src/server/status/status_page_option.ts";
export type { LimitOptions } from "./src/server/limit_options.ts";
export type {
  FoxgloveServerListener,
  ListenerContext,
  MaybePromise,
  PublishContext,
  ServiceContext,
  ServiceResponse,
} from "./src/server/listener.ts";
export type { Logger } from "./src/logger.ts";
export type { FoxgloveServerOptions } from "./src/server/options.ts";
export type {
  ParameterDefinition,
  ParameterDefinitions,
  ParameterValueOf,
  WidenedValue,
} from "./src/server/parameters/parameter_definitions.ts";
export type {
  ParameterCallback,
  ParameterChange,
  ParameterChangeOf,
  ParameterChanges,
  ParameterChangesOptions,
  ParametersOptions,
  ParameterStore,
} from "./src/server/parameters/parameter_store.ts";
export { RefusalError } from "./src/server/refusal_error.ts";
export { runCancellable, type RunCancellableOptions, type TerminationSignal } from "./src/run_cancellable.ts";
export { FoxgloveServer } from "./src/server/server.ts";
export type { ChannelHandle, SendOptions } from "./src/server/typed/channel_handle.ts";
export type { ChannelOptions } from "./src/server/typed/typed_channels.ts";
export type { RequestCodec, ServiceHandle, ServiceHandler, ServiceOptions } from "./src/server/typed/typed_services.ts";
export type { PublishHandle, PublishHandler } from "./src/server/typed/typed_topics.ts";
export type { PublishOptions } from "./src/server/typed/value_publisher.ts";
export { nsFromDate, nsFromTime, type Time, timeFromNs } from "./src/time.ts";
export type { FailureSource } from "./src/server/failure_log.ts";
export type { DropCounts } from "./src/server/delivery/traffic.ts";
export type { DurationHistogram } from "./src/server/stats/duration_histogram.ts";
export type { RequestOutcome, RequestStats } from "./src/server/stats/request_stats.ts";
export type {
  ChannelStats,
  ClientStats,
  DisconnectionReason,
  HandshakeRefusal,
  LimitName,
  MessageCounts,
  PublishStats,
  QueueStats,
  ServerStats,
  SinkStats,
  TrafficStats,
} from "./src/server/stats/server_stats.ts";
export type { ReceivedOp, RequestType } from "./src/session/session_counter.ts";
export { timeNs } from "./src/time_ns.ts";
