// The public names of the helpers for Foxglove's messages.

export { packPoints, type PackPointsOptions } from "./pack_points.ts";
export { type EulerAngles, eulerFromQuaternion, quaternionFromEuler } from "./quaternion.ts";
export type {
  NumericType,
  PackedElementFieldInit,
  PointCloudInit,
  PoseInit,
  Quaternion,
  QuaternionInit,
  Vector3Init,
} from "./message_types.ts";
