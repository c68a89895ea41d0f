// latchOf(): how many messages of a recorded channel are sent to new subscribers.

import { defaultLatchDepth, latchDepthOf } from "../../protocol/latch_depth.ts";
import type { Channel } from "../records/records.ts";

/**
 * Returns the depth of the latch: 0 if the channel was not latched. Knows the metadata of this package, of ROS 1
 * (latched publishers) and of ROS 2 (publishers with the durability "transient local").
 */
export function latchOf({ metadata }: Pick<Channel, "metadata">, schemaName: string): number {
  const depth = latchDepthOf(Object.fromEntries(metadata));
  if (depth > 0) return depth;
  const isLatched = metadata.get("latching") === "1" ||
    /\bdurability: *(1|transient_local)\b/.test(metadata.get("offered_qos_profiles") ?? "");
  return isLatched ? defaultLatchDepth(schemaName) : 0;
}
