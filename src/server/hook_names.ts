// HOOK_NAMES: the names of all hooks of a listener.

import type { FoxgloveServerListener } from "./listener.ts";
import type { MemberNames } from "./misspelled.ts";

/** The names of all hooks. */
export const HOOK_NAMES: MemberNames<FoxgloveServerListener> = {
  onSubscribe: true,
  onUnsubscribe: true,
  onClientSubscribe: true,
  onClientUnsubscribe: true,
  onClientConnect: true,
  onClientDisconnect: true,
  onClientAdvertise: true,
  onClientUnadvertise: true,
  onClientMessage: true,
  onServiceRequest: true,
  onGetParameters: true,
  onSetParameters: true,
  onParametersSubscribe: true,
  onConnectionGraphSubscribe: true,
  onFetchAsset: true,
  onPlaybackControl: true,
  onError: true,
};
