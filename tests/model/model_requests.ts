// ModelRequests: requests that wait for a hook's answer.

import type { Parameter } from "../../src/protocol/parameters.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { Model } from "./model.ts";
import type { ModelClient, RequestKind, WatchAll } from "./model_client.ts";
import type { ModelParameters } from "./model_parameters.ts";
import { isSent, MAX_PENDING, MAX_QUEUED, OVERDUE, UNSENDABLE } from "./setting.ts";

/** A request and what its answer needs. */
export type ModelRequest =
  | { ask: "onServiceRequest"; serviceId: number; callId: number; encoding: string }
  | { ask: "onFetchAsset"; requestId: number }
  | { ask: "onPlaybackControl"; requestId: string }
  | { ask: "onSetParameters"; wanted: readonly Parameter[]; id: string | undefined }
  | { ask: "onGetParameters"; names: readonly string[]; id: string | undefined; watch?: WatchAll };

interface OpenRequest {
  client: ModelClient;
  request: ModelRequest;
  /** In seconds. */
  age: number;
}

const KINDS: Record<ModelRequest["ask"], RequestKind> = {
  onServiceRequest: "services",
  onFetchAsset: "assets",
  onPlaybackControl: "playback",
  onSetParameters: "parameters",
  onGetParameters: "parameters",
};

