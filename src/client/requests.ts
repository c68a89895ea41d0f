// Requests: what a client has asked of the server, and how each ends.

import type { FetchAssetResponse } from "../protocol/assets.ts";
import type { ServiceId } from "../protocol/ids.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter, ParameterValues } from "../protocol/parameters.ts";
import type { PlaybackControlRequest, PlaybackState } from "../protocol/playback.ts";
import type { ProtocolError } from "../protocol/protocol_error.ts";
import type { ServiceCallFailure, ServiceCallResponse } from "../protocol/services.ts";
import { RequestError } from "./errors.ts";
import { PendingRequests } from "./pending_requests.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** What a service answered. */
export interface ServiceResult {
  /** Of the payload. */
  encoding: string;
  /** A view of the frame as it was received, not a copy: it may be kept. */
  payload: Uint8Array;
}

/** The open requests of one client. */
export class Requests {
  readonly #send: (message: ClientMessage) => void;
  readonly #calls = new PendingRequests<number, ServiceResult>();
  readonly #assets = new PendingRequests<number, Uint8Array>();
  readonly #gets = new PendingRequests<string, readonly Parameter[]>();
  readonly #sets = new PendingRequests<string, readonly Parameter[]>();
  readonly #playback = new PendingRequests<string, PlaybackState>();
  readonly #callIds = new WrappingIds<"call">((id) => this.#calls.has(id));
  readonly #assetIds = new WrappingIds<"asset">((id) => this.#assets.has(id));
  /** At the end of request ids, so that none is found within another, or by chance in a text. */
  readonly #suffix = Math.random().toString(36).slice(2, 8).padEnd(6, "0");
  #lastRequest = 0;

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  callService(
    serviceId: ServiceId,
    encoding: string,
    payload: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<ServiceResult> {
    const callId = this.#callIds.next();
    this.#send({ op: "serviceCallRequest", serviceId, callId, encoding, payload });
    return this.#calls.add(callId, signal);
  }

  fetchAsset(uri: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const requestId = this.#assetIds.next();
    this.#send({ op: "fetchAsset", uri, requestId });
    return this.#assets.add(requestId, signal);
  }

  getParameters(parameterNames: readonly string[], signal: AbortSignal | undefined): Promise<readonly Parameter[]> {
    const id = this.#nextId("get");
    this.#send({ op: "getParameters", parameterNames, id });
    return this.#gets.add(id, signal);
  }

  setParameters(parameters: readonly Parameter[], signal: AbortSignal | undefined): Promise<readonly Parameter[]> {
    const id = this.#nextId("set");
    this.#send({ op: "setParameters", parameters, id });
    return this.#sets.add(id, signal);
  }

  playback(
    request: Omit<PlaybackControlRequest, "op" | "requestId">,
    signal: AbortSignal | undefined,
  ): Promise<PlaybackState> {
    const requestId = this.#nextId("playback");
    this.#send({ ...request, op: "playbackControlRequest", requestId });
    return this.#playback.add(requestId, signal);
  }

  // Each of the following returns whether the answer was asked for.

  serviceAnswered({ callId, encoding, payload }: ServiceCallResponse): boolean {
    return this.#calls.resolve(callId, { encoding, payload });
  }

  serviceFailed({ callId, message }: Pick<ServiceCallFailure, "callId" | "message">): boolean {
    return this.#calls.reject(callId, new RequestError("callService", message));
  }

  assetAnswered(response: FetchAssetResponse): boolean {
    if (response.status === "success") return this.#assets.resolve(response.requestId, response.data);
    return this.#assets.reject(response.requestId, new RequestError("fetchAsset", response.error));
  }

  parametersAnswered({ id = "", parameters }: ParameterValues): boolean {
    return this.#gets.resolve(id, parameters) || this.#sets.resolve(id, parameters);
  }

  playbackAnswered({ requestId = "", ...state }: PlaybackState): boolean {
    return this.#playback.resolve(requestId, { ...state, requestId });
  }

  /** The protocol has no failure for these requests: servers that tell which one failed do so in a status for people. */
  errorTold(message: string): void {
    const kinds = [["getParameters", this.#gets], ["setParameters", this.#sets], ["playback", this.#playback]] as const;
    for (const [kind, pending] of kinds) {
      for (const id of [...pending.keys()]) {
        if (message.includes(id)) pending.reject(id, new RequestError(kind, message));
      }
    }
  }

  /** An answer came that cannot be read; whose it was may be known nevertheless. */
  answerBroken({ serviceCall, assetRequestId, message }: ProtocolError): void {
    if (serviceCall) this.serviceFailed({ callId: serviceCall.callId, message });
    if (assetRequestId !== undefined) {
      this.#assets.reject(assetRequestId, new RequestError("fetchAsset", message));
    }
  }

  /** The connection is gone, and with it all answers. */
  rejectAll(error: Error): void {
    for (const pending of [this.#calls, this.#assets, this.#gets, this.#sets, this.#playback]) pending.rejectAll(error);
  }

  #nextId(kind: string): string {
    this.#lastRequest += 1;
    return `${kind}-${this.#lastRequest}-${this.#suffix}`;
  }
}
