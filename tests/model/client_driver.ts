// The client driver of the model tests: encodes the operations of clients.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import { bytes, clientChannel, service } from "../support/conversation.ts";
import type { ClientOperation } from "./operations.ts";

/** Returns text or a binary frame. */
export function encodeOperation(operation: ClientOperation): string | Uint8Array {
  switch (operation.type) {
    case "message":
      return encodeClientMessage(operation.message);
    case "invalidText":
      return operation.text;
    case "publish": {
      const channelId = clientChannel(operation.channelId);
      return encodeClientMessage({ op: "messageData", channelId, payload: bytes(operation.text) });
    }
    case "call": {
      const { callId, encoding } = operation;
      const serviceId = service(operation.serviceId);
      return encodeClientMessage({ op: "serviceCallRequest", serviceId, callId, encoding, payload: bytes("{}") });
    }
    case "controlPlayback": {
      const { speed, requestId } = operation;
      return encodeClientMessage({ op: "playbackControlRequest", command: "play", speed, requestId });
    }
  }
}