/** The open requests of the model, in the order in which the hooks were asked. */
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
      if (open.age === OVERDUE && open.request.ask === "onFetchAsset") this.#startQueued(open.client, "assets");
    }
  }

  /** A client asks something. Assets and parameters to get wait where too many requests are open; all else is refused. */
  open(client: ModelClient, request: ModelRequest): void {
    const isTaken = request.ask === "onFetchAsset" || request.ask === "onGetParameters"
      ? this.#enqueue(client, request)
      : this.#take(client, request);
    if (!isTaken) this.#model.later(() => this.#refuse(client, request));
  }

  #refuse(client: ModelClient, request: ModelRequest): void {
    switch (request.ask) {
      case "onServiceRequest":
        return client.tell({ op: "serviceCallFailure", serviceId: request.serviceId, callId: request.callId });
      case "onFetchAsset":
        return client.tell({ op: "fetchAssetResponse", requestId: request.requestId, status: "error" });
      case "onPlaybackControl":
        return this.#model.complain(client, StatusLevel.ERROR, request.requestId);
      default:
        return this.#model.complain(client, StatusLevel.ERROR, request.id);
    }
  }

  /** A client wants to watch all parameters: those that are known when the hook is asked, and those that it names later. */
  openWatchAll(client: ModelClient): void {
    const watch: WatchAll = { except: new Set(), isEnded: false };
    const request: ModelRequest = { ask: "onGetParameters", names: [], id: undefined, watch };
    client.watchAlls.add(watch);
    if (this.#enqueue(client, request)) return;
    client.watchAlls.delete(watch);
    this.#model.later(() => this.#model.complain(client, StatusLevel.ERROR));
  }

  /** A hook returns. */
  answer(index: number, parameters: readonly Parameter[]): void {
    const [open] = this.#open.splice(index, 1);
    if (!open) return;
    this.#tellAnswer(open, parameters);
    this.#settle(open);
  }

  #tellAnswer({ client, request }: OpenRequest, parameters: readonly Parameter[]): void {
    const set = parameters.filter(({ value }) => isSent(value));
    switch (request.ask) {
      case "onServiceRequest": {
        const { serviceId, callId, encoding } = request;
        return client.tell({ op: "serviceCallResponse", serviceId, callId, encoding });
      }
      case "onFetchAsset":
        return client.tell({ op: "fetchAssetResponse", requestId: request.requestId, status: "success" });
      case "onPlaybackControl":
        return this.tellPlayback(0);
      case "onSetParameters":
        if (request.id !== undefined) client.tell({ op: "parameterValues", parameters: set, id: request.id });
        return this.#parameters.push([...request.wanted.filter(({ value }) => value === undefined), ...parameters]);
      case "onGetParameters": {
        const { names, id, watch } = request;
        const existing = parameters.filter(({ value }) => value !== undefined && value !== UNSENDABLE);
        if (watch) return this.#watchRest(client, watch, existing.map(({ name }) => name));
        const asked = names.length === 0 ? set : set.filter(({ name }) => names.includes(name));
        return client.tell({ op: "parameterValues", parameters: asked, ...(id === undefined ? {} : { id }) });
      }
    }
  }

  /** A hook throws. */
  fail(index: number): void {
    const [open] = this.#open.splice(index, 1);
    if (!open) return;
    const { client, request } = open;
    this.#tellFailure(open);
    if (request.ask === "onSetParameters" && request.id !== undefined && request.wanted.length > 0 && client.isOpen) {
      // The client is told what holds now; until then its request counts as open. No hook is called for a client that has left.
      const names = request.wanted.map(({ name }) => name);
      return this.#ask(client, { ask: "onGetParameters", names, id: request.id });
    }
    this.#settle(open);
  }

  #tellFailure({ client, request }: OpenRequest): void {
    switch (request.ask) {
      case "onServiceRequest":
        return client.tell({ op: "serviceCallFailure", serviceId: request.serviceId, callId: request.callId });
      case "onFetchAsset":
        return client.tell({ op: "fetchAssetResponse", requestId: request.requestId, status: "error" });
      case "onPlaybackControl":
        return this.#model.complain(client, StatusLevel.ERROR, request.requestId);
      case "onGetParameters":
        return this.#model.complain(client, StatusLevel.ERROR, request.id);
      case "onSetParameters":
        this.#model.complain(client, StatusLevel.ERROR, request.id);
        if (request.id === undefined || request.wanted.length > 0) return;
        return client.tell({ op: "parameterValues", parameters: [], id: request.id });
    }
  }

  /** Everybody who understands it is told what playback does. */
  tellPlayback(at: number): void {
    for (const client of this.#model.open) {
      if (client.sdk || client.hasSteered) client.tell({ op: "playbackState", at });
    }
  }

  #watchRest(client: ModelClient, watch: WatchAll, names: readonly string[]): void {
    if (!watch.isEnded) this.#parameters.watch(client, names.filter((name) => !watch.except.has(name)));
  }

  /** Asks a hook, unless too many requests of the kind are open. */
  #take(client: ModelClient, request: ModelRequest): boolean {
    const kind = KINDS[request.ask];
    if (client.pending[kind] >= MAX_PENDING) return false;
    client.pending[kind] += 1;
    this.#model.later(() => this.#ask(client, request));
    return true;
  }

  /** Has a request wait until it may be started, unless too many do. */
  #enqueue(client: ModelClient, request: ModelRequest): boolean {
    const kind = request.ask === "onFetchAsset" ? "assets" : "parameters";
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

  /** Assets are read one at a time, but for those that take too long. */
  #maxStarted(client: ModelClient, kind: "assets" | "parameters"): number {
    if (kind === "parameters") return MAX_PENDING;
    const overdue = this.#open.filter((open) =>
      open.client === client && open.request.ask === "onFetchAsset" && open.age >= OVERDUE
    );
    return Math.min(1 + overdue.length, MAX_PENDING);
  }

  #start(client: ModelClient, request: ModelRequest): void {
    client.pending[KINDS[request.ask]] += 1;
    if (request.ask === "onGetParameters" && request.watch) {
      this.#watchRest(client, request.watch, [...this.#parameters.known]);
    }
    this.#ask(client, request);
  }

  /** The hook is called when its turn comes, but not for a client that has left. */
  #ask(client: ModelClient, request: ModelRequest): void {
    this.#model.later(() => {
      if (!client.isOpen) return;
      this.#model.note(request.ask, client);
      this.#open.push({ client, request, age: 0 });
    });
  }

  /** A request is over: the next one that waits is started. */
  #settle({ client, request }: OpenRequest): void {
    const kind = KINDS[request.ask];
    client.pending[kind] -= 1;
    if (request.ask === "onGetParameters" && request.watch) client.watchAlls.delete(request.watch);
    if (kind === "assets" || kind === "parameters") this.#startQueued(client, kind);
  }
}
