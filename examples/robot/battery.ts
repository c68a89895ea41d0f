// The battery: volts, amperes and percent for a Plot panel. publish() makes the channel and its schema.

import type { FoxgloveServer } from "../../mod.ts";
import type { Robot } from "./world.ts";

/** In ohms: the voltage drops while the motors need current. */
const RESISTANCE = 0.05;

export function battery(server: FoxgloveServer): (robot: Robot) => void {
  return ({ percent, speed, status }) => {
    // Positive while it charges.
    const amperes = status === "charging" ? 8 : -0.5 - 4 * Math.abs(speed);
    const volts = 10.8 + 1.8 * percent / 100 + RESISTANCE * amperes;
    // As coarse as a real sensor, so that people can read the numbers.
    server.publish("/battery", { volts: round(volts, 3), amperes: round(amperes, 2), percent: round(percent, 1) });
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
