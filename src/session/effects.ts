// Effects: what the server has to do because a client said something, as data.

import type { FetchAsset } from "../protocol/assets.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ClientChannelId, SubscriptionId } from "../protocol/ids.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { GetParameters, SetParameters } from "../protocol/parameters.ts";
import type { PlaybackControlRequest } from "../protocol/playback.ts";
import type { Service, ServiceCallRequest } from "../protocol/services.ts";
import { StatusLevel } from "../protocol/status.ts";
import type { WatchAll } from "./watch_alls.ts";

/** Kinds of requests that a client waits on; each has a limit of its own on how many may be open. */
export type RequestKind = "services" | "playback" | QueuedKind;

/** The kinds of which some or all requests may wait until they are started. */
export type QueuedKind = "assets" | "parameters" | "graph";

/** One thing to do for the client whose message it follows from. The state is already changed when it is carried out. */
export type Effect =
  | { do: "send"; message: ServerMessage }
  /** Tell the client what it did wrong, unless it has been told too often. `id` is the id of a request that failed. */
  | { do: "complain"; level: StatusLevel; text: string; id?: string }
  | { do: "subscribed" | "unsubscribed"; subscription: ActiveSubscription }
  | { do: "clientAdvertised"; channel: ClientChannel }
  | { do: "clientUnadvertised"; channelId: ClientChannelId }
  | { do: "clientMessage"; channelId: ClientChannelId; payload: Uint8Array }
  | { do: "parametersWatched"; names: readonly string[]; watched: boolean }
  | { do: "graphWatched"; watched: boolean }
  /** A request was queued: start those of its kind that may be started. */
  | { do: "startQueued"; kind: QueuedKind }
  | Exclude<RequestEffect, QueuedRequest>;

/** A subscription of the client. It keeps what is looked up for each of them, because one message may have 10,000. */
export interface ActiveSubscription {
  readonly subscriptionId: SubscriptionId;
  readonly entry: { readonly channel: Channel; reportedCount: number };
  /** Whether its begin was reported to the hooks. */
  isReported: boolean;
}

/** A request: when its answer is settled, `OpenRequests.settle()` is owed. */
export type RequestEffect =
  | Costly<{ do: "callService"; service: Service; request: ServiceCallRequest }>
  | Costly<{ do: "setParameters"; request: SetParameters }>
  | Costly<{ do: "controlPlayback"; request: PlaybackControlRequest }>
  | QueuedRequest;

/** A request that may wait until it is started. */
export type QueuedRequest =
  | Costly<{ do: "getParameters"; request: GetParameters }>
  | Costly<{ do: "watchAllParameters"; watch: WatchAll }>
  | Costly<{ do: "fetchAsset"; request: FetchAsset }>
  | Costly<{ do: "sendGraph" }>;

/** `bytes`: how much memory the request takes while it is open. */
type Costly<Request> = Request & { readonly bytes: number };

/** A complaint about something that may be no more than bad timing. */
export function warning(text: string): Effect {
  return { do: "complain", level: StatusLevel.WARNING, text };
}

/**
 * A complaint about something that is wrong. Clients find out by `requestId` which of their requests failed; it is not part of the text,
 * because apps show the same text only once.
 */
export function error(text: string, requestId?: string): Effect {
  return { do: "complain", level: StatusLevel.ERROR, text, ...(requestId === undefined ? {} : { id: requestId }) };
}
