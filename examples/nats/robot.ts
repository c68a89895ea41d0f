// A robot that publishes to NATS, so that any number of edges can serve it: see edge.ts. It does not listen itself.

import { connect } from "@nats-io/transport-node";
import { FoxgloveServer, runCancellable } from "../../mod.ts";
import { publishToNats } from "../../src/nats/mod.ts";
import { orExit } from "../command_line.ts";
import { readArguments } from "../read_arguments.ts";

const HELP = `Publishes a robot to NATS. edge.ts serves it.

Options:
  --nats <address>   host:port of NATS, which must have JetStream (default: 127.0.0.1:4222)
  --prefix <prefix>  begins all subjects of this robot (default: fg.robot1)
  --help             show this help`;

if (import.meta.main) {
  const { nats, prefix } = readArguments(HELP, { nats: "127.0.0.1:4222", prefix: "fg.robot1" });
  await runCancellable(async (signal) => {
    // By default, the client of NATS gives up after ten attempts to reconnect.
    const connection = await orExit(
      connect({ servers: nats, maxReconnectAttempts: -1, reconnectTimeWait: 500 }),
      (reason) => `Cannot connect to NATS on "${nats}": ${reason}; use --nats to choose another server`,
    );
    const robot = new FoxgloveServer({ name: prefix });
    const publication = await orExit(publishToNats(robot, connection, { prefix }));
    console.log(`Publishing ${prefix}.> to ${nats}`);

    const parameters = robot.parameters({ "/speed": { value: 1, min: 0, max: 5 } });
    robot.service("/reset", () => ({ success: true }));
    // Late viewers of every edge get it, too.
    robot.publish("/robot_description", { wheels: 4 }, { latch: true });
    let angle = 0;
    const timer = setInterval(() => {
      angle += 0.1 * parameters.get("/speed");
      robot.publish("/pose", { x: Math.cos(angle), y: Math.sin(angle) });
    }, 50);

    // Notifies the edges that the robot has ended.
    signal.addEventListener("abort", () => void publication.close());
    // An error: the connection is closed for good, or another robot has the prefix. The log says so.
    if (await publication.closed) Deno.exitCode = 1;
    clearInterval(timer);
    await robot.close();
    // Not drain(), which rejects while NATS is away.
    await connection.close();
  });
}
