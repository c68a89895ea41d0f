// Requests: answers clients' requests through hooks, and makes sure that every request gets an answer.

import type { Clock } from "../../clock.ts";
import type { FetchAsset } from "../../protocol/assets.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { WrittenParameter } from "../../protocol/parameter_json.ts";
import type { GetParameters, Parameter, SetParameters } from "../../protocol/parameters.ts";
import type { PlaybackControlRequest } from "../../protocol/playback.ts";
import type { Service, ServiceCallRequest } from "../../protocol/services.ts";
import { StatusLevel } from "../../protocol/status.ts";
import { parameterValuesText, writeParameters } from "../../protocol/written_parameters.ts";
import type { Effect, QueuedKind, RequestEffect } from "../../session/effects.ts";
import type { ServerState } from "../../session/server_state.ts";
import type { WatchAll } from "../../session/watch_alls.ts";
import type { AssetLease } from "./asset_lease.ts";
import { AssetTooLarge, checkAssetSize } from "../asset_size.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { ClientList } from "./client_list.ts";
import type { Connection } from "./connection.ts";
import type { ClientInfo } from "../client_info.ts";
import { isA, textOf } from "../../error_text.ts";
import { GraphFrames } from "./graph_frames.ts";
import {
  checkAsset,
  checkParameters,
  checkServiceResponse,
  InvalidResult,
  type ParametersHook,
  sendPlaybackResult,
} from "./hook_results.ts";
import { type HookArguments, type HookResult, type Hooks, HookTimeout, type RequestHookName } from "./hooks.ts";
import type { Frame } from "../delivery/outbox.ts";
import type { ParameterReports } from "./parameter_reports.ts";
import { RefusalError } from "../refusal_error.ts";
import { RequestPacer } from "./request_pacer.ts";
import type { RequestOutcome } from "../stats/request_stats.ts";
import type { StatsCollector } from "../stats/stats_collector.ts";

/** Options of {@linkcode Requests}. */
export interface RequestsOptions {
  calls: CallQueue;
  hooks: Hooks;
  clients: ClientList;
  state: ServerState<Connection>;
  maxAssetBytes: number;
  clock: Clock;
  parameterReports: ParameterReports;
  /** The parameters that stores define. Stores answer for them, and the hooks for all others. */
  owners: ParameterOwners;
  stats: StatsCollector;
  /** Carries out effects for a client. */
  run: (connection: Connection, effects: readonly Effect[]) => void;
}

/** The stores of a server's parameters, together. */
export interface ParameterOwners {
  /** Whether there is any store. */
  readonly hasStores: boolean;
  /** Returns something for a parameter that a store defines. */
  ownerOf(name: string): unknown;
  /** Returns the parameters with these names that stores define. */
  readParameters(names: readonly string[]): readonly Parameter[];
  /**
   * Sets parameters that stores define. Calls `respond` with the refused ones before any client is sent a change. `why`
   * is the whole text of a status.
   */
  writeParameters(
    parameters: readonly Parameter[],
    client: ClientInfo,
    respond: (refused: readonly { readonly why: string }[]) => void,
  ): void;
}

/** The hook is not installed, or it rejected a playback request. The client is told the reason, but the log is not. */
class QuietRefusal extends Error {}

/** How a request has ended. */
interface RequestResult {
  readonly outcome: RequestOutcome;
  /** The error text for the client, unless its request succeeded. */
  readonly why?: string;
}

/** Looking up a name, or subscribing to it, costs as much as sending this many characters. */
const NAME_COST = 32;

