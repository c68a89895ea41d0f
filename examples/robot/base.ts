// The moving base: its speed, and the transforms that tell apps where the robot and its sensors are.

import type { FoxgloveServer } from "../../mod.ts";
import { FrameTransforms, quaternionFromEuler, type Vector3 } from "../../src/schemas/mod.ts";
import type { Robot } from "./world.ts";

/** Where the sensors are on the robot, in m: x forward, y left, z up. */
export const LIDAR: Vector3 = { x: 0, y: 0, z: 0.42 };
export const CAMERA: Vector3 = { x: 0.25, y: 0, z: 0.35 };
/** The axes of a camera point to the right, down and into the image. */
const OPTICAL = quaternionFromEuler({ roll: -Math.PI / 2, yaw: -Math.PI / 2 });

export function base(server: FoxgloveServer): (robot: Robot) => void {
  const transforms = server.channel("/tf", FrameTransforms);
  return ({ x, y, yaw, speed, turnRate }) => {
    transforms.send(() => ({
      transforms: [
        {
          parent_frame_id: "map",
          child_frame_id: "base_link",
          translation: { x, y },
          rotation: quaternionFromEuler({ yaw }),
        },
        { parent_frame_id: "base_link", child_frame_id: "lidar", translation: LIDAR },
        { parent_frame_id: "base_link", child_frame_id: "camera", translation: CAMERA, rotation: OPTICAL },
      ],
    }));
    server.publish("/velocity", { speed, turnRate });
  };
}
