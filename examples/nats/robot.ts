// A robot that publishes to NATS, so that any number of edges can serve it: see edge.ts. It does not listen itself.
//
// Arguments: the server of NATS, which must have JetStream, and the prefix. `nats-server --jetstream` starts one.

import { connect } from "@nats-io/transport-node";
import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../../mod.ts";
import { publishToNats } from "../../src/nats/mod.ts";

const [servers = "127.0.0.1:4222", prefix = "fg.robot1"] = Deno.args;

await runCancellable(async (signal) => {
  // By default, the client of NATS gives up after ten attempts to reconnect.
  const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 500 });
  const robot = new FoxgloveServer({ name: prefix });
  const publication = await publishToNats(robot, connection, { prefix });
  console.log(`Publishing ${prefix}.> to ${servers}`);
  try {
    const parameters = robot.parameters({ "/speed": { value: 1, min: 0, max: 5 } });
    robot.service("/reset", () => ({ success: true }));
    // Late viewers of every edge get it, too.
    robot.publish("/robot_description", { wheels: 4 }, { latch: true });
    for (let angle = 0;; angle += 0.1 * parameters.get("/speed")) {
      robot.publish("/pose", { x: Math.cos(angle), y: Math.sin(angle) });
      await delay(50, { signal });
    }
  } finally {
    await publication.close(); // notifies the edges that the robot has ended
    await robot.close();
    await connection.close();
  }
});
