// mirrorHooks(): the hooks by which a mirror answers the requests of clients.

import { textOf } from "../../error_text.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { OwnHooks } from "../../server/clients/hooks.ts";
import { RefusalError } from "../../server/refusal_error.ts";
import type { AssetCache } from "./asset_cache.ts";
import type { MirroredUpstream } from "./mirrored_upstream.ts";
import type { Publications } from "./publications.ts";
import type { Route } from "./upstream_set.ts";

/** A mirror, as its hooks see it. */
export interface HookedMirror {
  readonly publications: Publications;
  readonly assets: AssetCache;
  /** The upstream whose time, session and playback are passed on. */
  readonly clockUpstream: MirroredUpstream | undefined;
  /** The upstreams, in the order in which they were added. */
  readonly upstreams: readonly MirroredUpstream[];
  /** Returns the upstreams to which a name of clients may belong. */
  routesOf(name: string): readonly Route[];
  /** A first client watches the connection graph, or the last one does not any more. */
  watchGraph(isWatched: boolean): void;
  /** A first client watches these parameters, or the last one does not any more. */
  watchParameters(names: readonly string[], isWatched: boolean): void;
  /** Sends the state of the playback again, because a client has connected. */
  repeatPlayback(): void;
}

/** Returns the hooks of a mirror. They pass on everything that belongs to the program. */
export function mirrorHooks(mirror: HookedMirror, useChanged: (channelId: ChannelId) => void): OwnHooks {
  return {
    onSubscribe: (_client, next, channelId, context) => {
      useChanged(channelId);
      return next?.(channelId, context);
    },
    onUnsubscribe: (_client, next, channelId, context) => {
      useChanged(channelId);
      return next?.(channelId, context);
    },
    onClientConnect: (_client, next, context) => {
      mirror.repeatPlayback();
      return next?.(context);
    },
    onClientAdvertise: (_client, next, channel, context) => {
      mirror.publications.add(context.client.id, channel);
      return next?.(channel, context);
    },
    onClientUnadvertise: (_client, next, channelId, context) => {
      mirror.publications.remove(context.client.id, channelId);
      return next?.(channelId, context);
    },
    onClientMessage: (_client, next, channelId, payload, context) => {
      mirror.publications.publish(context.client.id, channelId, payload);
      return next?.(channelId, payload, context);
    },
    onServiceRequest: (_client, next, serviceId, callId, encoding, payload, context) => {
      const owner = mirror.upstreams.find(({ services }) => services.has(serviceId));
      if (!owner) return next?.(serviceId, callId, encoding, payload, context);
      const { signal } = context;
      const source = owner.services.sourceOf(serviceId);
      if (!source) throw new RefusalError(notConnected(owner));
      return request(signal, owner.upstream.callService(source, encoding, payload, signal));
    },
    onGetParameters: async (_client, next, names, requestId, context) => {
      const own = await getParameters(mirror, names, context.signal);
      const others = await next?.(names, requestId, context) ?? [];
      return [...own, ...others];
    },
    onSetParameters: async (_client, next, parameters, requestId, context) => {
      const learning = learnNames(mirror, parameters, context.signal);
      if (learning) await learning;
      const { byUpstream, rest } = split(mirror, parameters);
      if (rest[0] && !next) throw new RefusalError(`no upstream can set "${rest[0].name}"`);
      const away = [...byUpstream.keys()].find(({ isConnected }) => !isConnected);
      if (away) throw new RefusalError(notConnected(away));
      const results: Promise<readonly Parameter[]>[] = [...byUpstream].map(([{ knownParameters }, own]) =>
        request(context.signal, knownParameters.set(own, context.signal))
      );
      const others = async () => await next?.(rest, requestId, context) ?? [];
      if (rest.length > 0 || byUpstream.size === 0) results.push(others());
      return (await Promise.all(results)).flat();
    },
    onParametersSubscribe: (_client, next, names, isWatched, context) => {
      mirror.watchParameters(names, isWatched);
      return next?.(names, isWatched, context);
    },
    onConnectionGraphSubscribe: (_client, next, isWatched, context) => {
      mirror.watchGraph(isWatched);
      return next?.(isWatched, context);
    },
    onFetchAsset: async (_client, next, uri, requestId, context) => {
      const failures: string[] = [];
      for (const { name, info, upstream } of mirror.upstreams) {
        if (!info?.capabilities.includes("assets")) continue;
        try {
          return await mirror.assets.get(name, uri, context.signal, (signal) => upstream.fetchAsset(uri, signal));
        } catch (error) {
          context.signal.throwIfAborted();
          failures.push(textOf(error));
        }
      }
      const asset = await next?.(uri, requestId, context);
      if (asset !== undefined) return asset;
      throw new RefusalError(failures[0] ?? "no upstream has assets");
    },
    onPlaybackControl: (_client, next, control, context) => {
      const { clockUpstream: owner } = mirror;
      if (!owner?.offers("playbackControl")) return next?.(control, context);
      const { command, speed, seekTime } = control;
      const change = { command, speed, ...(seekTime !== undefined && { seekTime }) };
      const answer = request(context.signal, owner.upstream.controlPlayback(change, context.signal));
      return answer.then(({ requestId: _, ...state }) => {
        owner.lastPlayback = state;
        return state;
      });
    },
  };
}

