// Requests: has the hooks answer what clients ask, and sees to it that every request gets an answer.

import type { FetchAsset } from "../protocol/assets.ts";
import { BYTES_RULE, bytesOf, kindOf } from "../protocol/bytes.ts";
import type { GetParameters, Parameter, SetParameters } from "../protocol/parameters.ts";
import type { PlaybackControlRequest } from "../protocol/playback.ts";
import type { Service, ServiceCallRequest } from "../protocol/services.ts";
import { StatusLevel } from "../protocol/status.ts";
import { parameterValuesText, writeParameters, type WrittenParameter } from "../protocol/written_parameters.ts";
import type { Effect, RequestEffect, RequestKind, WatchAll } from "../session/effects.ts";
import type { ServerState } from "../session/server_state.ts";
import { checkAssetSize } from "./asset_size.ts";
import type { CallQueue } from "./call_queue.ts";
import type { Clients } from "./clients.ts";
import type { Connection } from "./connection.ts";
import { isA, textOf } from "./error_text.ts";
import type { HookName, Hooks } from "./hooks.ts";
import type { ServiceResponse } from "./listener.ts";

/** What requests need of the server. */
export interface RequestsOptions {
  calls: CallQueue;
  hooks: Hooks;
  clients: Clients;
  state: ServerState<Connection>;
  maxAssetBytes: number;
  /** Carries out what follows for a client. */
  run: (connection: Connection, effects: readonly Effect[]) => void;
}

const KINDS: Record<RequestEffect["do"], RequestKind> = {
  callService: "services",
  fetchAsset: "assets",
  getParameters: "parameters",
  setParameters: "parameters",
  watchAllParameters: "parameters",
  controlPlayback: "playback",
};

/** While so much waits for a client that must not be dropped, it is sent no further asset: a slow link is no reason to be cut off. */
const ASSET_ROOM_BYTES = 4 * 1024 * 1024;

const UTF8 = new TextEncoder();

/** There is no such hook, or it may decline and did: told to the client, but no fault that the log has to hear of. */
class Refusal extends Error {}

