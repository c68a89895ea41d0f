// SERVER_WRITER: writes all messages that a server sends.

import { writeFetchAssetResponse } from "./assets.ts";
import { writeAdvertise, writeUnadvertise } from "./channels.ts";
import { writeConnectionGraphUpdate } from "./connection_graph.ts";
import { writeMessageData, writeTime } from "./message_data.ts";
import { writePlaybackState } from "./playback.ts";
import { writeServerInfo } from "./server_info.ts";
import {
  writeAdvertiseServices,
  writeServiceCall,
  writeServiceCallFailure,
  writeUnadvertiseServices,
} from "./services.ts";
import { writeRemoveStatus, writeStatus } from "./status.ts";
import { writeParameterValues } from "./written_parameters.ts";
import { CodecWriter } from "./codec_writer.ts";
import type { ServerMessage } from "./messages.ts";
import { SERVER_OPCODES } from "./opcodes.ts";

/** Writes each {@linkcode ServerMessage}. */
export const SERVER_WRITER: CodecWriter<ServerMessage> = new CodecWriter<
  ServerMessage,
  keyof typeof SERVER_OPCODES
>(SERVER_OPCODES, {
  serverInfo: writeServerInfo,
  status: writeStatus,
  removeStatus: writeRemoveStatus,
  advertise: writeAdvertise,
  unadvertise: writeUnadvertise,
  messageData: writeMessageData,
  time: writeTime,
  parameterValues: writeParameterValues,
  advertiseServices: writeAdvertiseServices,
  unadvertiseServices: writeUnadvertiseServices,
  serviceCallResponse: writeServiceCall,
  serviceCallFailure: writeServiceCallFailure,
  connectionGraphUpdate: writeConnectionGraphUpdate,
  fetchAssetResponse: writeFetchAssetResponse,
  playbackState: writePlaybackState,
});
