// encodeServerMessage() and encodeClientMessage(): write the messages that a WebSocket sends.

import { writeFetchAsset, writeFetchAssetResponse } from "./assets.ts";
import type { Encodable } from "./bytes.ts";
import { writeAdvertise, writeSubscribe, writeUnadvertise, writeUnsubscribe } from "./channels.ts";
import { writeClientAdvertise, writeClientMessageData, writeClientUnadvertise } from "./client_publish.ts";
import { writeConnectionGraphUpdate } from "./connection_graph.ts";
import { writeMessageData, writeTime } from "./message_data.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { writeGetParameters, writeSubscribeParameterUpdates, writeUnsubscribeParameterUpdates } from "./parameters.ts";
import { writePlaybackControlRequest, writePlaybackState } from "./playback.ts";
import { writeServerInfo } from "./server_info.ts";
import {
  writeAdvertiseServices,
  writeServiceCallFailure,
  writeServiceCallRequest,
  writeServiceCallResponse,
  writeUnadvertiseServices,
} from "./services.ts";
import { writeRemoveStatus, writeStatus } from "./status.ts";
import { writeParameterValues, writeSetParameters } from "./written_parameters.ts";

/**
 * Encodes a message from a server, as JSON text or as a binary frame. The frame does not share memory with the message.
 *
 * Absent fields and empty `metadata` are left out. Payloads, asset data and schemas may be bytes of any type: see {@linkcode ByteSource}.
 *
 * @example
 * ```ts
 * import { encodeServerMessage, StatusLevel } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const text = encodeServerMessage({ op: "status", level: StatusLevel.WARNING, message: "camera 2 is warming up" });
 * assertEquals(text, '{"op":"status","level":1,"message":"camera 2 is warming up"}');
 * ```
 *
 * @throws {RangeError} If a number is out of range for its field.
 * @throws {TypeError} If a field is missing, or its value is of the wrong type or not allowed.
 */
export function encodeServerMessage(message: Encodable<ServerMessage>): string | Uint8Array<ArrayBuffer> {
  switch (message.op) {
    case "messageData":
      return writeMessageData(message);
    case "time":
      return writeTime(message);
    case "serviceCallResponse":
      return writeServiceCallResponse(message);
    case "fetchAssetResponse":
      return writeFetchAssetResponse(message);
    case "playbackState":
      return writePlaybackState(message);
    case "serverInfo":
      return JSON.stringify(writeServerInfo(message));
    case "status":
      return JSON.stringify(writeStatus(message));
    case "removeStatus":
      return JSON.stringify(writeRemoveStatus(message));
    case "advertise":
      return JSON.stringify(writeAdvertise(message));
    case "unadvertise":
      return JSON.stringify(writeUnadvertise(message));
    case "parameterValues":
      return writeParameterValues(message);
    case "advertiseServices":
      return JSON.stringify(writeAdvertiseServices(message));
    case "unadvertiseServices":
      return JSON.stringify(writeUnadvertiseServices(message));
    case "serviceCallFailure":
      return JSON.stringify(writeServiceCallFailure(message));
    case "connectionGraphUpdate":
      return JSON.stringify(writeConnectionGraphUpdate(message));
    default:
      throw unknownOp(message satisfies never);
  }
}

/**
 * Encodes a message from a client, as JSON text or as a binary frame. The frame does not share memory with the message.
 *
 * Absent fields are left out. Payloads and schemas may be bytes of any type: see {@linkcode ByteSource}.
 *
 * @example
 * ```ts
 * import { type ChannelId, encodeClientMessage, type SubscriptionId } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const subscription = { id: 0 as SubscriptionId, channelId: 4 as ChannelId };
 * const text = encodeClientMessage({ op: "subscribe", subscriptions: [subscription] });
 * assertEquals(text, '{"op":"subscribe","subscriptions":[{"id":0,"channelId":4}]}');
 * ```
 *
 * @throws {RangeError} If a number is out of range for its field.
 * @throws {TypeError} If a field is missing, or its value is of the wrong type or not allowed.
 */
export function encodeClientMessage(message: Encodable<ClientMessage>): string | Uint8Array<ArrayBuffer> {
  switch (message.op) {
    case "messageData":
      return writeClientMessageData(message);
    case "serviceCallRequest":
      return writeServiceCallRequest(message);
    case "playbackControlRequest":
      return writePlaybackControlRequest(message);
    case "subscribe":
      return JSON.stringify(writeSubscribe(message));
    case "unsubscribe":
      return JSON.stringify(writeUnsubscribe(message));
    case "advertise":
      return JSON.stringify(writeClientAdvertise(message));
    case "unadvertise":
      return JSON.stringify(writeClientUnadvertise(message));
    case "getParameters":
      return JSON.stringify(writeGetParameters(message));
    case "setParameters":
      return writeSetParameters(message);
    case "subscribeParameterUpdates":
      return JSON.stringify(writeSubscribeParameterUpdates(message));
    case "unsubscribeParameterUpdates":
      return JSON.stringify(writeUnsubscribeParameterUpdates(message));
    case "subscribeConnectionGraph":
    case "unsubscribeConnectionGraph":
      return JSON.stringify({ op: message.op });
    case "fetchAsset":
      return JSON.stringify(writeFetchAsset(message));
    default:
      throw unknownOp(message satisfies never);
  }
}

function unknownOp(message: { op: unknown }): TypeError {
  return new TypeError(`Cannot write message: unknown op "${message.op}"`);
}
