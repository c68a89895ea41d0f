// firstGraph(): the connection graph of a server.

import type { ConnectionGraph, FoxgloveClient } from "../client/mod.ts";

/** How long the graph may take. Servers send it at once. */
const GRAPH_MS = 1000;

/** Returns the connection graph, or `undefined` if the server has none or does not send it. */
export async function firstGraph(client: FoxgloveClient, signal: AbortSignal): Promise<ConnectionGraph | undefined> {
  if (!client.serverInfo.capabilities.includes("connectionGraph")) return undefined;
  const limit = AbortSignal.timeout(GRAPH_MS);
  try {
    const graphs = client.subscribeConnectionGraph({ signal: AbortSignal.any([signal, limit]) });
    for await (const graph of graphs) return graph;
  } catch (error) {
    if (!limit.aborted) throw error;
  }
  return undefined;
}
