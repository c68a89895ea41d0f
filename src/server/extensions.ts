// Extensions: how another part of this package, such as the relay, extends a server that a program has created.

import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { ChannelId } from "../protocol/ids.ts";
import type { CompleteInfoInit } from "../session/declared_info.ts";
import type { OwnHooks } from "./clients/hooks.ts";
import type { ChannelPolicy } from "./delivery/channel_policy.ts";
import type { Identity } from "./identity.ts";
import type { UpstreamFigures } from "./stats/upstream_figures.ts";

/** The functions by which a server informs an extension. They must not throw. */
export interface ServerExtension {
  /** Called before the listener of the program. Each hook calls `next` for what does not belong to the extension. */
  readonly hooks: OwnHooks;
  /** A channel got its first sink, or lost its last one. */
  sinksChanged(channelId: ChannelId): void;
  /** Returns the current figures of its upstreams, for the metrics and the statistics. Their names are unique in it. */
  upstreams?(): readonly UpstreamFigures[];
}

/** What an extension can do with a server, in addition to the public methods. */
export interface ExtensionPoints {
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Checks that `acceptSocket()` would accept a client with this identity.
   *
   * @throws {TypeError} When an identity is missing, or the clients of the server are in workers.
   */
  checkAcceptable(identity: Identity | undefined): void;
  /** Whether the server is closed, or is being closed. */
  isClosing(): boolean;
  /** Adds an extension. Returns a function that removes it. */
  add(extension: ServerExtension): () => void;
  /** Whether a client is subscribed to the channel, or a sink receives it. A latch alone does not count. */
  isUsed(channelId: ChannelId): boolean;
  /** Forgets the latched messages of a channel. */
  clearLatched(channelId: ChannelId): void;
  /** Sends the latched messages of a channel to its subscribers again. */
  repeatLatched(channelId: ChannelId): void;
  /** Returns how a channel treats slow clients and late subscribers; `undefined` if there is no such channel. */
  policyOf(channelId: ChannelId): ChannelPolicy | undefined;
  /** Returns the current description of the server. */
  info(): CompleteInfoInit;
}

const POINTS = new WeakMap<object, ExtensionPoints>();

/** Makes a server extensible. Called by its constructor. */
export function setExtensionPoints(server: object, points: ExtensionPoints): void {
  POINTS.set(server, points);
}

/** Returns the extension points of a server; `undefined` if this is not a server of this copy of the package. */
export function extensionPointsOf(server: object): ExtensionPoints | undefined {
  return POINTS.get(server);
}
