// CLIENT_WRITER: writes all messages that a client sends.

import { writeFetchAsset } from "./assets.ts";
import { writeSubscribe, writeUnsubscribe } from "./channels.ts";
import { writeClientAdvertise, writeClientMessageData, writeClientUnadvertise } from "./client_publish.ts";
import { writeGetParameters, writeSubscribeParameterUpdates, writeUnsubscribeParameterUpdates } from "./parameters.ts";
import { writePlaybackControlRequest } from "./playback.ts";
import { writeServiceCall } from "./services.ts";
import { writeSetParameters } from "./written_parameters.ts";
import { CodecWriter } from "./codec_writer.ts";
import type { ClientMessage } from "./messages.ts";
import { CLIENT_OPCODES } from "./opcodes.ts";

/** Writes each {@linkcode ClientMessage}. */
export const CLIENT_WRITER: CodecWriter<ClientMessage> = new CodecWriter<
  ClientMessage,
  keyof typeof CLIENT_OPCODES
>(CLIENT_OPCODES, {
  subscribe: writeSubscribe,
  unsubscribe: writeUnsubscribe,
  advertise: writeClientAdvertise,
  unadvertise: writeClientUnadvertise,
  messageData: writeClientMessageData,
  getParameters: writeGetParameters,
  setParameters: writeSetParameters,
  subscribeParameterUpdates: writeSubscribeParameterUpdates,
  unsubscribeParameterUpdates: writeUnsubscribeParameterUpdates,
  serviceCallRequest: writeServiceCall,
  subscribeConnectionGraph: () => ({ op: "subscribeConnectionGraph" }),
  unsubscribeConnectionGraph: () => ({ op: "unsubscribeConnectionGraph" }),
  fetchAsset: writeFetchAsset,
  playbackControlRequest: writePlaybackControlRequest,
});
