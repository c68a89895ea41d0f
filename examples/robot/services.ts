// The services: one resets the robot, the other sends it to its dock.

import { type FoxgloveServer, json } from "../../mod.ts";
import { DOCK, type Robot, START } from "./world.ts";
import { distance } from "./autopilot.ts";
import type { Parameters } from "./parameters.ts";

/** Both services answer like ROS's `std_srvs/Trigger`, because apps show a response, but not always a failure. */
const response = json({ example: { success: true, message: "" } });

export function services(server: FoxgloveServer, world: { robot: Robot }, parameters: Parameters): void {
  server.service("/robot/reset", () => {
    const { seconds } = world.robot;
    world.robot = { ...START, seconds };
    return { success: true, message: "The robot is at its start" };
  }, { type: "std_srvs/Trigger", response });

  server.service("/robot/dock", ({ percent = 100 }) => {
    if (typeof percent !== "number" || !(percent > 0 && percent <= 100)) {
      return { success: false, message: `"percent" must be a number from 1 to 100, not ${JSON.stringify(percent)}` };
    }
    parameters.set("/robot/mode", "auto");
    world.robot = { ...world.robot, chargeTo: percent };
    const meters = distance(world.robot, DOCK).toFixed(1);
    return { success: true, message: `The dock is ${meters} m away; the robot charges up to ${percent} %` };
  }, { type: "Dock", request: json({ example: { percent: 100 } }), response });
}
