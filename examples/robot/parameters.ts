// The parameters: users tune the autopilot and the lidar while the robot drives.

import type { FoxgloveServer, ParameterStore } from "../../mod.ts";
import type { Logger } from "../../src/schemas/mod.ts";

const DEFINITIONS = {
  "/robot/mode": { value: "auto", oneOf: ["auto", "manual", "stop"] },
  "/robot/speed": { value: 1, type: "float64", min: 0, max: 3, step: 0.1, description: "In m/s" },
  "/robot/turn_radius": { value: 1.5, min: 0.5, max: 2.5, step: 0.1, description: "Of the figure eight, in m" },
  "/lidar/range": { value: 10, type: "float64", min: 1, max: 20, step: 1, description: "In m" },
} as const;

/** The values, by name. */
export type Parameters = ParameterStore<typeof DEFINITIONS>;

export function parameters(server: FoxgloveServer, logger: Logger): Parameters {
  const store = server.parameters(DEFINITIONS);
  for (const name of Object.keys(DEFINITIONS) as (keyof typeof DEFINITIONS)[]) {
    store.onChange(name, (value) => logger.info(`${name} is ${value} now`));
  }
  return store;
}
