// RelayOptions: the options of a relay, with their defaults and checks.

import { checkOptions } from "../client/check_options.ts";
import { type NamePattern, namePatternsFrom } from "../name_patterns.ts";
import { kindOf } from "../protocol/bytes.ts";
import { LATCHED_TOPICS } from "../protocol/latch_depth.ts";
import type { ChannelPolicyInit } from "../server/delivery/channel_policy.ts";
import type { MirrorOptions } from "./mirror/mirror.ts";

/** Options of `relay()`. */
export interface RelayOptions {
  /**
   * The topics that are latched, although their upstream does not say so. Servers of this package say so themselves.
   * The names are those of the upstream, without the prefix.
   *
   * @default {["/tf_static", "/robot_description", "/map"]}
   */
  latch?: readonly NamePattern[];
  /**
   * Returns how a channel treats slow clients, such as `{ delivery: "latestOnly" }` for images. The topic has its
   * prefix. Default: the defaults of `FoxgloveServer.addChannel()`.
   */
  policy?: (topic: string) => Omit<ChannelPolicyInit, "latch">;
  /**
   * The name of the upstream whose time, session and playback are passed on. Default: the only upstream; with several,
   * none of them.
   */
  timeFrom?: string;
  /**
   * The size of all cached assets together, in bytes. 0 caches nothing.
   *
   * @default {67_108_864} 64 MiB
   */
  maxCachedAssetBytes?: number;
}

/** The names of the options. */
export const RELAY_OPTIONS: readonly (keyof RelayOptions)[] = ["latch", "policy", "timeFrom", "maxCachedAssetBytes"];

/**
 * Checks the options and adds the defaults.
 *
 * @param action Completes "Cannot" in the error texts.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function resolveRelayOptions(options: RelayOptions, action = "relay"): Omit<MirrorOptions, "label"> {
  checkOptions(action, options, RELAY_OPTIONS);
  const cannot = `Cannot ${action}`;
  const { latch = LATCHED_TOPICS, policy = () => ({}), timeFrom, maxCachedAssetBytes = 64 * 1024 * 1024 } = options;
  if (typeof policy !== "function") throw new TypeError(`${cannot}: "policy" is ${kindOf(policy)}, not a function`);
  if (!Number.isInteger(maxCachedAssetBytes) || maxCachedAssetBytes < 0) {
    throw new RangeError(`${cannot}: "maxCachedAssetBytes" is ${maxCachedAssetBytes}, not an integer of 0 or more`);
  }
  return { latch: namePatternsFrom(cannot, "latch", latch), policyOf: policy, maxCachedAssetBytes, timeFrom };
}
