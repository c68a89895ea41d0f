// gps_server.ts: the course, the drive along it, its accuracy, and its layout.

import { assertEquals } from "@std/assert/equals";
import { accuracyAt } from "../../examples/gps_server.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { GeoJSON, LocationFix, PositionCovarianceType } from "../../src/schemas/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

interface Line {
  type: string;
  properties: { name: string; style: { color: string } };
  geometry: { type: string; coordinates: [number, number][] };
}

const METERS_PER_DEGREE = 111_320;
const METERS_PER_LONGITUDE = METERS_PER_DEGREE * Math.cos(52.4735 * Math.PI / 180);

/** The distance of two places, given as longitude and latitude in degrees. */
function meters([x, y]: [number, number], [otherX, otherY]: [number, number]): number {
  return Math.hypot((x - otherX) * METERS_PER_LONGITUDE, (y - otherY) * METERS_PER_DEGREE);
}

Deno.test("gps_server.ts draws a course without gaps on the map", async () => {
  await using example = await startExample("gps_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  await assertChannels(client, ["/course", "/drive", "/gps", "/track"]);
  await assertLayout("gps", client);
  const { value } = (await client.subscribe("/course", GeoJSON).next()).value!;
  const { type, properties, geometry }: Line = JSON.parse(value.geojson);
  assertEquals([type, properties.name, geometry.type], ["Feature", "course", "LineString"]);
  const steps = geometry.coordinates.slice(1).map((place, index) => meters(place, geometry.coordinates[index]!));
  // Six lanes of 120 m, with half circles of 5 m between them. A point for each metre.
  assertEquals(geometry.coordinates.length, Math.floor(6 * 120 + 5 * 5 * Math.PI));
  assertEquals(steps.filter((step) => step < 0.9 || step > 1.1), []);
});

Deno.test("gps_server.ts drives east along the first lane, and sends its track", async () => {
  await using example = await startExample("gps_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  const drives = client.subscribe("/drive").decoded<{ speed: number; accuracy: number }>();
  const tracks = client.subscribe("/track", GeoJSON);
  const fixes: LocationFix[] = [];
  for await (const { value } of client.subscribe("/gps", LocationFix)) {
    if (fixes.push(value) === 20) break;
  }
  for (const { position_covariance: covariance, position_covariance_type, frame_id } of fixes) {
    assertEquals([position_covariance_type, frame_id], [PositionCovarianceType.DIAGONAL_KNOWN, "gps"]);
    assertEquals(covariance.map((value) => value > 0), [true, false, false, false, true, false, false, false, true]);
  }
  const places = fixes.map(({ longitude, latitude }): [number, number] => [longitude, latitude]);
  const longitudes = places.map(([longitude]) => longitude);
  assertEquals(longitudes.toSorted((one, other) => one - other), longitudes);
  for (const [index, { velocity, heading }] of fixes.entries()) {
    assertEquals([heading, velocity!.y.toFixed(6)], [Math.PI / 2, "0.000000"]);
    // A step takes 0.1 s. The drifting error of the receiver adds less than 0.05 m.
    const step = index === 0 ? 0 : meters(places[index]!, places[index - 1]!);
    const expected = index === 0 ? 0 : velocity!.x / 10;
    assertEquals(Math.abs(step - expected) < 0.05, true, `step ${index} is ${step} m instead of ${expected} m`);
  }
  const { speed, accuracy } = (await drives.next()).value!.value;
  assertEquals([speed >= 0 && speed <= 6, accuracy >= 0.4 && accuracy < 3], [true, true]);

  // The track contains the places, in their order.
  for await (const { value } of tracks) {
    const { properties, geometry }: Line = JSON.parse(value.geojson);
    assertEquals([properties.name, geometry.type], ["track", "LineString"]);
    const start = geometry.coordinates.findIndex((place) => meters(place, places[0]!) === 0);
    if (start === -1 || geometry.coordinates.length < start + 10) continue;
    assertEquals(geometry.coordinates.slice(start, start + 10), places.slice(0, 10));
    break;
  }
});

Deno.test("accuracyAt() is worse below the trees in the east", () => {
  const [west, middle, east] = [accuracyAt(-60), accuracyAt(0), accuracyAt(60)];
  assertEquals(Math.round(100 * west.east), 30);
  assertEquals([west.north < middle.north, middle.north < east.north, east.north > 2], [true, true, true]);
});
