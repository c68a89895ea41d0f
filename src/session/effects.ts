// Effects: the actions that follow from a client's message, as data. The server carries them out.

import type { FetchAsset } from "../protocol/assets.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { Channel } from "../protocol/channels.ts";
import type { SubscriptionId } from "../protocol/ids.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { GetParameters, SetParameters } from "../protocol/parameters.ts";
import type { PlaybackControlRequest } from "../protocol/playback.ts";
import type { Service, ServiceCallRequest } from "../protocol/services.ts";
import { StatusLevel } from "../protocol/status.ts";
import type { RequestType } from "./session_counter.ts";
import type { WatchAll } from "./watch_alls.ts";

/** Kinds of requests that the server must answer. The number of open requests is limited for each kind. */
export type RequestKind = "services" | "playback" | QueuedKind;

/** The kinds whose requests can be queued, all of them or some of them. */
export type QueuedKind = "assets" | "parameters" | "graph";

/**
 * One action for the client that sent the message. The session state has already changed when the server carries it
 * out.
 */
export type Effect =
  | { type: "send"; message: ServerMessage }
  /**
   * Send a status about a wrong message. `id`: the id of the failed request. Too many statuses without an id are
   * dropped.
   */
  | { type: "sendStatus"; level: StatusLevel; text: string; id?: string }
  | { type: "subscribed" | "unsubscribed"; subscription: ActiveSubscription }
  | { type: "clientAdvertised"; channel: ClientChannel }
  | { type: "clientUnadvertised"; channel: ClientChannel }
  | { type: "clientMessage"; channel: ClientChannel; payload: Uint8Array }
  | { type: "parametersWatched"; names: readonly string[]; watched: boolean }
  | { type: "graphWatched"; watched: boolean }
  /** A request was queued: start the requests of this kind that the limits allow. */
  | { type: "startQueued"; kind: QueuedKind }
  | Exclude<RequestEffect, QueuedRequest>;

/**
 * A subscription of the client. Keeps its channel entry to avoid lookups, because one message may contain 10,000
 * subscriptions.
 */
export interface ActiveSubscription {
  readonly subscriptionId: SubscriptionId;
  readonly entry: { readonly channel: Channel; reportedCount: number };
  /** Whether its start was reported to the hooks. */
  isReported: boolean;
}

/** A request. The server must call `OpenRequests.settle()` when the request is answered or abandoned. */
export type RequestEffect =
  | Costly<{ type: "callService"; service: Service; request: ServiceCallRequest }>
  | Costly<{ type: "setParameters"; request: SetParameters }>
  | Costly<{ type: "controlPlayback"; request: PlaybackControlRequest }>
  | QueuedRequest;

/** The kind of each request. */
export const REQUEST_KINDS:
  & Readonly<Record<RequestType, RequestKind>>
  & Readonly<Record<QueuedRequest["type"], QueuedKind>> = {
    callService: "services",
    fetchAsset: "assets",
    getParameters: "parameters",
    setParameters: "parameters",
    watchAllParameters: "parameters",
    controlPlayback: "playback",
    sendGraph: "graph",
  };

/** A request that can be queued. */
export type QueuedRequest =
  | Costly<{ type: "getParameters"; request: GetParameters }>
  | Costly<{ type: "watchAllParameters"; watch: WatchAll }>
  | Costly<{ type: "fetchAsset"; request: FetchAsset }>
  | Costly<{ type: "sendGraph" }>;

/** `bytes`: the memory that the request takes while it is open. */
type Costly<Request> = Request & { readonly bytes: number };

/** A WARNING status, for a problem that may be caused by timing alone. */
export function warning(text: string): Effect {
  return { type: "sendStatus", level: StatusLevel.WARNING, text };
}

/**
 * An ERROR status. Clients find out by `requestId` which of their requests failed. The id is not part of the text,
 * because apps show the same text only once.
 */
export function error(text: string, requestId?: string): Effect {
  return { type: "sendStatus", level: StatusLevel.ERROR, text, ...(requestId === undefined ? {} : { id: requestId }) };
}
