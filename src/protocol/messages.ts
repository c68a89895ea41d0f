// ServerMessage and ClientMessage: all messages of each direction.
//
// Four other files, such as `server_reader.ts`, read and write them, so that a bundle contains only what it needs.

import type { FetchAsset, FetchAssetResponse } from "./assets.ts";
import type { Advertise, Subscribe, Unadvertise, Unsubscribe } from "./channels.ts";
import type { ClientAdvertise, ClientMessageData, ClientUnadvertise } from "./client_publish.ts";
import type {
  ConnectionGraphUpdate,
  SubscribeConnectionGraph,
  UnsubscribeConnectionGraph,
} from "./connection_graph.ts";
import type { MessageData, Time } from "./message_data.ts";
import type {
  GetParameters,
  ParameterValues,
  SetParameters,
  SubscribeParameterUpdates,
  UnsubscribeParameterUpdates,
} from "./parameters.ts";
import type { PlaybackControlRequest, PlaybackStateMessage } from "./playback.ts";
import type { ServerInfo } from "./server_info.ts";
import type {
  AdvertiseServices,
  ServiceCallFailure,
  ServiceCallRequest,
  ServiceCallResponse,
  UnadvertiseServices,
} from "./services.ts";
import type { RemoveStatus, Status } from "./status.ts";

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
