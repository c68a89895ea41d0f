// encodeMessage(): encodes the messages that a client sends.

import { writeFetchAsset } from "../protocol/assets.ts";
import { writeClientAdvertise, writeClientMessageData } from "../protocol/client_publish.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { CLIENT_OPCODES } from "../protocol/opcodes.ts";
import { writeGetParameters } from "../protocol/parameters.ts";
import { writePlaybackControlRequest } from "../protocol/playback.ts";
import { writeServiceCall } from "../protocol/services.ts";
import { writeSetParameters } from "../protocol/written_parameters.ts";

/**
 * Encodes a message like `encodeClientMessage()`. Only values that come from the program are checked, to keep bundles
 * small: the other messages consist of ids that the client has chosen, and of names that it has checked.
 *
 * @throws {TypeError | RangeError} When a value of the program cannot be sent.
 */
export function encodeMessage(message: ClientMessage): string | Uint8Array<ArrayBuffer> {
  switch (message.op) {
    case "messageData":
      return writeClientMessageData(message, CLIENT_OPCODES.messageData);
    case "serviceCallRequest":
      return writeServiceCall(message, CLIENT_OPCODES.serviceCallRequest);
    case "playbackControlRequest":
      return writePlaybackControlRequest(message, CLIENT_OPCODES.playbackControlRequest);
    case "setParameters":
      return writeSetParameters(message);
    case "advertise":
      return JSON.stringify(writeClientAdvertise(message));
    case "getParameters":
      return JSON.stringify(writeGetParameters(message));
    case "fetchAsset":
      return JSON.stringify(writeFetchAsset(message));
    default:
      return JSON.stringify(message);
  }
}
