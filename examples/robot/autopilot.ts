// The autopilot: steers the robot along a figure eight, or to its dock. Pure. Lengths in m, angles in rad.

/** A position on the map. */
export interface Point {
  x: number;
  y: number;
}

/** A speed in m/s, and a turn rate in rad/s, positive to the left. */
export interface Drive {
  speed: number;
  turnRate: number;
}

/** The robot drives to a point of the track that is this far ahead. */
const LOOKAHEAD = 0.5;

/** Returns a point of the figure eight around the origin. Each 4π of the phase are one lap. */
export function trackPoint(phase: number, radius: number): Point {
  const side = phase % (4 * Math.PI) < 2 * Math.PI ? 1 : -1;
  return { x: side * radius * (1 - Math.cos(phase)), y: radius * Math.sin(phase) };
}

/** Returns the phase of the next point that is far enough ahead of the robot. */
export function nextPhase(phase: number, robot: Point, radius: number): number {
  let next = phase;
  while (distance(robot, trackPoint(next, radius)) < LOOKAHEAD) next += 0.02 / radius;
  return next;
}

/** Drives to a target at this speed. If the target is at the side or behind, the robot turns first. */
export function steerTo(target: Point, robot: Point & { yaw: number }, speed: number): Drive {
  const error = Math.atan2(target.y - robot.y, target.x - robot.x) - robot.yaw;
  // From -π to π.
  const turn = Math.atan2(Math.sin(error), Math.cos(error));
  return {
    speed: speed * clamp(1.5 * Math.cos(turn), 0, 1),
    turnRate: clamp(4 * turn, -6, 6),
  };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
