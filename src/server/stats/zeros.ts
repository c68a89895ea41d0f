// Zeros: the names under which the statistics count, each with the count 0. The compiler checks that none is missing.

import type { Subprotocol } from "../../protocol/capabilities.ts";
import type { ReceivedOp } from "../../session/session_counter.ts";
import type { FailureSource } from "../failure_log.ts";
import type { DisconnectionReason, HandshakeRefusal, LimitName } from "./server_stats.ts";

/** Counts by name. */
type Counts<Name extends string> = Record<Name, number>;

/** Messages from clients. */
export const NO_MESSAGES: Readonly<Counts<ReceivedOp>> = {
  subscribe: 0,
  unsubscribe: 0,
  advertise: 0,
  unadvertise: 0,
  messageData: 0,
  getParameters: 0,
  setParameters: 0,
  subscribeParameterUpdates: 0,
  unsubscribeParameterUpdates: 0,
  serviceCallRequest: 0,
  subscribeConnectionGraph: 0,
  unsubscribeConnectionGraph: 0,
  fetchAsset: 0,
  playbackControlRequest: 0,
  invalid: 0,
};

/** Clients that have connected. */
export const NO_CONNECTIONS: Readonly<Counts<Subprotocol | "none">> = {
  "foxglove.sdk.v1.1": 0,
  "foxglove.sdk.v1": 0,
  "foxglove.websocket.v1": 0,
  none: 0,
};

/** Clients that were disconnected. */
export const NO_DISCONNECTIONS: Readonly<Counts<DisconnectionReason>> = {
  client: 0,
  error: 0,
  idle: 0,
  stuck: 0,
  overflow: 0,
  excess: 0,
  program: 0,
  reload: 0,
  shutdown: 0,
};

/** Rejected handshakes. */
export const NO_REFUSALS: Readonly<Counts<HandshakeRefusal>> = {
  malformed: 0,
  path: 0,
  origin: 0,
  subprotocol: 0,
  full: 0,
  addressFull: 0,
  unauthorized: 0,
  failed: 0,
  timeout: 0,
  left: 0,
  shutdown: 0,
};

/** Limits that clients exceeded. */
export const NO_LIMIT_HITS: Readonly<Counts<LimitName>> = {
  maxClients: 0,
  maxClientsPerAddress: 0,
  maxSubscriptions: 0,
  maxClientChannels: 0,
  maxParameters: 0,
  maxPendingRequests: 0,
  maxQueuedRequests: 0,
  maxRequestBytes: 0,
  maxTotalRequestBytes: 0,
  maxNameLength: 0,
  maxJsonDepth: 0,
  maxJsonValues: 0,
  maxMessageBytes: 0,
  maxTextBytes: 0,
  maxMessagesPerSecond: 0,
  maxBytesPerSecond: 0,
  maxAssetBytes: 0,
};

/** Failures of the program's code. */
export const NO_FAILURES: Readonly<Counts<FailureSource>> = {
  onSubscribe: 0,
  onUnsubscribe: 0,
  onClientSubscribe: 0,
  onClientUnsubscribe: 0,
  onClientConnect: 0,
  onClientDisconnect: 0,
  onClientAdvertise: 0,
  onClientUnadvertise: 0,
  onClientMessage: 0,
  onServiceRequest: 0,
  onGetParameters: 0,
  onSetParameters: 0,
  onParametersSubscribe: 0,
  onConnectionGraphSubscribe: 0,
  onFetchAsset: 0,
  onPlaybackControl: 0,
  onError: 0,
  authorize: 0,
  channelFilter: 0,
  clientChannelFilter: 0,
  fallback: 0,
  keyBy: 0,
  onChange: 0,
  sink: 0,
};
