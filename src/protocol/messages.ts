// ServerMessage and ClientMessage: all messages of each direction, and how each of them is read and written.

import {
  type FetchAsset,
  type FetchAssetResponse,
  readFetchAsset,
  readFetchAssetResponse,
  writeFetchAsset,
  writeFetchAssetResponse,
} from "./assets.ts";
import {
  type Advertise,
  readAdvertise,
  readSubscribe,
  readUnadvertise,
  readUnsubscribe,
  type Subscribe,
  type Unadvertise,
  type Unsubscribe,
  writeAdvertise,
  writeSubscribe,
  writeUnadvertise,
  writeUnsubscribe,
} from "./channels.ts";
import {
  type ClientAdvertise,
  type ClientMessageData,
  type ClientUnadvertise,
  readClientAdvertise,
  readClientMessageData,
  readClientUnadvertise,
  writeClientAdvertise,
  writeClientMessageData,
  writeClientUnadvertise,
} from "./client_publish.ts";
import { binary, Codec, text, textWithoutFields } from "./codec.ts";
import {
  type ConnectionGraphUpdate,
  readConnectionGraphUpdate,
  type SubscribeConnectionGraph,
  type UnsubscribeConnectionGraph,
  writeConnectionGraphUpdate,
} from "./connection_graph.ts";
import {
  MESSAGE_DATA_OPCODE,
  type MessageData,
  readMessageData,
  readTime,
  type Time,
  writeMessageData,
  writeTime,
} from "./message_data.ts";
import {
  type GetParameters,
  type ParameterValues,
  readGetParameters,
  readParameterValues,
  readSetParameters,
  readSubscribeParameterUpdates,
  readUnsubscribeParameterUpdates,
  type SetParameters,
  type SubscribeParameterUpdates,
  type UnsubscribeParameterUpdates,
  writeGetParameters,
  writeSubscribeParameterUpdates,
  writeUnsubscribeParameterUpdates,
} from "./parameters.ts";
import {
  type PlaybackControlRequest,
  type PlaybackStateMessage,
  readPlaybackControlRequest,
  readPlaybackState,
  writePlaybackControlRequest,
  writePlaybackState,
} from "./playback.ts";
import { readServerInfo, type ServerInfo, writeServerInfo } from "./server_info.ts";
import {
  type AdvertiseServices,
  readAdvertiseServices,
  readServiceCallFailure,
  readServiceCallRequest,
  readServiceCallResponse,
  readUnadvertiseServices,
  type ServiceCallFailure,
  type ServiceCallRequest,
  type ServiceCallResponse,
  type UnadvertiseServices,
  writeAdvertiseServices,
  writeServiceCall,
  writeServiceCallFailure,
  writeUnadvertiseServices,
} from "./services.ts";
import {
  readRemoveStatus,
  readStatus,
  type RemoveStatus,
  type Status,
  writeRemoveStatus,
  writeStatus,
} from "./status.ts";
import { writeParameterValues, writeSetParameters } from "./written_parameters.ts";

/** Any message that a server sends. */
export type ServerMessage =
  | ServerInfo
  | Status
  | RemoveStatus
  | Advertise
  | Unadvertise
  | MessageData
  | Time
  | ParameterValues
  | AdvertiseServices
  | UnadvertiseServices
  | ServiceCallResponse
  | ServiceCallFailure
  | ConnectionGraphUpdate
  | FetchAssetResponse
  | PlaybackStateMessage;

/** Reads and writes each {@linkcode ServerMessage}. */
export const SERVER_CODEC: Codec<ServerMessage> = new Codec<ServerMessage>("server", {
  serverInfo: text(readServerInfo, writeServerInfo),
  status: text(readStatus, writeStatus),
  removeStatus: text(readRemoveStatus, writeRemoveStatus),
  advertise: text(readAdvertise, writeAdvertise),
  unadvertise: text(readUnadvertise, writeUnadvertise),
  messageData: binary(MESSAGE_DATA_OPCODE, readMessageData, writeMessageData),
  time: binary(0x02, readTime, writeTime),
  parameterValues: text(readParameterValues, writeParameterValues),
  advertiseServices: text(readAdvertiseServices, writeAdvertiseServices),
  unadvertiseServices: text(readUnadvertiseServices, writeUnadvertiseServices),
  serviceCallResponse: binary(0x03, readServiceCallResponse, writeServiceCall),
  serviceCallFailure: text(readServiceCallFailure, writeServiceCallFailure),
  connectionGraphUpdate: text(readConnectionGraphUpdate, writeConnectionGraphUpdate),
  fetchAssetResponse: binary(0x04, readFetchAssetResponse, writeFetchAssetResponse),
  playbackState: binary(0x05, readPlaybackState, writePlaybackState),
});

/** Any message that a client sends. */
export type ClientMessage =
  | Subscribe
  | Unsubscribe
  | ClientAdvertise
  | ClientUnadvertise
  | ClientMessageData
  | GetParameters
  | SetParameters
  | SubscribeParameterUpdates
  | UnsubscribeParameterUpdates
  | ServiceCallRequest
  | SubscribeConnectionGraph
  | UnsubscribeConnectionGraph
  | FetchAsset
  | PlaybackControlRequest;

/** Reads and writes each {@linkcode ClientMessage}. */
export const CLIENT_CODEC: Codec<ClientMessage> = new Codec<ClientMessage>("client", {
  subscribe: text(readSubscribe, writeSubscribe),
  unsubscribe: text(readUnsubscribe, writeUnsubscribe),
  advertise: text(readClientAdvertise, writeClientAdvertise),
  unadvertise: text(readClientUnadvertise, writeClientUnadvertise),
  messageData: binary(0x01, readClientMessageData, writeClientMessageData),
  getParameters: text(readGetParameters, writeGetParameters),
  setParameters: text(readSetParameters, writeSetParameters),
  subscribeParameterUpdates: text(readSubscribeParameterUpdates, writeSubscribeParameterUpdates),
  unsubscribeParameterUpdates: text(readUnsubscribeParameterUpdates, writeUnsubscribeParameterUpdates),
  serviceCallRequest: binary(0x02, readServiceCallRequest, writeServiceCall),
  subscribeConnectionGraph: textWithoutFields("subscribeConnectionGraph"),
  unsubscribeConnectionGraph: textWithoutFields("unsubscribeConnectionGraph"),
  fetchAsset: text(readFetchAsset, writeFetchAsset),
  playbackControlRequest: binary(0x03, readPlaybackControlRequest, writePlaybackControlRequest),
});
