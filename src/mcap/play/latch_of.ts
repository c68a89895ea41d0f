// latchOf(): how many messages of a recorded channel are sent to new subscribers.

import { latchDepthOf } from "../records/latch_depth.ts";
import type { Channel } from "../records/records.ts";

/** Static transforms come from several nodes, in one message each. */
const TRANSFORM_DEPTH = 100;

/**
 * Returns the depth of the latch: 0 if the channel was not latched. Knows the metadata of this package, of ROS 1
 * (latched publishers) and of ROS 2 (publishers with the durability "transient local").
 */
export function latchOf({ metadata }: Pick<Channel, "metadata">, isTransforms: boolean): number {
  const depth = latchDepthOf(metadata);
  if (depth > 0) return depth;
  const isLatched = metadata.get("latching") === "1" ||
    /\bdurability: *(1|transient_local)\b/.test(metadata.get("offered_qos_profiles") ?? "");
  if (!isLatched) return 0;
  return isTransforms ? TRANSFORM_DEPTH : 1;
}