/** Returns the values of parameters; of all, if `names` is empty. */
async function getParameters(
  mirror: HookedMirror,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Parameter[]> {
  const asked = names.map((name) => ({ name }));
  const learning = learnNames(mirror, asked, signal);
  if (learning) await learning;
  const results = names.length === 0
    ? mirror.upstreams.filter((upstream) => upstream.offers("parameters")).map(({ knownParameters }) =>
      knownParameters.getAll()
    )
    : [...split(mirror, asked).byUpstream].flatMap((
      [{ isConnected, knownParameters }, own],
    ) => isConnected ? [knownParameters.get(own.map(({ name }) => name), signal)] : []);
  const settled = await Promise.allSettled(results.map((result) => request(signal, result)));
  const failed = settled.filter((each) => each.status === "rejected");
  // An upstream that fails must not hide the parameters of the others.
  if (failed[0] && failed.length === settled.length) throw failed[0].reason;
  const byName = new Map<string, Parameter>();
  for (const each of settled) {
    for (const parameter of each.status === "fulfilled" ? each.value : []) {
      if (!byName.has(parameter.name)) byName.set(parameter.name, parameter);
    }
  }
  return [...byName.values()];
}

/** Returns which upstream has which parameters. `rest`: those that no upstream can have. */
function split<T extends { readonly name: string }>(
  mirror: HookedMirror,
  parameters: readonly T[],
): { byUpstream: Map<MirroredUpstream, T[]>; rest: T[] } {
  const byUpstream = new Map<MirroredUpstream, T[]>();
  const rest: T[] = [];
  for (const parameter of parameters) {
    const owners = possibleOwners(mirror, parameter.name);
    const owner = owners.find(({ knownParameters }) => knownParameters.knows(parameter.name)) ?? owners[0];
    const own = owner ? byUpstream.get(owner) ?? [] : rest;
    own.push(parameter);
    if (owner) byUpstream.set(owner, own);
  }
  return { byUpstream, rest };
}

/**
 * Lets the connected upstreams report the names of their parameters, if no upstream knows one of these names, and it
 * may belong to several upstreams, or stand for a name with or without a slash. Returns `undefined` if that is not
 * needed, so that most requests keep their place among other messages.
 */
function learnNames(
  mirror: HookedMirror,
  parameters: readonly { readonly name: string }[],
  signal: AbortSignal,
): Promise<void> | undefined {
  const asked = new Set<MirroredUpstream>();
  for (const { name } of parameters) {
    const owners = possibleOwners(mirror, name);
    if (owners.some(({ knownParameters }) => knownParameters.knows(name))) continue;
    for (const owner of owners) {
      const isUnclear = owners.length > 1 || owner.knownParameters.hasAmbiguousNames;
      if (owner.isConnected && isUnclear) asked.add(owner);
    }
  }
  if (asked.size === 0) return undefined;
  const learning = [...asked].map(({ knownParameters }) => knownParameters.learnNames());
  return Promise.all(learning).then(() => signal.throwIfAborted());
}

/** Returns the upstreams that may have a parameter with this name of clients. */
function possibleOwners(mirror: HookedMirror, name: string): MirroredUpstream[] {
  return mirror.routesOf(name).map(({ upstream }) => upstream)
    .filter(({ info }) => info?.capabilities.includes("parameters"));
}

/** Returns the result of a request. If it fails, the client reads the words of the upstream. */
async function request<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    signal.throwIfAborted();
    throw new RefusalError(textOf(error));
  }
}

function notConnected({ name }: MirroredUpstream): string {
  return `${name} is not connected`;
}
