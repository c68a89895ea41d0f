// settledChannels(): the channels of a server, after it has advertised all of them.

import type { Channel, FoxgloveClient } from "../client/mod.ts";
import { pause } from "./pause.ts";

/** Servers advertise their channels right after their `serverInfo`. Some need a while for each. */
const QUIET_MS = 200;
const MAX_MS = 2000;

/** Returns the channels, sorted by topic, when no channel has been advertised for a short time. */
export async function settledChannels(client: FoxgloveClient, signal: AbortSignal): Promise<Channel[]> {
  let count = -1;
  for (let waited = 0; waited < MAX_MS && count !== client.channels.size; waited += QUIET_MS) {
    count = client.channels.size;
    await pause(QUIET_MS, signal);
  }
  return [...client.channels.values()].toSorted((a, b) => a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.id - b.id);
}
