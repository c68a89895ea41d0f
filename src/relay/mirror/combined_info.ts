// combinedInfo(): what a server with upstreams says about itself.

import { CAPABILITIES } from "../../protocol/capabilities.ts";
import type { CompleteInfoInit, ServerInfoInit } from "../../session/declared_info.ts";
import { relaysOf, withRelays } from "./relay_marker.ts";
import type { UpstreamInfo } from "./upstream.ts";

/** These capabilities belong to the clock of one upstream, so that they cannot be combined. */
const OF_CLOCK: readonly string[] = ["time", "playbackControl"];

/**
 * Combines the description of the server itself with those of its upstreams. Members of the server come first.
 * Capabilities that this version does not know are left out, because the mirror could not pass on their messages.
 *
 * @param clock The upstream whose time and playback are passed on, if there is one.
 * @param relayId The id of this relay, by which its own server recognizes itself; `undefined` if it is closed.
 */
export function combinedInfo(
  own: CompleteInfoInit,
  upstreams: readonly UpstreamInfo[],
  clock: UpstreamInfo | undefined,
  relayId: string | undefined,
): Partial<ServerInfoInit> {
  const known = CAPABILITIES.filter((capability) => {
    const from = OF_CLOCK.includes(capability) ? (clock ? [clock] : []) : upstreams;
    return from.some(({ capabilities }) => capabilities.includes(capability)) && isUsable(capability, clock);
  });
  const lists = [own, ...upstreams].flatMap(({ supportedEncodings }) => supportedEncodings ? [supportedEncodings] : []);
  const relays = relayId === undefined ? [] : [relayId, ...upstreams.flatMap(({ metadata }) => relaysOf(metadata))];
  const joined = Object.assign({}, ...upstreams.map((info) => info.metadata ?? {}).toReversed(), own.metadata);
  const metadata = withRelays(joined, relays);
  const range = known.includes("playbackControl") ? clock : own;
  return {
    capabilities: [...new Set([...own.capabilities, ...known])],
    supportedEncodings: lists.length > 0 ? [...new Set(lists.flat())] : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    dataStartTime: range?.dataStartTime,
    dataEndTime: range?.dataEndTime,
  };
}

/** Playback requires a valid range of time. */
function isUsable(capability: string, clock: UpstreamInfo | undefined): boolean {
  const { dataStartTime: start, dataEndTime: end } = clock ?? {};
  return capability !== "playbackControl" || start !== undefined && end !== undefined && start <= end;
}
