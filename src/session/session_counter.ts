// SessionCounter: counts the events of all sessions of a server, for its statistics.

import type { LimitCounter } from "./session_limits.ts";

/** The `op` of a message from a client. `invalid`: the message was not valid, or too large to be read. */
export type ReceivedOp =
  | "subscribe"
  | "unsubscribe"
  | "advertise"
  | "unadvertise"
  | "messageData"
  | "getParameters"
  | "setParameters"
  | "subscribeParameterUpdates"
  | "unsubscribeParameterUpdates"
  | "serviceCallRequest"
  | "subscribeConnectionGraph"
  | "unsubscribeConnectionGraph"
  | "fetchAsset"
  | "playbackControlRequest"
  | "invalid";

/**
 * A kind of request that the server must answer. `watchAllParameters` is a subscription to all parameters; a
 * subscription to parameters by their names needs no answer. `sendGraph` is a subscription to the connection graph.
 */
export type RequestType =
  | "callService"
  | "fetchAsset"
  | "getParameters"
  | "setParameters"
  | "watchAllParameters"
  | "sendGraph"
  | "controlPlayback";

/** Counts what happens in sessions. */
export interface SessionCounter extends LimitCounter {
  /** Counts a message from a client. Text counts one byte for each UTF-16 unit. */
  received(op: ReceivedOp, bytes: number): void;
  /** Counts a request that did not start: it was rejected, or its client left while it was queued. */
  requestNotStarted(type: RequestType, outcome: "refused" | "cancelled"): void;
}

/** Counts nothing. */
export const NO_COUNTER: SessionCounter = { received() {}, requestNotStarted() {}, limitHit() {} };
