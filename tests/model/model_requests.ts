// ModelRequests: the requests for which a hook has not answered.

import type { Parameter } from "../../src/protocol/parameters.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { Model } from "./model.ts";
import type { ModelClient, RequestKind, WatchAll } from "./model_client.ts";
import type { ModelParameters } from "./model_parameters.ts";
import { isSent, MAX_PENDING, MAX_QUEUED, OVERDUE_AFTER, UNSENDABLE } from "./fixture.ts";

/** A request, with the values that its answer needs. */
export type ModelRequest =
  | { hook: "onServiceRequest"; serviceId: number; callId: number; encoding: string }
  | { hook: "onFetchAsset"; requestId: number }
  | { hook: "onPlaybackControl"; requestId: string }
  | { hook: "onSetParameters"; wanted: readonly Parameter[]; id: string | undefined }
  | { hook: "onGetParameters"; names: readonly string[]; id: string | undefined; watch?: WatchAll };

interface OpenRequest {
  client: ModelClient;
  request: ModelRequest;
  /** Seconds since the hook was called. */
  age: number;
}

const KINDS: Record<ModelRequest["hook"], RequestKind> = {
  onServiceRequest: "services",
  onFetchAsset: "assets",
  onPlaybackControl: "playback",
  onSetParameters: "parameters",
  onGetParameters: "parameters",
};

/** The open requests of the model, in the order of the hook calls. */
export class ModelRequests {
  readonly #model: Model;
  readonly #parameters: ModelParameters;
  readonly #open: OpenRequest[] = [];

  constructor(model: Model, parameters: ModelParameters) {
    this.#model = model;
    this.#parameters = parameters;
  }

  /** A second passes. */
  tick(): void {
    for (const open of [...this.#open]) {
      open.age += 1;
      if (open.age === OVERDUE_AFTER && open.request.hook === "onFetchAsset") this.#startQueued(open.client, "assets");
    }
  }

  /**
   * Handles a request. Above the limit, `fetchAsset` and `getParameters` are queued, and all other requests are
   * rejected.
   */
  open(client: ModelClient, request: ModelRequest): void {
    const isTaken = request.hook === "onFetchAsset" || request.hook === "onGetParameters"
      ? this.#enqueue(client, request)
      : this.#tryCallHook(client, request);
    if (!isTaken) this.#model.later(() => this.#reject(client, request));
  }

  #reject(client: ModelClient, request: ModelRequest): void {
    switch (request.hook) {
      case "onServiceRequest":
        return client.send({ op: "serviceCallFailure", serviceId: request.serviceId, callId: request.callId });
      case "onFetchAsset":
        return client.send({ op: "fetchAssetResponse", requestId: request.requestId, status: "error" });
      case "onPlaybackControl":
        return this.#model.reportError(client, StatusLevel.ERROR, request.requestId);
      default:
        return this.#model.reportError(client, StatusLevel.ERROR, request.id);
    }
  }

  /**
   * A client subscribes to all parameters: those that are known when the hook is called, and those that the hook
   * returns.
   */
  openWatchAll(client: ModelClient): void {
    const watch: WatchAll = { except: new Set(), isEnded: false };
    const request: ModelRequest = { hook: "onGetParameters", names: [], id: undefined, watch };
    client.watchAlls.add(watch);
    if (this.#enqueue(client, request)) return;
    client.watchAlls.delete(watch);
    this.#model.later(() => this.#model.reportError(client, StatusLevel.ERROR));
  }

  /** The hook of an open request returns. */
  answer(index: number, parameters: readonly Parameter[]): void {
    const [open] = this.#open.splice(index, 1);
    if (!open) return;
    this.#sendAnswer(open, parameters);
    // The hooks of the answer are called, with all that follows from them, before the next request starts.
    this.#model.drain();
    this.#finish(open);
  }

  #sendAnswer({ client, request }: OpenRequest, parameters: readonly Parameter[]): void {
    const set = parameters.filter(({ value }) => isSent(value));
    switch (request.hook) {
      case "onServiceRequest": {
        const { serviceId, callId, encoding } = request;
        return client.send({ op: "serviceCallResponse", serviceId, callId, encoding });
      }
      case "onFetchAsset":
        return client.send({ op: "fetchAssetResponse", requestId: request.requestId, status: "success" });
      case "onPlaybackControl":
        return this.broadcastPlayback(0);
      case "onSetParameters":
        if (request.id !== undefined) client.send({ op: "parameterValues", parameters: set, id: request.id });
        return this.#parameters.update([...request.wanted.filter(({ value }) => value === undefined), ...parameters]);
      case "onGetParameters": {
        const { names, id, watch } = request;
        const existing = parameters.filter(({ value }) => value !== undefined && value !== UNSENDABLE);
        if (watch) return this.#watchRest(client, watch, existing.map(({ name }) => name));
        const asked = names.length === 0 ? set : set.filter(({ name }) => names.includes(name));
        return client.send({ op: "parameterValues", parameters: asked, ...(id === undefined ? {} : { id }) });
      }
    }
  }

