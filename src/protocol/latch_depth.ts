// The metadata by which a channel says that it is latched. The protocol itself has no such field.

/**
 * The key in the metadata of a latched channel. The value is how many messages the channel latches, as a decimal
 * number.
 */
export const LATCH_DEPTH_KEY = "foxglove-ws.latchDepth";

/** The names of the schemas whose messages are transforms between frames. */
const TRANSFORMS = /^(foxglove(\.|::|_msgs\/(msg\/)?)FrameTransforms?|tf2_msgs\/(msg\/)?TFMessage)$/;
/** Static transforms come from several nodes, in one message each. */
const TRANSFORM_DEPTH = 100;

/** Returns how many messages a channel latches according to its metadata: 0 if it is not latched. */
export function latchDepthOf(metadata: Readonly<Record<string, string>> = {}): number {
  const text = metadata[LATCH_DEPTH_KEY] ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
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
