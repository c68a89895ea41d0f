// Teleoperation: commands from a Teleop panel override the autopilot for 2 s.

import { type FoxgloveServer, json } from "../../mod.ts";
import { clamp, type Drive } from "./autopilot.ts";
import { STEP_S } from "./world.ts";

const HOLD_STEPS = 2 / STEP_S;

/** The part of ROS's `geometry_msgs/Twist` that a robot with wheels uses. In m/s and rad/s. */
interface Twist {
  linear?: { x?: number };
  angular?: { z?: number };
}

/** Returns a function that takes the command for the next step, if there is one. */
export function teleop(server: FoxgloveServer): () => Drive | undefined {
  let drive: Drive = { speed: 0, turnRate: 0 };
  let stepsLeft = 0;
  server.onPublish("/cmd_vel", json<Twist>(), ({ linear, angular }) => {
    drive = { speed: limited(linear?.x), turnRate: limited(angular?.z) };
    stepsLeft = HOLD_STEPS;
  });
  return () => {
    if (stepsLeft === 0) return undefined;
    stepsLeft--;
    return drive;
  };
}

/** Clients can send anything. */
function limited(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? clamp(value, -3, 3) : 0;
}
