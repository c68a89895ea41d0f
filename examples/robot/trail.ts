// The trail: the last positions of the robot, as a line in the 3D panel.

import type { FoxgloveServer } from "../../mod.ts";
import { PosesInFrame, quaternionFromEuler } from "../../src/schemas/mod.ts";
import { distance } from "./autopilot.ts";
import type { Robot } from "./world.ts";

const MAX_POINTS = 150;

export function trail(server: FoxgloveServer): (robot: Robot) => void {
  const channel = server.channel("/trail", PosesInFrame);
  let robots: Robot[] = [];
  return (robot) => {
    const gap = distance(robots.at(-1) ?? robot, robot);
    // The service /robot/reset moves the robot.
    if (gap > 1) robots = [];
    if (gap > 0.05 || robots.length === 0) robots.push(robot);
    robots = robots.slice(-MAX_POINTS);
    channel.send(() => ({
      frame_id: "map",
      poses: robots.map(({ x, y, yaw }) => ({
        position: { x, y, z: 0.02 },
        orientation: quaternionFromEuler({ yaw }),
      })),
    }));
  };
}
