// checkFree(): finds out whether another program uses a port that the workers are going to share.

import { canonicalAddress, listenOn } from "../../server/direct/listen_address.ts";
import { loadNodePlatform, nextTurn } from "../../server/direct/node_platform.ts";

/**
 * Listens on an address for a moment, without sharing the port. Listeners that share their port would not notice that
 * another server also does.
 *
 * @throws {Error} When it cannot listen: see `listenOn()`.
 */
export async function checkFree(hostname: string, port: number): Promise<void> {
  const platform = loadNodePlatform();
  const noLimits = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
  const server = platform.http.createServer({ requireHostHeader: false, ...noLimits });
  await listenOn(server, canonicalAddress({ hostname, port }, platform), platform);
  server.close();
  // The system frees the port in the meantime.
  await nextTurn(platform);
  await nextTurn(platform);
}
