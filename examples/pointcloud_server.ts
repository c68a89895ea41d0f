// Sends a point cloud: 50,000 coloured points of a moving surface, ten times a second. A parameter sets the height.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { FrameTransform, packPoints, PointCloud, quaternionFromEuler } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const [COLUMNS, ROWS] = [250, 200];
/** In m. */
const DISTANCE_OF_POINTS = 0.04;
const CLOUDS_PER_SECOND = 10;

/** Waves around two places of the surface. `height` is that of the highest wave in m. */
function surface(seconds: number, height: number) {
  const count = COLUMNS * ROWS;
  const [x, y, z] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const rgba = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const px = (index % COLUMNS - COLUMNS / 2) * DISTANCE_OF_POINTS;
    const py = (Math.floor(index / COLUMNS) - ROWS / 2) * DISTANCE_OF_POINTS;
    const one = Math.sin(3 * Math.hypot(px - 2, py - 1) - 2 * seconds);
    const other = Math.sin(2 * Math.hypot(px + 3, py + 2) - 1.5 * seconds);
    const level = (one + other) / 2; // from -1 to 1
    [x[index], y[index], z[index]] = [px, py, height * level];
    rgba[index] = colorOf(level);
  }
  return { x, y, z, rgba };
}

/** The colour of a level from -1 (blue) to 1 (white), as 0xRRGGBBAA. */
function colorOf(level: number): number {
  const [red, green, blue] = [60 + 160 * level, 150 + 90 * level, 210 + 40 * level];
  return (Math.max(red, 0) << 24 | green << 16 | blue << 8 | 255) >>> 0;
}

if (import.meta.main) {
  const options = listenOptions("Sends 50,000 points of a moving surface.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example point cloud server" });
    // A client that is too slow for 8 MB/s gets fewer clouds, but always the newest.
    const points = server.channel("/points", PointCloud, { delivery: "latestOnly" });
    const transform = server.channel("/tf", FrameTransform);
    const parameters = server.parameters({ "/height": { value: 0.4, min: 0, max: 2, step: 0.1, description: "In m" } });
    await startAndAnnounce(server, signal);
    for (let step = 0;; step++) {
      const seconds = step / CLOUDS_PER_SECOND;
      // While no client is subscribed, the points are not computed.
      points.send(() => packPoints({ frame_id: "lake", ...surface(seconds, parameters.get("/height")) }));
      const rotation = quaternionFromEuler({ yaw: seconds / 20 });
      transform.send({ parent_frame_id: "map", child_frame_id: "lake", translation: { z: 1 }, rotation });
      await delay(1000 / CLOUDS_PER_SECOND, { signal });
    }
  });
}
