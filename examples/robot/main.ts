/**
 * The demo: a robot drives through a room. It has a lidar, a camera, GPS and a battery, and can be tuned and steered.
 *
 * ```sh
 * deno run -A jsr:@x/foxglove-ws/example --port 9000
 * ```
 *
 * The layout `examples/layouts/robot.json` shows everything: import it into Foxglove or Lichtblick.
 *
 * @module
 */

import { FoxgloveServer, runCancellable } from "../../mod.ts";
import { listenOptions, startAndAnnounce } from "../command_line.ts";
import { createRobot } from "./robot.ts";

if (import.meta.main) {
  const options = listenOptions("Simulates a robot with a lidar, a camera, GPS and a battery.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "demo robot" });
    const drive = createRobot(server);
    await startAndAnnounce(server, signal);
    await drive(signal);
  });
}
