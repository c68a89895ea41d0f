// The GPS receiver: positions on Earth, as if the room were on the field of Berlin's former airport Tempelhof.

import type { FoxgloveServer } from "../../mod.ts";
import { LocationFix, PositionCovarianceType } from "../../src/schemas/mod.ts";
import type { Robot } from "./world.ts";

/** The origin of the map, in degrees. */
const ORIGIN = { latitude: 52.4735, longitude: 13.4015 };
const METERS_PER_DEGREE = 111_320;
/** The square of a standard deviation of 0.3 m. */
const VARIANCE = 0.09;

export function gps(server: FoxgloveServer): (robot: Robot) => void {
  const fix = server.channel("/gps", LocationFix);
  return ({ x, y }) =>
    fix.send({
      frame_id: "base_link",
      latitude: ORIGIN.latitude + y / METERS_PER_DEGREE,
      longitude: ORIGIN.longitude + x / (METERS_PER_DEGREE * Math.cos(ORIGIN.latitude * Math.PI / 180)),
      altitude: 48,
      position_covariance: [VARIANCE, 0, 0, 0, VARIANCE, 0, 0, 0, VARIANCE],
      position_covariance_type: PositionCovarianceType.DIAGONAL_KNOWN,
    });
}
