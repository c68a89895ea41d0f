// MessageSummary: the parts of a server's message that the model can predict.

import type { ServerMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";

/** A message without texts for people, and without values that are the same in every test. */
export type MessageSummary =
  | { op: "serverInfo"; sessionId: string }
  | { op: "advertise" | "unadvertise" | "advertiseServices" | "unadvertiseServices"; ids: number[] }
  | { op: "messageData"; subscriptionId: number; text: string }
  | { op: "error"; level: number; id?: string }
  | { op: "status"; text: string; id?: string }
  | { op: "removeStatus"; ids: string[] }
  | { op: "parameterValues"; parameters: Parameter[]; id?: string }
  | { op: "time" | "playbackState"; at: number }
  | { op: "connectionGraphUpdate" }
  | { op: "serviceCallResponse"; serviceId: number; callId: number; encoding: string }
  | { op: "serviceCallFailure"; serviceId: number; callId: number }
  | { op: "fetchAssetResponse"; requestId: number; status: "success" | "error" };

/** Reduces a message to the parts that the model can predict. */
export function summaryOf(message: ServerMessage): MessageSummary {
  const { op } = message;
  switch (op) {
    case "serverInfo":
      return { op, sessionId: message.sessionId ?? "" };
    case "advertise":
      return { op, ids: message.channels.map(({ id }) => id) };
    case "unadvertise":
      return { op, ids: [...message.channelIds] };
    case "advertiseServices":
      return { op, ids: message.services.map(({ id }) => id) };
    case "unadvertiseServices":
      return { op, ids: [...message.serviceIds] };
    case "messageData":
      return { op, subscriptionId: message.subscriptionId, text: new TextDecoder().decode(message.payload) };
    case "status": {
      const id = message.id === undefined ? {} : { id: message.id };
      return message.message.startsWith("Cannot ")
        ? { op: "error", level: message.level, ...id }
        : { op, text: message.message, ...id };
    }
    case "removeStatus":
      return { op, ids: [...message.statusIds] };
    case "parameterValues":
      return { op, parameters: [...message.parameters], ...(message.id === undefined ? {} : { id: message.id }) };
    case "time":
      return { op, at: Number(message.timestamp) };
    case "playbackState":
      return { op, at: Number(message.currentTime) };
    case "connectionGraphUpdate":
      return { op };
    case "serviceCallResponse":
      return { op, serviceId: message.serviceId, callId: message.callId, encoding: message.encoding };
    case "serviceCallFailure":
      return { op, serviceId: message.serviceId, callId: message.callId };
    case "fetchAssetResponse":
      return { op, requestId: message.requestId, status: message.status };
    default:
      return message satisfies never;
  }
}
