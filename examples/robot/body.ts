// The robot's body in the 3D panel: turning wheels, a light with the color of the status, and a label.

import type { FoxgloveServer } from "../../mod.ts";
import { quaternionFromEuler, type SceneEntityInit, SceneUpdate } from "../../src/schemas/mod.ts";
import { CAMERA, LIDAR } from "./base.ts";
import type { Robot } from "./world.ts";

const WHEEL_RADIUS = 0.12;
const SIDEWAYS = quaternionFromEuler({ roll: Math.PI / 2 });
const WHEELS = [[0.2, 0.22], [0.2, -0.22], [-0.2, 0.22], [-0.2, -0.22]] as const;

/** Each status has its own light. */
const LIGHTS = {
  driving: { r: 0.2, g: 0.9, b: 0.3 },
  docking: { r: 0.2, g: 0.8, b: 0.9 },
  charging: { r: 0.2, g: 0.4, b: 1 },
  teleoperated: { r: 1, g: 0.7, b: 0.1 },
  blocked: { r: 1, g: 0.2, b: 0.2 },
  stopped: { r: 0.6, g: 0.6, b: 0.6 },
} as const;

export function body(server: FoxgloveServer): (robot: Robot) => void {
  const scene = server.channel("/robot", SceneUpdate);
  return (robot) => scene.send(() => ({ entities: [bodyOf(robot)] }));
}

function bodyOf({ odometer, status, percent }: Robot): SceneEntityInit {
  const tyre = { x: 2 * WHEEL_RADIUS, y: 2 * WHEEL_RADIUS, z: 0.08 };
  const turn = quaternionFromEuler({ pitch: odometer / WHEEL_RADIUS });
  const grey = { r: 0.15, g: 0.15, b: 0.18 };
  const orange = { r: 0.95, g: 0.5, b: 0.15 };
  return {
    id: "body",
    frame_id: "base_link",
    frame_locked: true,
    cubes: [
      { pose: { position: { z: 0.22 } }, size: { x: 0.6, y: 0.36, z: 0.2 }, color: orange },
      { pose: { position: CAMERA }, size: { x: 0.06, y: 0.12, z: 0.06 }, color: grey },
      // A spoke makes the rotation of a wheel visible.
      ...WHEELS.map(([x, y]) => ({
        pose: { position: { x, y, z: WHEEL_RADIUS }, orientation: turn },
        size: { x: 0.2, y: 0.09, z: 0.04 },
      })),
    ],
    cylinders: [
      { pose: { position: LIDAR }, size: { x: 0.14, y: 0.14, z: 0.1 }, bottom_scale: 1, top_scale: 1, color: grey },
      ...WHEELS.map(([x, y]) => ({
        pose: { position: { x, y, z: WHEEL_RADIUS }, orientation: SIDEWAYS },
        ...{ size: tyre, bottom_scale: 1, top_scale: 1, color: grey },
      })),
    ],
    spheres: [{ pose: { position: { x: -0.2, z: 0.36 } }, size: { x: 0.1, y: 0.1, z: 0.1 }, color: LIGHTS[status] }],
    texts: [{
      pose: { position: { z: 0.9 } },
      billboard: true,
      font_size: 0.4,
      text: `${status}, ${percent.toFixed(0)} %`,
    }],
  };
}
