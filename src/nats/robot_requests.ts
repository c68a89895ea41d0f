// answerRequest(): answers the request of an edge by a request to the robot's own server.

import { textOf } from "../error_text.ts";
import type { ServiceId } from "../protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { Service } from "../protocol/services.ts";
import type { Upstream } from "../relay/mirror/upstream.ts";
import type { RequestKind } from "./subjects.ts";
import { decodeClientBody, encodeServerBody } from "./wire.ts";

/** Which message belongs to which kind, so that permissions of NATS for subjects cannot be evaded. */
const OPS: Readonly<Record<RequestKind, ClientMessage["op"]>> = {
  call: "serviceCallRequest",
  get: "getParameters",
  set: "setParameters",
  asset: "fetchAsset",
  playback: "playbackControlRequest",
};

/** What answers requests. */
export interface Answerer {
  readonly upstream: Upstream;
  /** Ends all requests. */
  readonly signal: AbortSignal;
  service(id: ServiceId): Service | undefined;
}

/** Returns the response. A failure of any kind is a `serviceCallFailure` with the reason. */
export async function answerRequest(
  answerer: Answerer,
  kind: string | undefined,
  body: Uint8Array,
): Promise<Uint8Array> {
  try {
    const request = decodeClientBody(body);
    if (!request || request.op !== OPS[kind as RequestKind]) throw new TypeError("the request is not valid");
    return encodeServerBody(await answer(answerer, request));
  } catch (error) {
    return failureBody(textOf(error));
  }
}

/** Returns the response to a request of any kind that has failed. */
export function failureBody(message: string): Uint8Array {
  return encodeServerBody({ op: "serviceCallFailure", serviceId: 0 as ServiceId, callId: 0, message });
}

async function answer({ upstream, signal, service }: Answerer, request: ClientMessage): Promise<ServerMessage> {
  switch (request.op) {
    case "serviceCallRequest": {
      const { serviceId, callId, encoding, payload } = request;
      const called = service(serviceId);
      if (!called) throw new Error("the service does not exist any more");
      const result = await upstream.callService(called, encoding, payload, signal);
      return { op: "serviceCallResponse", serviceId, callId, ...result };
    }
    case "getParameters":
      return { op: "parameterValues", parameters: await upstream.getParameters(request.parameterNames, signal) };
    case "setParameters":
      return { op: "parameterValues", parameters: await upstream.setParameters(request.parameters, signal) };
    case "fetchAsset": {
      const data = await upstream.fetchAsset(request.uri, signal);
      return { op: "fetchAssetResponse", requestId: request.requestId, status: "success", data };
    }
    case "playbackControlRequest": {
      const { command, speed, seekTime } = request;
      const change = { command, speed, ...(seekTime !== undefined && { seekTime }) };
      return { op: "playbackState", ...await upstream.controlPlayback(change, signal) };
    }
    default:
      throw new TypeError("the request is not valid");
  }
}
