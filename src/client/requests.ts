// Requests: sends the requests of a client, and matches responses and failures to them.

import type { Clock } from "../clock.ts";
import type { FetchAssetResponse } from "../protocol/assets.ts";
import type { ServiceId } from "../protocol/ids.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Parameter, ParameterValues } from "../protocol/parameters.ts";
import type { PlaybackControlRequest, PlaybackState } from "../protocol/playback.ts";
import type { ProtocolError } from "../protocol/protocol_error.ts";
import type { ServiceCallFailure, ServiceCallResponse } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import { RequestError } from "./errors.ts";
import { PendingRequests } from "./pending_requests.ts";
import { RequestQueue } from "./request_queue.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** The response of a service. */
export interface ServiceResult {
  /** The payload encoding. */
  encoding: string;
  /** A view of the received frame, not a copy. The application may keep it. */
  payload: Uint8Array;
}

/** The open requests of one client. */
export class Requests {
  readonly #send: (message: ClientMessage) => void;
  readonly #calls = new PendingRequests<number, ServiceResult>();
  readonly #assets = new PendingRequests<number, Uint8Array>();
  readonly #gets = new PendingRequests<string, readonly Parameter[]>();
  readonly #sets = new PendingRequests<string, readonly Parameter[]>();
  readonly #playbackControls = new PendingRequests<string, PlaybackState>();
  readonly #assetQueue: RequestQueue<number>;
  /** Servers count gets and sets together. Sets are sent at once, but count towards the limit for gets. */
  readonly #parameterQueue: RequestQueue<string>;
  readonly #callIds = new WrappingIds<"call">((id) => this.#calls.has(id));
  readonly #assetIds = new WrappingIds<"asset">((id) => this.#assets.has(id));
  /** The end of each request id. With it, no id is part of another id, or occurs in a text by chance. */
  readonly #suffix = Math.random().toString(36).slice(2, 8).padEnd(6, "0");
  /** Matches all request ids in a text. */
  readonly #requestIdPattern = new RegExp(`(?:get|set|playback)-\\d+-${this.#suffix}`, "g");
  #lastRequestNumber = 0;

  constructor(send: (message: ClientMessage) => void, clock: Clock) {
    this.#send = send;
    this.#assetQueue = new RequestQueue(clock);
    this.#parameterQueue = new RequestQueue(clock);
  }

  callService(
    serviceId: ServiceId,
    encoding: string,
    payload: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<ServiceResult> {
    const callId = this.#callIds.next();
    return this.#request(
      this.#calls,
      callId,
      { op: "serviceCallRequest", serviceId, callId, encoding, payload },
      signal,
    );
  }

  fetchAsset(uri: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#assetQueue.add(
      () => this.#assetIds.next(),
      (requestId) => this.#request(this.#assets, requestId, { op: "fetchAsset", uri, requestId }, signal),
      signal,
    );
  }

  getParameters(parameterNames: readonly string[], signal: AbortSignal | undefined): Promise<readonly Parameter[]> {
    return this.#parameterQueue.add(
      () => this.#nextId("get"),
      (id) => this.#request(this.#gets, id, { op: "getParameters", parameterNames, id }, signal),
      signal,
    );
  }

  setParameters(parameters: readonly Parameter[], signal: AbortSignal | undefined): Promise<readonly Parameter[]> {
    const id = this.#nextId("set");
    const response = this.#request(this.#sets, id, { op: "setParameters", parameters, id }, signal);
    this.#parameterQueue.markOpen(id);
    return response;
  }

  controlPlayback(
    request: Omit<PlaybackControlRequest, "op" | "requestId">,
    signal: AbortSignal | undefined,
  ): Promise<PlaybackState> {
    const requestId = this.#nextId("playback");
    return this.#request(
      this.#playbackControls,
      requestId,
      { ...request, op: "playbackControlRequest", requestId },
      signal,
    );
  }

  // Each of the following methods returns whether there was such a request.

  onServiceResponse({ callId, encoding, payload }: ServiceCallResponse): boolean {
    return this.#calls.resolve(callId, { encoding, payload });
  }

  onServiceFailure({ callId, message }: Pick<ServiceCallFailure, "callId" | "message">): boolean {
    return this.#calls.reject(callId, new RequestError("callService", message));
  }

  onAssetResponse(response: FetchAssetResponse): boolean {
    const { requestId } = response;
    const wasRequested = response.status === "success"
      ? this.#assets.resolve(requestId, response.data)
      : this.#assets.reject(requestId, new RequestError("fetchAsset", response.error));
    this.#assetQueue.markAnswered(requestId);
    return wasRequested;
  }

  onParameterValues({ id = "", parameters }: ParameterValues): boolean {
    const wasRequested = this.#gets.resolve(id, parameters) || this.#sets.resolve(id, parameters);
    this.#parameterQueue.markAnswered(id);
    return wasRequested;
  }

  onPlaybackState({ requestId = "", ...state }: PlaybackState): boolean {
    return this.#playbackControls.resolve(requestId, { ...state, requestId });
  }

  /**
   * Rejects the requests that an error status refers to. The protocol has no failure message for these requests, so
   * servers send a status. Servers of this package put the request id into the status id; others put it somewhere into
   * the text.
   *
   * Returns whether the status id is the id of a request.
   */
  onErrorStatus({ id, message }: Status): boolean {
    if (id !== undefined && this.#fail(id, message)) return true;
    for (const [id] of message.matchAll(this.#requestIdPattern)) this.#fail(id, message);
    return false;
  }

  /** Rejects the request that an invalid response belongs to, if the request id could be read. */
  onInvalidMessage({ serviceCall, assetRequestId, requestId, message }: ProtocolError): void {
    if (requestId !== undefined) this.#fail(requestId, message);
    if (serviceCall) this.onServiceFailure({ callId: serviceCall.callId, message });
    if (assetRequestId !== undefined) {
      this.onAssetResponse({ op: "fetchAssetResponse", requestId: assetRequestId, status: "error", error: message });
    }
  }

  /** Rejects all requests, because the connection is lost. */
  rejectAll(error: Error): void {
    // Queued requests are rejected first, so that none of them is sent.
    for (const queue of [this.#assetQueue, this.#parameterQueue]) queue.clear(error);
    for (const pending of [this.#calls, this.#assets, this.#gets, this.#sets, this.#playbackControls]) {
      pending.rejectAll(error);
    }
  }

  /** Sends a request. It counts as open before it is sent, because the connection may be lost while sending. */
  #request<Key, T>(
    pending: PendingRequests<Key, T>,
    key: Key,
    message: ClientMessage,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const response = pending.add(key, signal);
    try {
      this.#send(message);
    } catch (error) {
      // The promise must not reject, because the caller does not have it yet and the rejection would be unhandled.
      pending.forget(key);
      throw error;
    }
    return response;
  }

  #fail(id: string, message: string): boolean {
    const kinds = [
      ["getParameters", this.#gets],
      ["setParameters", this.#sets],
      ["controlPlayback", this.#playbackControls],
    ] as const;
    for (const [kind, pending] of kinds) {
      if (!pending.has(id)) continue;
      pending.reject(id, new RequestError(kind, message));
      this.#parameterQueue.markAnswered(id);
      return true;
    }
    return false;
  }

  #nextId(kind: string): string {
    this.#lastRequestNumber += 1;
    return `${kind}-${this.#lastRequestNumber}-${this.#suffix}`;
  }
}
