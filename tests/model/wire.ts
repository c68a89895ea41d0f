// wireOf(): what a client sends to say something.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import { bytes, clientChannel, service } from "../support/conversation.ts";
import type { ClientsOperation } from "./operations.ts";

/** Text or a binary frame. */
export function wireOf(operation: ClientsOperation): string | Uint8Array {
  switch (operation.do) {
    case "say":
      return encodeClientMessage(operation.message);
    case "babble":
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
    case "steer": {
      const { speed, requestId } = operation;
      return encodeClientMessage({ op: "playbackControlRequest", command: "play", speed, requestId });
    }
  }
}
