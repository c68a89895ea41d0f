// SERVER_READER: reads all messages that a server sends.

import { readFetchAssetResponse } from "./assets.ts";
import { readAdvertise, readUnadvertise } from "./channels.ts";
import { readConnectionGraphUpdate } from "./connection_graph.ts";
import { readMessageData, readTime } from "./message_data.ts";
import { readParameterValues } from "./parameters.ts";
import { readPlaybackState } from "./playback.ts";
import { readServerInfo } from "./server_info.ts";
import {
  readAdvertiseServices,
  readServiceCallFailure,
  readServiceCallResponse,
  readUnadvertiseServices,
} from "./services.ts";
import { readRemoveStatus, readStatus } from "./status.ts";
import { CodecReader } from "./codec_reader.ts";
import type { ServerMessage } from "./messages.ts";
import { SERVER_OPCODES } from "./opcodes.ts";

/** Reads each {@linkcode ServerMessage}. */
export const SERVER_READER: CodecReader<ServerMessage> = new CodecReader<
  ServerMessage,
  keyof typeof SERVER_OPCODES
>("server", SERVER_OPCODES, {
  serverInfo: readServerInfo,
  status: readStatus,
  removeStatus: readRemoveStatus,
  advertise: readAdvertise,
  unadvertise: readUnadvertise,
  messageData: readMessageData,
  time: readTime,
  parameterValues: readParameterValues,
  advertiseServices: readAdvertiseServices,
  unadvertiseServices: readUnadvertiseServices,
  serviceCallResponse: readServiceCallResponse,
  serviceCallFailure: readServiceCallFailure,
  connectionGraphUpdate: readConnectionGraphUpdate,
  fetchAssetResponse: readFetchAssetResponse,
  playbackState: readPlaybackState,
});
