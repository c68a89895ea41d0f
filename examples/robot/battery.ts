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
    server.publish("/battery", { volts, amperes, percent });
  };
}
