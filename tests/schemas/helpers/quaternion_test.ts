// quaternionFromEuler() and eulerFromQuaternion(), compared with rotation matrices.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  type EulerAngles,
  eulerFromQuaternion,
  type Quaternion,
  quaternionFromEuler,
} from "../../../src/schemas/mod.ts";
import { Random } from "../../protocol/random.ts";

type Vector = readonly [x: number, y: number, z: number];

const AXES: readonly Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

/** Turns a vector by roll about x, then pitch about y, then yaw about z. All axes are fixed. */
function turnByAngles([x, y, z]: Vector, { roll, pitch, yaw }: EulerAngles): Vector {
  [y, z] = [y * Math.cos(roll) - z * Math.sin(roll), y * Math.sin(roll) + z * Math.cos(roll)];
  [x, z] = [x * Math.cos(pitch) + z * Math.sin(pitch), z * Math.cos(pitch) - x * Math.sin(pitch)];
  return [x * Math.cos(yaw) - y * Math.sin(yaw), x * Math.sin(yaw) + y * Math.cos(yaw), z];
}

/** Turns a vector by a unit quaternion: v + 2w(q × v) + 2q × (q × v). */
function turnByQuaternion(vector: Vector, { x, y, z, w }: Quaternion): Vector {
  const cross = ([a, b, c]: Vector): Vector => [y * c - z * b, z * a - x * c, x * b - y * a];
  const once = cross(vector);
  const twice = cross(once);
  const turned = (axis: 0 | 1 | 2) => vector[axis] + 2 * w * once[axis] + 2 * twice[axis];
  return [turned(0), turned(1), turned(2)];
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const isClose = actual.every((value, index) => Math.abs(value - expected[index]!) <= tolerance);
  assert(isClose, `${actual} is not close to ${expected}`);
}

function randomAngles(random: Random): EulerAngles {
  const angle = (range: number) => (random.uint32() / 2 ** 32 * 2 - 1) * range;
  return { roll: angle(Math.PI), pitch: angle(Math.PI / 2), yaw: angle(Math.PI) };
}

Deno.test("quaternionFromEuler() turns vectors by roll, then pitch, then yaw about fixed axes", () => {
  const random = new Random(1);
  for (let round = 0; round < 500; round++) {
    const angles = randomAngles(random);
    const quaternion = quaternionFromEuler(angles);
    assertClose([Math.hypot(...Object.values(quaternion))], [1], 1e-15);
    for (const axis of AXES) {
      assertClose(turnByQuaternion(axis, quaternion), turnByAngles(axis, angles), 1e-14);
    }
  }
});

for (
  const [name, angles, axis, turned] of [
    ["yaw turns the front to the left", { yaw: Math.PI / 2 }, [1, 0, 0], [0, 1, 0]],
    ["pitch turns the front down", { pitch: Math.PI / 2 }, [1, 0, 0], [0, 0, -1]],
    ["roll turns the left side up", { roll: Math.PI / 2 }, [0, 1, 0], [0, 0, 1]],
  ] satisfies [string, Partial<EulerAngles>, Vector, Vector][]
) {
  Deno.test(`quaternionFromEuler(): a positive ${name}`, () => {
    assertClose(turnByQuaternion(axis, quaternionFromEuler(angles)), turned, 1e-15);
  });
}

Deno.test("quaternionFromEuler() uses 0 for angles that are left out", () => {
  assertEquals(quaternionFromEuler({}), { x: 0, y: 0, z: 0, w: 1 });
});

Deno.test("quaternionFromEuler() rejects angles that are not finite", () => {
  for (const name of ["roll", "pitch", "yaw"]) {
    for (const value of [NaN, Infinity, -Infinity, "1" as unknown as number]) {
      const text = `Cannot convert angles: "${name}" is ${value}, not a finite number`;
      assertThrows(() => quaternionFromEuler({ [name]: value }), RangeError, text);
    }
  }
});

Deno.test("eulerFromQuaternion() returns the angles of quaternionFromEuler()", () => {
  const random = new Random(2);
  for (let round = 0; round < 500; round++) {
    const { roll, pitch, yaw } = randomAngles(random);
    const angles = eulerFromQuaternion(quaternionFromEuler({ roll, pitch, yaw }));
    assertClose([angles.roll, angles.pitch, angles.yaw], [roll, pitch, yaw], 1e-11);
  }
});

Deno.test("eulerFromQuaternion() returns the same rotation near and at gimbal lock, with roll 0 at it", () => {
  const random = new Random(3);
  for (const sign of [1, -1]) {
    for (const distance of [0, 1e-12, 1e-9, 1e-8, 1e-6, 1e-3]) {
      for (let round = 0; round < 50; round++) {
        const quaternion = quaternionFromEuler({ ...randomAngles(random), pitch: sign * (Math.PI / 2 - distance) });
        const angles = eulerFromQuaternion(quaternion);
        assertClose([angles.pitch], [sign * (Math.PI / 2 - distance)], 1e-7);
        assert(Math.abs(angles.yaw) <= Math.PI, `yaw ${angles.yaw}`);
        if (distance < 1e-9) assertEquals(angles.roll, 0);
        for (const axis of AXES) assertClose(turnByAngles(axis, angles), turnByQuaternion(axis, quaternion), 1e-6);
      }
    }
  }
});

Deno.test("eulerFromQuaternion() accepts quaternions of any length except 0", () => {
  const { x, y, z, w } = quaternionFromEuler({ roll: 0.1, pitch: 0.2, yaw: 0.3 });
  for (const length of [1e-200, 5, -1, 1e200]) {
    const { roll, pitch, yaw } = eulerFromQuaternion({ x: x * length, y: y * length, z: z * length, w: w * length });
    assertClose([roll, pitch, yaw], [0.1, 0.2, 0.3], 1e-14);
  }
  assertThrows(() => eulerFromQuaternion({ x: 0, y: 0, z: 0, w: 0 }), RangeError, "all components are 0");
  assertThrows(() => eulerFromQuaternion({ x: 0, y: NaN, z: 0, w: 1 }), RangeError, '"y" is NaN, not a finite number');
});
