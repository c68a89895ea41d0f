// ModelRequests: requests that wait for a hook's answer.

import type { Parameter } from "../../src/protocol/parameters.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { Model } from "./model.ts";
import type { ModelClient, RequestKind, WatchAll } from "./model_client.ts";
import type { ModelParameters } from "./model_parameters.ts";
import { MAX_PENDING } from "./setting.ts";

/** A request and what its answer needs. */
export type ModelRequest =
  | { ask: "onServiceRequest"; serviceId: number; callId: number; encoding: string }
  | { ask: "onFetchAsset"; requestId: number }
  | { ask: "onPlaybackControl"; requestId: string }
  | { ask: "onSetParameters"; wanted: readonly Parameter[]; id: string | undefined }
  | { ask: "onGetParameters"; names: readonly string[]; id: string | undefined; watch?: WatchAll };

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
  readonly #open: { client: ModelClient; request: ModelRequest }[] = [];

  constructor(model: Model, parameters: ModelParameters) {
    this.#model = model;
    this.#parameters = parameters;
  }

  /** A client asks something. Too many open requests of a kind, and it is refused. */
  open(client: ModelClient, request: ModelRequest): void {
    if (this.#take(client, request)) return this.#model.later(() => this.#ask(client, request));
    this.#model.later(() => this.#refuse(client, request));
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

  /** A client wants to watch all parameters: those that are known at once, those that the hook names later. */
  openWatchAll(client: ModelClient): void {
    const watch: WatchAll = { except: new Set(), isEnded: false };
    const request: ModelRequest = { ask: "onGetParameters", names: [], id: undefined, watch };
    if (!this.#take(client, request)) return this.#model.later(() => this.#model.complain(client, StatusLevel.ERROR));
    client.watchAlls.add(watch);
    this.#model.later(() => {
      if (!watch.isEnded) this.#parameters.watch(client, [...this.#parameters.known]);
      this.#ask(client, request);
    });
  }

  /** A hook returns. */
  answer(index: number, parameters: readonly Parameter[]): void {
    const open = this.#settle(index);
    if (!open) return;
    const { client, request } = open;
    const set = parameters.filter(({ value }) => value !== undefined);
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
        if (watch) return this.#watchRest(client, watch, set.map(({ name }) => name));
        const asked = names.length === 0 ? set : set.filter(({ name }) => names.includes(name));
        return client.tell({ op: "parameterValues", parameters: asked, ...(id === undefined ? {} : { id }) });
      }
    }
  }

  /** A hook throws. */
  fail(index: number): void {
    const open = this.#settle(index);
    if (!open) return;
    const { client, request } = open;
    switch (request.ask) {
      case "onServiceRequest":
        return client.tell({ op: "serviceCallFailure", serviceId: request.serviceId, callId: request.callId });
      case "onFetchAsset":
        return client.tell({ op: "fetchAssetResponse", requestId: request.requestId, status: "error" });
      case "onPlaybackControl":
        return this.#model.complain(client, StatusLevel.ERROR, request.requestId);
      case "onGetParameters":
        return this.#model.complain(client, StatusLevel.ERROR, request.id);
      case "onSetParameters": {
        const { wanted, id } = request;
        this.#model.complain(client, StatusLevel.ERROR, id);
        // No hook is called for a client that has left.
        if (id === undefined || !client.isOpen) return;
        if (wanted.length === 0) return client.tell({ op: "parameterValues", parameters: [], id });
        // The client is told what holds now; until then its request counts as open.
        client.pending.parameters += 1;
        return this.#ask(client, { ask: "onGetParameters", names: wanted.map(({ name }) => name), id });
      }
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

  #take(client: ModelClient, request: ModelRequest): boolean {
    const kind = KINDS[request.ask];
    if (client.pending[kind] === MAX_PENDING) return false;
    client.pending[kind] += 1;
    return true;
  }

  /** The hook is called when its turn comes, but not for a client that has left. */
  #ask(client: ModelClient, request: ModelRequest): void {
    this.#model.later(() => {
      if (!client.isOpen) return;
      this.#open.push({ client, request });
      this.#model.note(request.ask, client);
    });
  }

  #settle(index: number): { client: ModelClient; request: ModelRequest } | undefined {
    const [open] = this.#open.splice(index, 1);
    if (!open) return undefined;
    open.client.pending[KINDS[open.request.ask]] -= 1;
    if (open.request.ask === "onGetParameters" && open.request.watch) open.client.watchAlls.delete(open.request.watch);
    return open;
  }
}
