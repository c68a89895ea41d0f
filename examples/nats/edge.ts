// An edge: serves robots from NATS to apps. Start as many as viewers need, on any machines, behind a load balancer.

import { connect } from "@nats-io/transport-node";
import { FoxgloveServer, runCancellable } from "../../mod.ts";
import { serveFromNats } from "../../src/nats/mod.ts";
import { listenOptions, orExit, startAndAnnounce } from "../command_line.ts";

if (import.meta.main) {
  const { nats, prefix, ...address } = listenOptions("Serves robots from NATS, such as robot.ts.", {
    nats: { help: "--nats <address>  host:port of NATS (default: 127.0.0.1:4222)", default: "127.0.0.1:4222" },
    prefix: {
      help: "--prefix <list>   prefixes of robots, separated by commas (default: fg.robot1)",
      default: "fg.robot1",
    },
  });
  await runCancellable(async (signal) => {
    const connection = await orExit(
      connect({ servers: nats, maxReconnectAttempts: -1, reconnectTimeWait: 500 }),
      (reason) => `Cannot connect to NATS on "${nats}": ${reason}; use --nats to choose another server`,
    );
    // The direct transport serves several times as many viewers with one core.
    const server = new FoxgloveServer({ ...address, name: "edge", transport: "direct" });
    const robots = prefix.split(",").map((each, _index, { length }) => ({
      prefix: each,
      namePrefix: length === 1 ? "" : `/${each.split(".").at(-1)}`,
    }));
    const edge = await orExit(Promise.try(() => serveFromNats(connection, server, robots[0]!)));
    for (const robot of robots.slice(1)) await orExit(Promise.try(() => edge.add(robot)));
    await startAndAnnounce(server, signal);

    let last = "";
    const timer = setInterval(() => {
      const line = edge.stats().robots.map(({ name, isConnected, channels, subscribed }) =>
        `${name}: ${isConnected ? "connected" : "away"}, ${channels} topics, ${subscribed} watched`
      ).join("; ");
      if (line !== last) console.log(line);
      last = line;
    }, 5000);

    signal.addEventListener("abort", () => void edge.close());
    await Promise.race([edge.closed, connection.closed()]);
    // The connection is closed for good. The log says so.
    if (!signal.aborted) Deno.exitCode = 1;
    clearInterval(timer);
    await edge.close();
    await server.close();
    // Not drain(), which rejects while NATS is away.
    await connection.close();
  });
}