  /** The hook of an open request throws. */
  fail(index: number): void {
    const [open] = this.#open.splice(index, 1);
    if (!open) return;
    const { client, request } = open;
    this.#sendFailure(open);
    if (request.hook === "onSetParameters" && request.id !== undefined && request.wanted.length > 0 && client.isOpen) {
      // The client gets the current values, and its request stays open until then. No hook is called for a client that
      // has left.
      const names = request.wanted.map(({ name }) => name);
      return this.#callHook(client, { hook: "onGetParameters", names, id: request.id });
    }
    this.#finish(open);
  }

  #sendFailure({ client, request }: OpenRequest): void {
    switch (request.hook) {
      case "onServiceRequest":
        return client.send({ op: "serviceCallFailure", serviceId: request.serviceId, callId: request.callId });
      case "onFetchAsset":
        return client.send({ op: "fetchAssetResponse", requestId: request.requestId, status: "error" });
      case "onPlaybackControl":
        return this.#model.reportError(client, StatusLevel.ERROR, request.requestId);
      case "onGetParameters":
        return this.#model.reportError(client, StatusLevel.ERROR, request.id);
      case "onSetParameters":
        this.#model.reportError(client, StatusLevel.ERROR, request.id);
        if (request.id === undefined || request.wanted.length > 0) return;
        return client.send({ op: "parameterValues", parameters: [], id: request.id });
    }
  }

  /** Sends the playback state to all clients that understand it. */
  broadcastPlayback(at: number): void {
    for (const client of this.#model.open) {
      if (client.isSdk || client.hasControlledPlayback) client.send({ op: "playbackState", at });
    }
  }

  #watchRest(client: ModelClient, watch: WatchAll, names: readonly string[]): void {
    if (!watch.isEnded) this.#parameters.watch(client, names.filter((name) => !watch.except.has(name)));
  }

  /** Calls a hook, unless too many requests of this kind are open. */
  #tryCallHook(client: ModelClient, request: ModelRequest): boolean {
    const kind = KINDS[request.hook];
    if (client.pending[kind] >= MAX_PENDING) return false;
    client.pending[kind] += 1;
    this.#model.later(() => this.#callHook(client, request));
    return true;
  }

  /** Queues a request, unless the queue is full. */
  #enqueue(client: ModelClient, request: ModelRequest): boolean {
    const kind = request.hook === "onFetchAsset" ? "assets" : "parameters";
    if (client.pending[kind] + client.queues[kind].length >= this.#maxStarted(client, kind) + MAX_QUEUED) return false;
    client.queues[kind].push(request);
    this.#model.later(() => this.#startQueued(client, kind));
    return true;
  }

  #startQueued(client: ModelClient, kind: "assets" | "parameters"): void {
    while (client.pending[kind] < this.#maxStarted(client, kind)) {
      const request = client.queues[kind].shift();
      if (!request) return;
      this.#start(client, request);
    }
  }

  /** Assets are read one at a time, except overdue ones. */
  #maxStarted(client: ModelClient, kind: "assets" | "parameters"): number {
    if (kind === "parameters") return MAX_PENDING;
    const overdue = this.#open.filter((open) =>
      open.client === client && open.request.hook === "onFetchAsset" && open.age >= OVERDUE_AFTER
    );
    return Math.min(1 + overdue.length, MAX_PENDING);
  }

  #start(client: ModelClient, request: ModelRequest): void {
    client.pending[KINDS[request.hook]] += 1;
    if (request.hook === "onGetParameters" && request.watch) {
      this.#watchRest(client, request.watch, [...this.#parameters.known]);
    }
    this.#callHook(client, request);
  }

  /** Queues the hook call. There is no call for a client that has left. */
  #callHook(client: ModelClient, request: ModelRequest): void {
    this.#model.later(() => {
      if (!client.isOpen) return;
      this.#model.callHook(request.hook, client);
      this.#open.push({ client, request, age: 0 });
    });
  }

  /** Ends a request and starts the next one in the queue. */
  #finish({ client, request }: OpenRequest): void {
    const kind = KINDS[request.hook];
    client.pending[kind] -= 1;
    if (request.hook === "onGetParameters" && request.watch) client.watchAlls.delete(request.watch);
    if (kind === "assets" || kind === "parameters") this.#startQueued(client, kind);
  }
}
