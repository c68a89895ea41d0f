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

/** Kinds of requests that a client waits on; each has a limit of its own on how many may be open. */
export type RequestKind = "services" | "assets" | "parameters" | "playback";

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
  | RequestEffect;

/** A subscription of the client. It keeps what is looked up for each of them, because one message may have 10,000. */
export interface ActiveSubscription {
  readonly subscriptionId: SubscriptionId;
  readonly entry: { readonly channel: Channel; reportedCount: number };
  /** Whether its begin was reported to the hooks. */
  isReported: boolean;
}

/** A request: when its answer is settled, `ClientSession.settle()` is owed. */
export type RequestEffect =
  | { do: "callService"; service: Service; request: ServiceCallRequest }
  | { do: "getParameters"; request: GetParameters }
  | { do: "setParameters"; request: SetParameters }
  | { do: "watchAllParameters"; watch: WatchAll }
  | { do: "fetchAsset"; request: FetchAsset }
  | { do: "controlPlayback"; request: PlaybackControlRequest };

/** A client's wish to watch all parameters, while it is found out which these are. */
export interface WatchAll {
  /** What it no longer wants of them by now. */
  readonly except: Set<string>;
  /** It wants none any more. */
  ended: boolean;
}

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
