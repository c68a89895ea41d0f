// The camera: draws what the robot sees, column by column, and sends it as PNG with the camera's calibration.

import { type FoxgloveServer, timeNs } from "../../mod.ts";
import { CameraCalibration, CompressedImage, encodePng } from "../../src/schemas/mod.ts";
import { CAMERA } from "./base.ts";
import { BOX_HEIGHT, castRay, floorShade } from "./room.ts";
import type { Robot } from "./world.ts";

const WIDTH = 320;
const HEIGHT = 240;
/** In pixels: the field of view is 77°. */
const FOCAL = 200;
const [CENTRE_X, CENTRE_Y] = [WIDTH / 2, HEIGHT / 2];
const CALIBRATION = {
  ...{ frame_id: "camera", width: WIDTH, height: HEIGHT, distortion_model: "plumb_bob", D: [0, 0, 0, 0, 0] },
  K: [FOCAL, 0, CENTRE_X, 0, FOCAL, CENTRE_Y, 0, 0, 1],
  R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  P: [FOCAL, 0, CENTRE_X, 0, 0, FOCAL, CENTRE_Y, 0, 0, 0, 1, 0],
};

export function camera(server: FoxgloveServer): (robot: Robot) => Promise<void> {
  const calibration = server.channel("/camera/calibration", CameraCalibration);
  const image = server.channel("/camera/image", CompressedImage, { delivery: "latestOnly" });
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  let isEncoding = false;
  return async (robot) => {
    const timestamp = timeNs();
    calibration.send({ ...CALIBRATION, timestamp });
    if (isEncoding || !image.isActive) return;
    isEncoding = true;
    for (let column = 0; column < WIDTH; column++) drawColumn(pixels, column, robot);
    const data = await encodePng({ width: WIDTH, height: HEIGHT, data: pixels });
    image.send({ timestamp, frame_id: "camera", format: "png", data });
    isEncoding = false;
  };
}

/** Draws the ceiling, the box that the ray of this column hits, and the floor. */
function drawColumn(pixels: Uint8Array, column: number, robot: Robot): void {
  // How far the ray moves to the left for each metre ahead.
  const left = (CENTRE_X - column - 0.5) / FOCAL;
  const [forwardX, forwardY] = [Math.cos(robot.yaw), Math.sin(robot.yaw)];
  const [x, y] = [robot.x + CAMERA.x * forwardX, robot.y + CAMERA.x * forwardY];
  const { distance, box, facesX } = castRay(x, y, robot.yaw + Math.atan(left));
  // The distance along the axis of the camera.
  const depth = distance / Math.hypot(1, left);
  const top = CENTRE_Y - FOCAL * (BOX_HEIGHT - CAMERA.z) / depth;
  const bottom = CENTRE_Y + FOCAL * CAMERA.z / depth;
  const light = (facesX ? 0.85 : 1) / (1 + depth / 15);
  for (let row = 0; row < HEIGHT; row++) {
    const at = (row * WIDTH + column) * 3;
    if (row < top) setColor(pixels, at, 0.75, 0.82, 0.9, 1);
    else if (row < bottom) setColor(pixels, at, ...box.color, light);
    else {
      const ahead = FOCAL * CAMERA.z / (row + 0.5 - CENTRE_Y);
      const shade = floorShade(x + ahead * (forwardX - left * forwardY), y + ahead * (forwardY + left * forwardX));
      setColor(pixels, at, shade, shade, shade, 1);
    }
  }
}

function setColor(pixels: Uint8Array, at: number, red: number, green: number, blue: number, light: number): void {
  pixels[at] = 255 * red * light;
  pixels[at + 1] = 255 * green * light;
  pixels[at + 2] = 255 * blue * light;
}
