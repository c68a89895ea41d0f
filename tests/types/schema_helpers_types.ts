// Types of the helpers for Foxglove's messages. This file is only checked, not run.

import {
  type EulerAngles,
  eulerFromQuaternion,
  type PoseInit,
  type Quaternion,
  quaternionFromEuler,
} from "../../src/schemas/mod.ts";

// Angles are optional, and a full quaternion is part of a pose.
const quaternion: Quaternion = quaternionFromEuler({ yaw: 1 });
const pose: PoseInit = { orientation: quaternionFromEuler({}) };
const angles: EulerAngles = eulerFromQuaternion(quaternion);
// @ts-expect-error: the name of the angle is yaw
quaternionFromEuler({ heading: 1 });
// @ts-expect-error: an angle is a number
quaternionFromEuler({ yaw: "1" });
// @ts-expect-error: w is missing
eulerFromQuaternion({ x: 0, y: 0, z: 0 });

export type Used = [typeof pose, typeof angles];
