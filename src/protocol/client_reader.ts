// CLIENT_READER: reads all messages that a client sends.

import { readFetchAsset } from "./assets.ts";
import { readSubscribe, readUnsubscribe } from "./channels.ts";
import { readClientAdvertise, readClientMessageData, readClientUnadvertise } from "./client_publish.ts";
import {
  readGetParameters,
  readSetParameters,
  readSubscribeParameterUpdates,
  readUnsubscribeParameterUpdates,
} from "./parameters.ts";
import { readPlaybackControlRequest } from "./playback.ts";
import { readServiceCallRequest } from "./services.ts";
import { CodecReader } from "./codec_reader.ts";
import type { ClientMessage } from "./messages.ts";
import { CLIENT_OPCODES } from "./opcodes.ts";

/** Reads each {@linkcode ClientMessage}. */
export const CLIENT_READER: CodecReader<ClientMessage> = new CodecReader<
  ClientMessage,
  keyof typeof CLIENT_OPCODES
>("client", CLIENT_OPCODES, {
  subscribe: readSubscribe,
  unsubscribe: readUnsubscribe,
  advertise: readClientAdvertise,
  unadvertise: readClientUnadvertise,
  messageData: readClientMessageData,
  getParameters: readGetParameters,
  setParameters: readSetParameters,
  subscribeParameterUpdates: readSubscribeParameterUpdates,
  unsubscribeParameterUpdates: readUnsubscribeParameterUpdates,
  serviceCallRequest: readServiceCallRequest,
  subscribeConnectionGraph: () => ({ op: "subscribeConnectionGraph" }),
  unsubscribeConnectionGraph: () => ({ op: "unsubscribeConnectionGraph" }),
  fetchAsset: readFetchAsset,
  playbackControlRequest: readPlaybackControlRequest,
});
