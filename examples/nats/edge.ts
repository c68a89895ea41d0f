// An edge: serves robots from NATS to apps. Start as many as viewers need, on any machines, behind a load balancer.
//
// Arguments: the port, the server of NATS, and the prefixes of the robots.

import { connect } from "@nats-io/transport-node";
import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../../mod.ts";
import { serveFromNats } from "../../src/nats/mod.ts";

const [port = "8765", servers = "127.0.0.1:4222", prefix = "fg.robot1", ...others] = Deno.args;

await runCancellable(async (signal) => {
  const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 500 });
  // The direct transport serves several times as many viewers with one core.
  const server = new FoxgloveServer({ name: "edge", port: Number(port), transport: "direct" });
  const namePrefixOf = (prefix: string) => others.length === 0 ? "" : `/${prefix.split(".").at(-1)}`;
  const edge = serveFromNats(connection, server, { prefix, namePrefix: namePrefixOf(prefix) });
  for (const other of others) edge.add({ prefix: other, namePrefix: namePrefixOf(other) });
  await server.start();
  console.log(`Serving ${server.url}`);
  try {
    for (;;) {
      for (const { name, isConnected, channels, subscribed } of edge.stats().robots) {
        console.log(`${name}: ${isConnected ? "connected" : "away"}, ${channels} topics, ${subscribed} watched`);
      }
      await delay(10_000, { signal });
    }
  } finally {
    await edge.close();
    await server.close();
    await connection.close();
  }
});
