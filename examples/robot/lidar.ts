// The lidar: measures the distance to the room in all directions. Its range is a parameter.

import type { FoxgloveServer } from "../../mod.ts";
import { LaserScan, type LaserScanInit } from "../../src/schemas/mod.ts";
import { castRay } from "./room.ts";
import type { Robot } from "./world.ts";

const RAYS = 360;

export function lidar(server: FoxgloveServer, maxRange: () => number): (robot: Robot) => void {
  const scan = server.channel("/scan", LaserScan, { delivery: "latestOnly" });
  return (robot) => scan.send(() => scanFrom(robot, maxRange()));
}

function scanFrom({ x, y, yaw }: Robot, maxRange: number): LaserScanInit {
  const ranges = new Float64Array(RAYS);
  const intensities = new Float64Array(RAYS);
  for (let ray = 0; ray < RAYS; ray++) {
    const { distance } = castRay(x, y, yaw + ray * 2 * Math.PI / RAYS);
    // Infinity: no echo.
    ranges[ray] = distance <= maxRange ? distance : Infinity;
    intensities[ray] = 100 / (1 + distance);
  }
  return { frame_id: "lidar", start_angle: 0, end_angle: 2 * Math.PI * (RAYS - 1) / RAYS, ranges, intensities };
}
