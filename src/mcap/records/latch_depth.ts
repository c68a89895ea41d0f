// The metadata by which a channel in a file says that it was latched.

/**
 * The key in the metadata of a channel that was latched when it was recorded. The value is how many messages it
 * latched, as a decimal number.
 */
export const LATCH_DEPTH_KEY = "foxglove-ws.latchDepth";

/** Returns how many messages a channel latches according to its metadata: 0 if it is not latched. */
export function latchDepthOf(metadata: ReadonlyMap<string, string>): number {
  const text = metadata.get(LATCH_DEPTH_KEY) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
