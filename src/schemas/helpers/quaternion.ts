// quaternionFromEuler() and eulerFromQuaternion(): rotations as angles, in ROS's convention.

import type { Quaternion } from "../quaternion.ts";

/**
 * A rotation as three angles in radians, in ROS's convention (REP 103): x forward, y left, z up.
 *
 * The rotations are applied about the axes of the turning body: first yaw about z, then pitch about the new y, then
 * roll about the new x. This equals roll, pitch and yaw about the fixed axes.
 */
export interface EulerAngles {
  /** About the x axis, in radians. Positive: the left side (+y) turns up. */
  roll: number;
  /** About the y axis, in radians. Positive: the front (+x) turns down. */
  pitch: number;
  /** About the z axis, in radians. Positive: the front (+x) turns left (+y), counter-clockwise seen from above. */
  yaw: number;
}

/**
 * Converts roll, pitch and yaw in radians to a unit quaternion. Angles that are left out are 0.
 *
 * The angles have ROS's convention: see {@linkcode EulerAngles}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { quaternionFromEuler } from "@x/foxglove-ws/schemas";
 *
 * // A quarter turn to the left.
 * const { x, y, z, w } = quaternionFromEuler({ yaw: Math.PI / 2 });
 * assertEquals([x, y, z.toFixed(4), w.toFixed(4)], [0, 0, "0.7071", "0.7071"]);
 * ```
 *
 * @throws {RangeError} When an angle is not a finite number.
 */
export function quaternionFromEuler({ roll = 0, pitch = 0, yaw = 0 }: Readonly<Partial<EulerAngles>>): Quaternion {
  requireFinite("angles", { roll, pitch, yaw });
  const [sr, cr] = [Math.sin(roll / 2), Math.cos(roll / 2)];
  const [sp, cp] = [Math.sin(pitch / 2), Math.cos(pitch / 2)];
  const [sy, cy] = [Math.sin(yaw / 2), Math.cos(yaw / 2)];
  return {
    x: sr * cp * cy - cr * sp * sy,
    y: cr * sp * cy + sr * cp * sy,
    z: cr * cp * sy - sr * sp * cy,
    w: cr * cp * cy + sr * sp * sy,
  };
}

/**
 * Converts a quaternion to roll, pitch and yaw in radians: the reverse of {@linkcode quaternionFromEuler}.
 *
 * Roll and yaw are from -π to π, pitch is from -π/2 to π/2. The quaternion may have any length except 0. If pitch is
 * ±π/2, roll and yaw turn about the same axis, and only their combination is known ("gimbal lock"). Then roll is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { eulerFromQuaternion } from "@x/foxglove-ws/schemas";
 *
 * const { roll, pitch, yaw } = eulerFromQuaternion({ x: 0, y: 0, z: Math.SQRT1_2, w: Math.SQRT1_2 });
 * assertEquals([roll, pitch, yaw.toFixed(4)], [0, 0, "1.5708"]);
 * ```
 *
 * @throws {RangeError} When a component is not a finite number, or all are 0.
 */
export function eulerFromQuaternion(quaternion: Readonly<Quaternion>): EulerAngles {
  const { x, y, z, w } = unit(quaternion);
  // Elements of the rotation matrix: sines and cosines of the angles, each multiplied by the cosine of pitch.
  const [sinRoll, cosRoll] = [2 * (w * x + y * z), 1 - 2 * (x * x + y * y)];
  const [sinYaw, cosYaw] = [2 * (w * z + x * y), 1 - 2 * (y * y + z * z)];
  const sinPitch = 2 * (w * y - z * x);
  const cosPitch = Math.hypot(sinRoll, cosRoll);
  // Unlike asin(), atan2() is exact near ±π/2.
  const pitch = Math.atan2(sinPitch, cosPitch);
  if (cosPitch < LOCKED) {
    return { roll: 0, pitch, yaw: wrapped(-2 * Math.sign(sinPitch) * Math.atan2(x, w)) };
  }
  return { roll: Math.atan2(sinRoll, cosRoll), pitch, yaw: Math.atan2(sinYaw, cosYaw) };
}

/** Below this cosine of pitch, rounding errors would dominate roll and yaw. */
const LOCKED = 1e-7;

/** Returns the quaternion with length 1. */
function unit(quaternion: Readonly<Quaternion>): Quaternion {
  const { x, y, z, w } = quaternion;
  requireFinite("a quaternion", { x, y, z, w });
  const length = Math.hypot(x, y, z, w);
  if (length === 0) throw new RangeError("Cannot convert a quaternion: all components are 0");
  return { x: x / length, y: y / length, z: z / length, w: w / length };
}

/** Returns the same angle, from -π to π. */
function wrapped(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle < -Math.PI ? angle + 2 * Math.PI : angle;
}

function requireFinite(what: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot convert ${what}: "${name}" is ${String(value)}, not a finite number`);
    }
  }
}
