// Shows a drive on the map: a mower cuts the meadow of Berlin's former airport, lane by lane. Its GPS is less accurate
// below the trees in the east, so the ellipse around its position grows there.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { GeoJSON, LocationFix, PositionCovarianceType } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const STEPS_PER_SECOND = 10;
/** The lanes are 10 m apart. Half circles connect them. */
const [LANES, LANE_METERS, RADIUS] = [6, 120, 5];
const TURN_METERS = Math.PI * RADIUS;
const COURSE_METERS = LANES * (LANE_METERS + TURN_METERS) - TURN_METERS;
const ORIGIN = { latitude: 52.4735, longitude: 13.4015 };
const METERS_PER_DEGREE = 111_320;

/** A place on the course: `x` to the east and `y` to the north in m, the heading in rad clockwise from north. */
function courseAt(meters: number) {
  const index = Math.floor(meters / (LANE_METERS + TURN_METERS));
  const [along, side] = [meters - index * (LANE_METERS + TURN_METERS), index % 2 === 0 ? 1 : -1];
  const [x, y, heading] = [LANE_METERS / 2, -2 * RADIUS * index, Math.PI / 2];
  if (along < LANE_METERS) return { x: side * (along - x), y, heading: side * heading, isTurn: false };
  const angle = (along - LANE_METERS) / RADIUS;
  const place = { x: side * (x + RADIUS * Math.sin(angle)), y: y - RADIUS * (1 - Math.cos(angle)) };
  return { ...place, heading: side * (heading + angle), isTurn: true };
}

/** The standard deviations of a position to the east and to the north, in m. */
export function accuracyAt(x: number): { east: number; north: number } {
  const trees = Math.exp(-(((x - LANE_METERS / 2) / 30) ** 2));
  return { east: 0.3 + 1.2 * trees, north: 0.3 + 2.2 * trees };
}

/** Longitude and latitude in degrees, in the order of GeoJSON. */
function degrees(x: number, y: number): [number, number] {
  const longitude = ORIGIN.longitude + x / (METERS_PER_DEGREE * Math.cos(ORIGIN.latitude * Math.PI / 180));
  return [longitude, ORIGIN.latitude + y / METERS_PER_DEGREE];
}

/** A line on the map. Apps draw it in the `style` of its properties. */
function line(name: string, coordinates: readonly [number, number][], style: { color: string; weight: number }) {
  const geometry = { type: "LineString", coordinates };
  return { geojson: JSON.stringify({ type: "Feature", properties: { name, style }, geometry }) };
}

if (import.meta.main) {
  const options = listenOptions("Shows the drive of a mower on the map, and plots its speed.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example GPS server" });
    const fix = server.channel("/gps", LocationFix);
    const track = server.channel("/track", GeoJSON, { latch: true });
    const drive = server.channel("/drive", json({ example: { speed: 6, accuracy: 0.3 } })); // in m/s and m
    const course = Array.from({ length: COURSE_METERS }, (_, meters) => courseAt(meters)).map(({ x, y }) =>
      degrees(x, y)
    );
    server.channel("/course", GeoJSON, { latch: true }).send(line("course", course, { color: "#888888", weight: 1 }));
    await startAndAnnounce(server, signal);
    let [meters, speed, driven] = [0, 0, [] as [number, number][]];
    for (let step = 0;; step++) {
      const { x, y, heading, isTurn } = courseAt(meters);
      const { east, north } = accuracyAt(x);
      // The error changes slowly, as that of a real receiver does.
      const [longitude, latitude] = degrees(x + east * Math.sin(step / 37), y + north * Math.sin(step / 53));
      const velocity = { x: speed * Math.sin(heading), y: speed * Math.cos(heading) };
      const position_covariance = [east ** 2, 0, 0, 0, north ** 2, 0, 0, 0, 4];
      const position_covariance_type = PositionCovarianceType.DIAGONAL_KNOWN;
      const quality = { position_covariance, position_covariance_type };
      fix.send({ frame_id: "gps", latitude, longitude, altitude: 48, heading, velocity, ...quality });
      drive.send({ speed, accuracy: Math.hypot(east, north) });
      driven.push([longitude, latitude]);
      if (step % STEPS_PER_SECOND === 0) track.send(line("track", driven, { color: "#33cc66", weight: 4 }));
      const target = isTurn || courseAt(Math.min(meters + 6, COURSE_METERS - 1)).isTurn ? 2 : 6;
      speed += (target - speed) / 8;
      meters += speed / STEPS_PER_SECOND;
      if (meters >= COURSE_METERS) [meters, driven] = [0, []];
      await delay(1000 / STEPS_PER_SECOND, { signal });
    }
  });
}
