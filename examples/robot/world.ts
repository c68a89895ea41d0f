// The simulation: step() computes the next state of the robot. It is pure: the same commands give the same drive.

import { clamp, distance, type Drive, nextPhase, type Point, steerTo, trackPoint } from "./autopilot.ts";
import { isFree } from "./room.ts";

/** The duration of a step, in s. */
export const STEP_S: number = 1 / 30;
/** Where the robot charges. */
export const DOCK: Point = { x: -6.2, y: 0 };
/** The robot drives to the dock below this charge. */
const LOW_PERCENT = 15;
const ROBOT_RADIUS = 0.3;

/** The state of the robot, in m, s and rad. Angles are counterclockwise from the x axis of the map. */
export interface Robot extends Point, Drive {
  yaw: number;
  /** The simulated time. */
  seconds: number;
  /** How far the wheels have rolled. */
  odometer: number;
  /** The point of the figure eight to which the robot drives. Each 4π are one lap. */
  phase: number;
  /** The charge of the battery. */
  percent: number;
  /** The charge at which the robot leaves the dock. `undefined` if it is not on its way there. */
  chargeTo: number | undefined;
  status: "driving" | "docking" | "charging" | "teleoperated" | "stopped" | "blocked";
}

/** What users can change. */
export interface Controls {
  mode: "auto" | "manual" | "stop";
  /** The speed of the autopilot. */
  speed: number;
  /** The radius of the figure eight's halves. */
  turnRadius: number;
  /** A user's command, which overrides the autopilot. */
  teleop: Drive | undefined;
}

export const START: Robot = {
  ...{ x: 0, y: 0, yaw: Math.PI / 2, speed: 0, turnRate: 0, seconds: 0, odometer: 0, phase: 0 },
  ...{ percent: 80, chargeTo: undefined, status: "stopped" },
};

/** Returns the state after {@linkcode STEP_S}. */
export function step(robot: Robot, controls: Controls): Robot {
  const { mode, turnRadius, teleop } = controls;
  const isCharging = robot.chargeTo !== undefined && distance(robot, DOCK) < 0.15;
  const isDocking = robot.chargeTo !== undefined;
  const phase = isDocking ? robot.phase : nextPhase(robot.phase, robot, turnRadius);
  const target = isDocking ? DOCK : trackPoint(phase, turnRadius);

  let [status, wanted]: [Robot["status"], Drive] = ["stopped", { speed: 0, turnRate: 0 }];
  if (mode !== "stop" && teleop) [status, wanted] = ["teleoperated", teleop];
  else if (isCharging) status = "charging";
  else if (mode === "auto") {
    // Slows down before the dock, so that it does not overshoot.
    const limit = isDocking ? 0.2 + distance(robot, DOCK) : Infinity;
    [status, wanted] = [isDocking ? "docking" : "driving", steerTo(target, robot, Math.min(controls.speed, limit))];
  }

  // The motors need time.
  const speed = robot.speed + clamp(wanted.speed - robot.speed, -4 * STEP_S, 4 * STEP_S);
  const turnRate = robot.turnRate + clamp(wanted.turnRate - robot.turnRate, -20 * STEP_S, 20 * STEP_S);
  const yaw = robot.yaw + turnRate * STEP_S;
  const [nextX, nextY] = [robot.x + speed * STEP_S * Math.cos(yaw), robot.y + speed * STEP_S * Math.sin(yaw)];
  // At an obstacle, the robot slides along it.
  const x = isFree(nextX, robot.y, ROBOT_RADIUS) ? nextX : robot.x;
  const y = isFree(x, nextY, ROBOT_RADIUS) ? nextY : robot.y;
  if (x !== nextX || y !== nextY) status = "blocked";

  const percent = clamp(robot.percent + (isCharging ? 5 : -0.05 - 0.3 * Math.abs(speed)) * STEP_S, 0, 100);
  const leaves = isCharging && percent >= robot.chargeTo!;
  const chargeTo = leaves ? undefined : robot.chargeTo ?? (percent < LOW_PERCENT ? 100 : undefined);
  const odometer = robot.odometer + speed * STEP_S;
  return { x, y, yaw, speed, turnRate, seconds: robot.seconds + STEP_S, odometer, phase, percent, chargeTo, status };
}
