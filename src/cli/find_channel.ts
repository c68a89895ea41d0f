// findChannel(): waits until a server advertises a topic.

import type { Channel, FoxgloveClient } from "../client/mod.ts";
import { Failure } from "./failure.ts";
import { similarName } from "./similar_name.ts";

/** How long a topic may take to appear after the server has answered. */
const WAIT_MS = 3000;

/**
 * Returns a channel of a topic. Waits a short time for it, because servers advertise topics after their `serverInfo`.
 *
 * @throws {Failure} If the server has no such topic.
 */
export async function findChannel(client: FoxgloveClient, topic: string, signal: AbortSignal): Promise<Channel> {
  const limit = AbortSignal.timeout(WAIT_MS);
  try {
    return await client.waitForChannel(topic, { signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new Failure(`the server has no topic "${topic}"; ${adviceFor(topic, client.channels.values())}`);
  }
}

/** Returns what a user can do who named a topic that the server does not have. */
export function adviceFor(topic: string, channels: Iterable<Channel>): string {
  const similar = similarName(topic, [...channels].map((channel) => channel.topic));
  return similar === undefined ? '"foxglove-ws topics" lists them' : `did you mean "${similar}"?`;
}
