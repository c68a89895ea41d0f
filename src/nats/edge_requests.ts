// EdgeRequests: the requests of an edge's clients, as messages of the protocol.

import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { Service } from "../protocol/services.ts";
import type { PlaybackChange } from "../relay/mirror/upstream.ts";
import type { SentTime } from "./age_filter.ts";
import { RequestClient } from "./request_client.ts";
import type { NatsLink } from "./nats_link.ts";
import type { RequestKind, Subjects } from "./subjects.ts";
import { decodeServerBody, encodeClientBody } from "./wire.ts";

/** What the requests need. */
export interface EdgeRequestsOptions {
  readonly link: NatsLink;
  readonly subjects: Subjects;
  readonly edge: string;
  /** The current run of the robot, or `undefined` while it is away. */
  readonly run: () => string | undefined;
  /** Returns the time of this edge, for headers. */
  readonly sentTime: () => SentTime;
}

/** Makes requests to the current run of a robot. Errors have the words of the robot. */
export class EdgeRequests {
  readonly #options: EdgeRequestsOptions;
  readonly #client: RequestClient;

  constructor(options: EdgeRequestsOptions) {
    const { link, subjects, edge, sentTime } = options;
    this.#options = options;
    const replyTo = (request: string) => subjects.reply(edge, `r.${request}`);
    this.#client = new RequestClient({ link, replyTo, sentTime });
  }

  async getParameters(names: readonly string[], signal: AbortSignal): Promise<readonly Parameter[]> {
    const response = await this.#send("get", "", { op: "getParameters", parameterNames: names }, signal);
    return expect(response, "parameterValues").parameters;
  }

  async setParameters(parameters: readonly Parameter[], signal: AbortSignal): Promise<readonly Parameter[]> {
    // The id requests an answer.
    const response = await this.#send("set", "", { op: "setParameters", parameters, id: "set" }, signal);
    return expect(response, "parameterValues").parameters;
  }

  async callService(
    { id, name }: Service,
    encoding: string,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ encoding: string; payload: Uint8Array }> {
    const request = { op: "serviceCallRequest", serviceId: id, callId: 0, encoding, payload } as const;
    const response = expect(await this.#send("call", name, request, signal), "serviceCallResponse");
    return { encoding: response.encoding, payload: response.payload };
  }

  async fetchAsset(uri: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = expect(
      await this.#send("asset", "", { op: "fetchAsset", uri, requestId: 0 }, signal),
      "fetchAssetResponse",
    );
    if (response.status === "error") throw new Error(response.error);
    return response.data;
  }

  async controlPlayback(change: PlaybackChange, signal: AbortSignal): Promise<PlaybackState> {
    const request = { op: "playbackControlRequest", ...change, requestId: "" } as const;
    const { op: _, requestId: __, ...state } = expect(
      await this.#send("playback", "", request, signal),
      "playbackState",
    );
    return state;
  }

  /** Rejects all open requests. */
  fail(reason: string): void {
    this.#client.fail(reason);
  }

  close(): void {
    this.#client.close();
  }

  async #send(kind: RequestKind, name: string, request: ClientMessage, signal: AbortSignal): Promise<ServerMessage> {
    const run = this.#options.run();
    if (run === undefined) throw new Error("the robot is not connected");
    const subject = this.#options.subjects.request(kind, name, run);
    if (subject === undefined) throw new Error("the name of the service is too long for NATS");
    const response = decodeServerBody(await this.#client.request(subject, encodeClientBody(request), signal));
    if (!response) throw new Error("the response is not valid");
    if (response.op === "serviceCallFailure") throw new Error(response.message);
    return response;
  }
}

function expect<Op extends ServerMessage["op"]>(response: ServerMessage, op: Op): Extract<ServerMessage, { op: Op }> {
  if (response.op !== op) throw new Error("the response is not valid");
  return response as Extract<ServerMessage, { op: Op }>;
}
