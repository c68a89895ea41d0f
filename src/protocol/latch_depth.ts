// Which channels are latched. The protocol has no field for it, so it is derived from the metadata and the topic.

import type { Channel } from "./channels.ts";

/**
 * The key in the metadata of a latched channel. The value is how many messages the channel latches, as a decimal
 * number.
 */
export const LATCH_DEPTH_KEY = "foxglove-ws.latchDepth";

/** The highest depth that a server or a file can claim, because its messages are kept in memory. */
const MAX_FOREIGN_DEPTH = 10_000;

/** Topics that are latched on many robots, although the metadata of their channels may not say so. */
export const LATCHED_TOPICS: readonly string[] = ["/tf_static", "/robot_description", "/map"];

/** The names of the schemas whose messages are transforms between frames. */
const TRANSFORMS = /^(foxglove(\.|::|_msgs\/(msg\/)?)FrameTransforms?|tf2_msgs\/(msg\/)?TFMessage)$/;
/** Static transforms come from several nodes, in one message each. */
const TRANSFORM_DEPTH = 100;

/** Returns how many messages a channel latches according to its metadata: 0 if it is not latched. */
export function latchDepthOf(metadata: Readonly<Record<string, string>> = {}): number {
  const text = metadata[LATCH_DEPTH_KEY] ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/**
 * Returns how many messages a channel of another server or of a file latches: 0 if it is not latched. Knows the
 * metadata of this package, of ROS 1 (latched publishers) and of ROS 2 (publishers with the durability "transient
 * local").
 *
 * @param isLatchedTopic Returns whether a topic is latched. Called only if the metadata does not say so.
 */
export function foreignLatchDepth(
  { topic, schemaName, metadata = {} }: Pick<Channel, "topic" | "schemaName" | "metadata">,
  isLatchedTopic: (topic: string) => boolean,
): number {
  const depth = latchDepthOf(metadata);
  if (depth > 0) return Math.min(depth, MAX_FOREIGN_DEPTH);
  const isLatched = metadata["latching"] === "1" ||
    /\bdurability: *(1|transient_local)\b/.test(metadata["offered_qos_profiles"] ?? "");
  return isLatched || isLatchedTopic(topic) ? defaultLatchDepth(schemaName) : 0;
}

/** Returns the metadata with the depth of the latch. A depth of 0 removes it. */
export function withLatchDepth(
  metadata: Readonly<Record<string, string>> | undefined,
  depth: number,
): Record<string, string> | undefined {
  const entries = Object.entries(metadata ?? {}).filter(([key]) => key !== LATCH_DEPTH_KEY);
  if (depth > 0) entries.push([LATCH_DEPTH_KEY, String(depth)]);
  return metadata || entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Returns how many messages to keep of a channel that is latched with an unknown depth. */
export function defaultLatchDepth(schemaName: string): number {
  return isTransformSchema(schemaName) ? TRANSFORM_DEPTH : 1;
}

/** Whether the messages of a schema are transforms between frames. */
export function isTransformSchema(schemaName: string): boolean {
  return TRANSFORMS.test(schemaName);
}
