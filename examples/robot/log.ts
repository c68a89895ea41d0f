// The log: lines that appear in the terminal and in the Log panel, and the events of the robot as such lines.

import type { FoxgloveServer } from "../../mod.ts";
import { Log, type Logger, logTo } from "../../src/schemas/mod.ts";
import { type Robot, START } from "./world.ts";

/** Returns a logger. Clients that connect later receive its last 100 lines. `terminal`: by default the console. */
export function log(server: FoxgloveServer, terminal?: Logger): Logger {
  const channel = server.channel("/log", Log, { latch: { depth: 100 } });
  return logTo(channel, { name: "robot", ...(terminal && { logger: terminal }) });
}

/** Logs each new status, and how long laps take. */
export function events(logger: Logger): (robot: Robot) => void {
  let { status } = START;
  let lap = { count: 0, startSeconds: 0 };
  return (robot) => {
    if (robot.status !== status) {
      const write = robot.status === "blocked" ? logger.warn : logger.info;
      write(`The robot is ${robot.status} with ${robot.percent.toFixed(0)} % charge`);
      status = robot.status;
    }
    const count = Math.floor(robot.phase / (4 * Math.PI));
    if (count > lap.count) logger.info(`Lap ${count} took ${(robot.seconds - lap.startSeconds).toFixed(1)} s`);
    if (count !== lap.count) lap = { count, startSeconds: robot.seconds };
  };
}