/** Answers requests. */
export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Answers one request. Never rejects. */
  async answer(connection: Connection, effect: RequestEffect): Promise<void> {
    try {
      await this.#answer(connection, effect);
    } finally {
      connection.session.settle(KINDS[effect.do]);
    }
  }

  #answer(connection: Connection, effect: RequestEffect): Promise<void> {
    switch (effect.do) {
      case "callService":
        return this.#callService(connection, effect.service, effect.request);
      case "fetchAsset":
        return this.#fetchAsset(connection, effect.request);
      case "getParameters":
        return this.#getParameters(connection, effect.request);
      case "setParameters":
        return this.#setParameters(connection, effect.request);
      case "watchAllParameters":
        return this.#watchAllParameters(connection, effect.watch);
      case "controlPlayback":
        return this.#controlPlayback(connection, effect.request);
      default:
        return effect satisfies never;
    }
  }

  async #callService(connection: Connection, service: Service, request: ServiceCallRequest): Promise<void> {
    const { hooks } = this.#options;
    const { serviceId, callId, encoding, payload } = request;
    try {
      const response = await hooks.ask(connection, "onServiceRequest", serviceId, callId, encoding, payload);
      if (response === undefined) throw this.#nothing("onServiceRequest", "the server gave no response");
      const answer = servicePayload(response, service.response?.encoding ?? encoding);
      // Member by member: a hook may hand on another server's response, with ids of its own.
      connection.send({
        op: "serviceCallResponse",
        serviceId,
        callId,
        encoding: answer.encoding,
        payload: answer.payload,
      });
    } catch (error) {
      const message = `Service "${service.name}" failed: ${this.#why(connection, "onServiceRequest", error)}`;
      connection.send({ op: "serviceCallFailure", serviceId, callId, message });
    }
  }

  async #fetchAsset(connection: Connection, { uri, requestId }: FetchAsset): Promise<void> {
    const { hooks, maxAssetBytes } = this.#options;
    const { outbox } = connection;
    try {
      // Apps fetch all of a robot's meshes at once: what is not yet asked for need not wait in memory.
      if (outbox.isCrowded(ASSET_ROOM_BYTES)) await outbox.room(ASSET_ROOM_BYTES);
      const asset = await hooks.ask(connection, "onFetchAsset", uri, requestId);
      if (asset === undefined) throw this.#nothing("onFetchAsset", "the server gave no asset");
      const data = bytesOf(asset);
      if (!data) throw new TypeError(`the server's asset must be ${BYTES_RULE}, not ${kindOf(asset)}`);
      checkAssetSize(data.byteLength, maxAssetBytes);
      await outbox.room(ASSET_ROOM_BYTES);
      connection.send({ op: "fetchAssetResponse", requestId, status: "success", data });
    } catch (error) {
      const message = `Cannot fetch "${uri}": ${this.#why(connection, "onFetchAsset", error)}`;
      connection.send({ op: "fetchAssetResponse", requestId, status: "error", error: message });
    }
  }

  async #getParameters(connection: Connection, { parameterNames, id }: GetParameters): Promise<void> {
    try {
      const parameters = await this.#valuesOf(connection, parameterNames, id);
      connection.outbox.control(parameterValuesText(parameters, id));
    } catch (error) {
      const why = this.#why(connection, "onGetParameters", error);
      connection.complain(StatusLevel.ERROR, `Cannot get parameters: ${why}`, id);
    }
  }

  async #setParameters(connection: Connection, { parameters, id }: SetParameters): Promise<void> {
    const { calls, hooks, clients } = this.#options;
    const removed = writeParameters(parameters.filter(({ value }) => value === undefined));
    try {
      const inForce = await hooks.ask(connection, "onSetParameters", parameters, id);
      if (inForce === undefined) throw this.#nothing("onSetParameters", "the server's parameters cannot be set");
      // All are checked before anybody is told. What was to be removed is gone, unless the hook says otherwise.
      const written = writeParameters(inForce);
      if (id !== undefined) {
        const seen = connection.session.access.parameters(written.filter(({ isSet }) => isSet));
        connection.outbox.control(parameterValuesText(seen, id));
      }
      calls.run(() => clients.pushParameters([...removed, ...written]));
    } catch (error) {
      const why = this.#why(connection, "onSetParameters", error);
      connection.complain(StatusLevel.ERROR, `Cannot set parameters: ${why}`, id);
      // The client waits to be told what holds now.
      if (id !== undefined) await this.#sendCurrent(connection, parameters, id);
    }
  }

  /** Answers a set that failed. */
  async #sendCurrent(connection: Connection, parameters: readonly Parameter[], id: string): Promise<void> {
    const parameterNames = parameters.map(({ name }) => name);
    // To get no names is to get all.
    if (parameterNames.length === 0) return connection.send({ op: "parameterValues", parameters: [], id });
    await this.#getParameters(connection, { op: "getParameters", parameterNames, id });
  }

  async #watchAllParameters(connection: Connection, watch: WatchAll): Promise<void> {
    const { run, state } = this.#options;
    const watchMore = (names: Iterable<string>) => run(connection, connection.session.watchMore(watch, names));
    try {
      // At once, so that no change of these is missed while the hook names the rest.
      watchMore(state.parameters.knownNames);
      const parameters = await this.#valuesOf(connection, [], undefined);
      watchMore(parameters.map(({ name }) => name));
    } catch (error) {
      const why = this.#why(connection, "onGetParameters", error);
      connection.complain(StatusLevel.ERROR, `Cannot subscribe to all parameters: ${why}`);
    } finally {
      connection.session.endWatchAll(watch);
    }
  }

  /** What the hook says of these parameters, `[]` meaning all: those that are set, were asked for, and may be seen by the client. */
  async #valuesOf(
    connection: Connection,
    names: readonly string[],
    requestId: string | undefined,
  ): Promise<readonly WrittenParameter[]> {
    const parameters = await this.#options.hooks.ask(connection, "onGetParameters", names, requestId);
    const wanted = new Set(names);
    const named = (parameters ?? []).filter(({ name, value }) =>
      (value ?? undefined) !== undefined && (wanted.size === 0 || wanted.has(name))
    );
    return writeParameters(connection.session.access.parameters(named));
  }

  /** Nothing came back, though something had to: nobody's fault only where there is no such hook. */
  #nothing(name: HookName, text: string): Error {
    return this.#options.hooks.has(name) ? new TypeError(text) : new Refusal(text);
  }

  /** What a client is told of a request that failed. */
  #why(connection: Connection, name: HookName, error: unknown): string {
    if (!isA(error, Refusal)) this.#options.hooks.log(connection, name, error);
    return textOf(error);
  }

  async #controlPlayback(connection: Connection, control: PlaybackControlRequest): Promise<void> {
    const { calls, hooks, clients } = this.#options;
    try {
      const state = await hooks.ask(connection, "onPlaybackControl", control);
      if (state === undefined) throw new Refusal("the server refused");
      calls.run(() => clients.sendPlaybackState({ ...state, requestId: control.requestId }));
    } catch (error) {
      const why = this.#why(connection, "onPlaybackControl", error);
      connection.complain(StatusLevel.ERROR, `Cannot control playback: ${why}`, control.requestId);
    }
  }
}

/** A payload and its encoding, as the hook gave them or as the service implies. */
function servicePayload(response: ServiceResponse, encoding: string): { encoding: string; payload: Uint8Array } {
  if (typeof response === "string") return { encoding, payload: UTF8.encode(response) };
  const bytes = bytesOf(response);
  if (bytes) return { encoding, payload: bytes };
  if (typeof response !== "object" || response === null || !("payload" in response)) {
    throw new TypeError(`the server's response must be text or ${BYTES_RULE}, not ${kindOf(response)}`);
  }
  const payload = bytesOf(response.payload);
  if (payload) return { encoding: response.encoding, payload };
  throw new TypeError(`the payload of the server's response must be ${BYTES_RULE}, not ${kindOf(response.payload)}`);
}
