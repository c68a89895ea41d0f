// createRobot(): the robot with all its devices, on a server.

import { delay } from "@std/async/delay";
import type { FoxgloveServer } from "../../mod.ts";
import type { Logger } from "../../src/schemas/mod.ts";
import { base } from "./base.ts";
import { battery } from "./battery.ts";
import { body } from "./body.ts";
import { camera } from "./camera.ts";
import { gps } from "./gps.ts";
import { lidar } from "./lidar.ts";
import { events, log } from "./log.ts";
import { parameters } from "./parameters.ts";
import { scenery } from "./scenery.ts";
import { services } from "./services.ts";
import { teleop } from "./teleop.ts";
import { trail } from "./trail.ts";
import { type Robot, START, step, STEP_S } from "./world.ts";

/** How many milliseconds of late steps the robot makes up for. */
const MAX_LATE_MS = 500;

/**
 * Adds the robot to a server. Returns a function that drives it until the signal aborts: it then rejects with the
 * signal's reason. `terminal` also receives the log lines.
 */
export function createRobot(server: FoxgloveServer, terminal?: Logger): (signal: AbortSignal) => Promise<void> {
  const world = { robot: START };

  // Users change the robot by parameters, commands and services.
  const logger = log(server, terminal);
  const tuned = parameters(server, logger);
  const nextCommand = teleop(server);
  services(server, world, tuned);

  // Devices send what the robot measures, each after this number of steps. There are 30 steps in a second.
  scenery(server);
  const devices: [interval: number, send: (robot: Robot) => void][] = [
    [1, base(server)],
    [1, body(server)],
    [3, lidar(server, () => tuned.get("/lidar/range"))],
    [5, camera(server)],
    [6, gps(server)],
    [6, trail(server)],
    [15, battery(server)],
    [15, events(logger)],
  ];

  return async (signal) => {
    let nextMs = performance.now();
    for (let count = 0;; count++) {
      for (const [interval, send] of devices) if (count % interval === 0) send(world.robot);
      // Late steps follow at once, so that robot time is real time, except those of a long pause of the machine.
      nextMs = Math.max(nextMs + STEP_S * 1000, performance.now() - MAX_LATE_MS);
      await delay(Math.max(0, nextMs - performance.now()), { signal });
      world.robot = step(world.robot, {
        mode: tuned.get("/robot/mode"),
        speed: tuned.get("/robot/speed"),
        turnRadius: tuned.get("/robot/turn_radius"),
        teleop: nextCommand(),
      });
    }
  };
}
