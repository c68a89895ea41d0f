// The public names of the helpers for Foxglove's messages.

export { type EulerAngles, eulerFromQuaternion, quaternionFromEuler } from "./quaternion.ts";
export type { PoseInit, Quaternion, QuaternionInit, Vector3Init } from "./message_types.ts";
