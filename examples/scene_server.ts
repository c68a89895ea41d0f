// Draws in the 3D panel: a robot of boxes and texts drives along a line, and leaves spheres that disappear.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import {
  FrameTransform,
  LineType,
  quaternionFromEuler,
  type SceneEntityInit,
  SceneUpdate,
} from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const STEPS_PER_SECOND = 30;
const SECONDS_PER_ROUND = 20;
const [BLUE, YELLOW] = [{ r: 0.2, g: 0.5, b: 0.9 }, { r: 1, g: 0.8, b: 0.2 }];

/** The robot's place in m, direction in rad and speed in m/s. Its track is an eight of 8 m by 4 m. */
function robotAt(seconds: number) {
  const turn = 2 * Math.PI / SECONDS_PER_ROUND;
  const [x, y] = [4 * Math.sin(turn * seconds), 2 * Math.sin(2 * turn * seconds)];
  const [vx, vy] = [4 * turn * Math.cos(turn * seconds), 4 * turn * Math.cos(2 * turn * seconds)];
  return { x, y, yaw: Math.atan2(vy, vx), speed: Math.hypot(vx, vy) };
}

const ARROW = { shaft_diameter: 0.06, head_length: 0.2, head_diameter: 0.15, color: YELLOW };

/** Points along the track. */
const TRACK = Array.from({ length: 200 }, (_, index) => {
  const { x, y } = robotAt(index * SECONDS_PER_ROUND / 200);
  return { x, y };
});

/** The track, and boxes beside it. They do not move, so they are sent only once. */
const COURSE: SceneEntityInit = {
  id: "course",
  frame_id: "map",
  lines: [{ type: LineType.LINE_LOOP, thickness: 0.05, points: TRACK }],
  cubes: [-2.2, 2.2].map((x) => ({ pose: { position: { x, z: 0.5 } }, size: { x: 0.6, y: 0.6, z: 1 }, color: YELLOW })),
};

/** The robot. It is fixed to the frame base_link, so it moves with the transform. Its arrow shows the speed. */
function robot(speed: number): SceneEntityInit {
  return {
    id: "robot",
    frame_id: "base_link",
    frame_locked: true,
    cubes: [
      { pose: { position: { z: 0.25 } }, size: { x: 0.9, y: 0.6, z: 0.3 }, color: BLUE },
      { pose: { position: { x: -0.15, z: 0.5 } }, size: { x: 0.4, y: 0.4, z: 0.2 } },
    ],
    arrows: [{ pose: { position: { x: 0.5, z: 0.25 } }, shaft_length: speed / 2, ...ARROW }],
    texts: [{ pose: { position: { z: 1 } }, billboard: true, font_size: 0.3, text: `${speed.toFixed(1)} m/s` }],
  };
}

if (import.meta.main) {
  const options = listenOptions("Draws a robot that drives around in the 3D panel.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example scene server" });
    const transform = server.channel("/tf", FrameTransform);
    const scene = server.channel("/scene", SceneUpdate);
    server.channel("/course", SceneUpdate, { latch: true }).send({ entities: [COURSE] });
    await startAndAnnounce(server, signal);
    for (let step = 0;; step++) {
      const { x, y, yaw, speed } = robotAt(step / STEPS_PER_SECOND);
      const rotation = quaternionFromEuler({ yaw });
      transform.send({ parent_frame_id: "map", child_frame_id: "base_link", translation: { x, y }, rotation });
      const entities = [robot(speed)];
      if (step % 10 === 0) {
        // Each sphere is an entity of its own. The app removes it after 4 s.
        const spheres = [{ pose: { position: { x, y, z: 0.1 } }, size: { x: 0.2, y: 0.2, z: 0.2 }, color: BLUE }];
        entities.push({ id: `crumb ${step}`, frame_id: "map", lifetime: 4_000_000_000n, spheres });
      }
      scene.send({ entities });
      await delay(1000 / STEPS_PER_SECOND, { signal });
    }
  });
}