/** Answers the requests of all clients of a server. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #pacer: RequestPacer;
  readonly #graphs: GraphFrames;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#pacer = new RequestPacer({
      ...options,
      budget: options.state.requestBytes,
      answer: (connection, request, lease) => void this.answer(connection, request, lease),
    });
    this.#graphs = new GraphFrames(options.state.graph);
  }

  /** Stops the timers for slow assets, because the server closes. */
  close(): void {
    this.#pacer.close();
  }

  /** Starts the queued requests of a client, now or when the limits allow it. */
  startQueued(connection: Connection, kind: QueuedKind): void {
    void this.#pacer.start(connection, kind);
  }

  /** Answers one request. Never rejects. `lease`: the reserved memory, for an asset. */
  async answer(connection: Connection, effect: RequestEffect, lease?: AssetLease): Promise<void> {
    const { clock, stats } = this.#options;
    const startedAt = clock.now();
    stats.requestStarted(effect.type);
    let outcome: RequestOutcome = "failed";
    try {
      outcome = await this.#answer(connection, effect, lease);
    } finally {
      stats.requestEnded(effect.type, outcome, clock.now() - startedAt);
      const next = connection.session.requests.settle(effect);
      if (next) void this.#pacer.start(connection, next, true);
    }
  }

  #answer(
    connection: Connection,
    effect: RequestEffect,
    lease: AssetLease | undefined,
  ): RequestOutcome | Promise<RequestOutcome> {
    switch (effect.type) {
      case "sendGraph":
        this.#send(connection, this.#graphs.snapshot(connection.session.access));
        return outcomeFor(connection, "ok");
      case "callService":
        return this.#callService(connection, effect.service, effect.request);
      case "fetchAsset":
        return this.#fetchAsset(connection, effect.request, lease);
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

  async #callService(
    connection: Connection,
    service: Service,
    request: ServiceCallRequest,
  ): Promise<RequestOutcome> {
    const { serviceId, callId, encoding, payload } = request;
    const { outcome, why } = await this.#callHook(
      connection,
      "onServiceRequest",
      [serviceId, callId, encoding, payload, Object.freeze({ ...connection.context, service })],
      (response) => {
        if (response === undefined) {
          this.#refuseUnlessInstalled("onServiceRequest", "the server does not handle service calls");
        }
        const answer = checkServiceResponse(response, service.response?.encoding ?? encoding);
        connection.send({ op: "serviceCallResponse", serviceId, callId, ...answer });
      },
    );
    if (why !== undefined) {
      const message = `Service "${service.name}" failed: ${why}`;
      connection.send({ op: "serviceCallFailure", serviceId, callId, message });
    }
    return outcome;
  }

  async #fetchAsset(
    connection: Connection,
    { uri, requestId }: FetchAsset,
    lease: AssetLease | undefined,
  ): Promise<RequestOutcome> {
    const { outbox } = connection;
    const { outcome, why } = await this.#callHook(
      connection,
      "onFetchAsset",
      [uri, requestId, connection.context],
      async (asset) => {
        if (asset === undefined) this.#refuseUnlessInstalled("onFetchAsset", "the server does not serve assets");
        const data = checkAsset(asset);
        checkAssetSize(data.byteLength, this.#options.maxAssetBytes);
        lease?.shrinkTo(data.byteLength);
        // An overdue asset may arrive together with others.
        while (outbox.isCrowded) await outbox.whenRoom();
        if (connection.isGone) return;
        const frame = encodeServerMessage({ op: "fetchAssetResponse", requestId, status: "success", data });
        this.#send(connection, frame, true);
      },
    );
    // The asset may be in the outbox or the socket until there is room again.
    void outbox.whenRoom().then(() => lease?.release());
    if (why !== undefined) {
      const error = `Cannot fetch "${uri}": ${why}`;
      connection.send({ op: "fetchAssetResponse", requestId, status: "error", error });
    }
    return outcome;
  }

  async #getParameters(connection: Connection, { parameterNames, id }: GetParameters): Promise<RequestOutcome> {
    const { outcome, why } = await this.#callGetParameters(connection, parameterNames, id, (parameters) => {
      this.#send(connection, parameterValuesText(parameters.filter(({ isSet }) => isSet), id));
    });
    if (why !== undefined) connection.sendStatus(StatusLevel.ERROR, `Cannot get parameters: ${why}`, id);
    return outcome;
  }

  async #setParameters(connection: Connection, { parameters, id }: SetParameters): Promise<RequestOutcome> {
    const { calls, clients, hooks, owners } = this.#options;
    // Without a hook, stores also answer for names that no store defines, and refuse them.
    const areAllOwned = owners.hasStores && !hooks.has("onSetParameters");
    const owned: Parameter[] = [];
    const others: Parameter[] = [];
    for (const parameter of parameters) {
      const isOwned = areAllOwned || owners.ownerOf(parameter.name) !== undefined;
      (isOwned ? owned : others).push(parameter);
    }
    if (owned.length > 0 && others.length === 0) {
      // At once when its turn has come, so that no other request comes in between.
      return new Promise((resolve) => {
        calls.add(() => resolve(connection.isGone ? "cancelled" : this.#setOwned(connection, owned, id, [])));
      });
    }
    // Read before the hook is called, because it may change the list.
    const names = parameters.map(({ name }) => name);
    const { written: removed } = writeParameters(others.filter(({ value }) => value === undefined));
    const args: HookArguments<"onSetParameters"> = [others, id, connection.context];
    const { outcome, why } = await this.#callHook(connection, "onSetParameters", args, (inForce) => {
      if (inForce === undefined) {
        this.#refuseUnlessInstalled("onSetParameters", "read-only on this server");
      }
      // Parameters to remove count as removed, unless the hook returns a value for them.
      const written = this.#write(connection, "onSetParameters", inForce);
      calls.run(() => {
        this.#setOwned(connection, owned, id, written);
        clients.pushParameters([...removed, ...written]);
      });
    });
    if (why === undefined) return outcome;
    // Without a request id, because this does not answer the request.
    if (owned.length > 0) this.#setOwned(connection, owned, undefined, []);
    connection.sendStatus(StatusLevel.ERROR, `Cannot set parameters: ${why}`, id);
    // The client waits for the current values.
    if (id !== undefined) await this.#sendCurrent(connection, names, id);
    return outcome;
  }

  /**
   * Sets the parameters that stores define, and answers the whole request. `written`: the values that the hook returned
   * for the other parameters. The request is refused only if nothing was set.
   */
  #setOwned(
    connection: Connection,
    owned: readonly Parameter[],
    id: string | undefined,
    written: readonly WrittenParameter[],
  ): "ok" | "refused" {
    const { owners } = this.#options;
    let outcome: "ok" | "refused" = "ok";
    owners.writeParameters(owned, connection.info, (refused) => {
      // Otherwise, the answer has the values that still hold.
      if (owned.length > 0 && refused.length === owned.length && written.length === 0) outcome = "refused";
      for (const [index, { why }] of refused.entries()) {
        connection.sendStatus(StatusLevel.ERROR, why, outcome === "refused" && index === 0 ? id : undefined);
      }
      if (id === undefined) return;
      const names = owned.map(({ name }) => name);
      const current = names.length > 0 ? writeParameters(owners.readParameters(names)).written : [];
      const seen = connection.session.access.parameters([...current, ...written].filter(({ isSet }) => isSet));
      connection.outbox.sendControl(parameterValuesText(seen, id));
    });
    return outcome;
  }

  /** Answers a failed set request with the current values. */
  async #sendCurrent(connection: Connection, parameterNames: readonly string[], id: string): Promise<void> {
    // A get request without names would return all parameters.
    if (parameterNames.length === 0) return connection.send({ op: "parameterValues", parameters: [], id });
    await this.#getParameters(connection, { op: "getParameters", parameterNames, id });
  }

  async #watchAllParameters(connection: Connection, watch: WatchAll): Promise<RequestOutcome> {
    const { calls, run, state } = this.#options;
    const watchMore = (names: readonly string[]) => {
      run(connection, connection.session.watchMore(watch, names));
      this.#pacer.turns.spend(names.length * NAME_COST);
    };
    // Subscribed at once, so that no change of the known parameters is missed while the hook looks up the rest.
    // In one piece of work, so that calls of the hooks do not run in between.
    const { outcome, why } = await calls.run(() => {
      watchMore([...state.parameters.knownNames]);
      return this.#callGetParameters(connection, [], undefined, (parameters) => {
        watchMore(parameters.map(({ name }) => name));
      });
    });
    connection.session.endWatchAll(watch);
    if (why !== undefined) connection.sendStatus(StatusLevel.ERROR, `Cannot subscribe to all parameters: ${why}`);
    return outcome;
  }

  async #controlPlayback(connection: Connection, control: PlaybackControlRequest): Promise<RequestOutcome> {
    const { calls, clients } = this.#options;
    const { requestId } = control;
    const { outcome, why } = await this.#callHook(
      connection,
      "onPlaybackControl",
      [control, connection.context],
      (state) => {
        if (state === undefined) throw new QuietRefusal("the server rejected the request");
        sendPlaybackResult(state, (state) => calls.run(() => clients.sendPlaybackState({ ...state, requestId })));
      },
    );
    if (why !== undefined) connection.sendStatus(StatusLevel.ERROR, `Cannot control playback: ${why}`, requestId);
    return outcome;
  }

  /**
   * Calls `onGetParameters`; `[]` means all names. `use` gets only parameters that have a value, were requested, and
   * that the client may see.
   */
  #callGetParameters(
    connection: Connection,
    names: readonly string[],
    requestId: string | undefined,
    use: (parameters: readonly WrittenParameter[]) => void,
  ): Promise<RequestResult> {
    this.#pacer.turns.spend(names.length * NAME_COST);
    const wanted = names.length === 0 ? undefined : new Set(names);
    return this.#callHook(connection, "onGetParameters", [names, requestId, connection.context], (result) => {
      const written = this.#write(connection, "onGetParameters", result ?? [], wanted);
      use(connection.session.access.parameters(written.filter(({ exists }) => exists)));
    });
  }

  /** Encodes the parameters that a hook returned. Parameters that cannot be sent are logged and left out. */
  #write(
    connection: Connection,
    hook: ParametersHook,
    result: readonly Parameter[] | undefined,
    wanted?: ReadonlySet<string>,
  ): readonly WrittenParameter[] {
    const { written, wrong } = checkParameters(hook, result, wanted);
    this.#options.parameterReports.noteNonFinite(written);
    for (const each of wrong) this.#options.hooks.logWrongResult(connection, hook, each);
    return written;
  }

  /**
   * Calls a hook and passes its result to `use`, which sends it. If that fails, the error text for the client is the
   * message of the hook's error, but has no details about an invalid result.
   */
  async #callHook<Name extends RequestHookName>(
    connection: Connection,
    name: Name,
    own: HookArguments<Name>,
    use: (result: HookResult<Name> | undefined) => void | Promise<void>,
  ): Promise<RequestResult> {
    const { hooks } = this.#options;
    const failed = (error: unknown, why: string): RequestResult => {
      return { outcome: outcomeFor(connection, this.#outcomeOf(error)), why };
    };
    let result: HookResult<Name> | undefined;
    try {
      result = await hooks.request(connection, name, ...own);
    } catch (error) {
      hooks.logFailure(connection, name, error, own);
      return failed(error, textOf(error));
    }
    try {
      await use(result);
      return { outcome: outcomeFor(connection, "ok") };
    } catch (error) {
      if (isA(error, QuietRefusal)) return failed(error, error.message);
      if (isA(error, RefusalError)) {
        hooks.logFailure(connection, name, error, own);
        return failed(error, error.message);
      }
      // For example a Proxy whose traps throw.
      const wrong = isA(error, InvalidResult)
        ? error
        : new InvalidResult(`${name} returned a value that cannot be read`);
      hooks.logWrongResult(connection, name, wrong);
      return failed(wrong, "the server's answer is not valid");
    }
  }

  /** Returns the outcome of a request that an error has ended, and counts an asset that is too large. */
  #outcomeOf(error: unknown): RequestOutcome {
    if (isA(error, AssetTooLarge)) this.#options.stats.limitHit("maxAssetBytes");
    if (isA(error, HookTimeout)) return "timeout";
    return isA(error, RefusalError) || isA(error, QuietRefusal) ? "refused" : "failed";
  }

  /** Sends an answer and counts its size against the current turn. `isExclusive`: as in `Outbox.sendControl()`. */
  #send(connection: Connection, frame: Frame, isExclusive = false): void {
    this.#pacer.turns.spend(frame.length);
    connection.outbox.sendControl(frame, isExclusive);
  }

  /** Rejects a request if its hook is not installed. */
  #refuseUnlessInstalled(name: RequestHookName, why: string): void {
    if (!this.#options.hooks.has(name)) throw new QuietRefusal(why);
  }
}

/** Returns the outcome of a request, which does not count if its client has left. */
function outcomeFor(connection: Connection, outcome: RequestOutcome): RequestOutcome {
  return connection.isGone ? "cancelled" : outcome;
}
