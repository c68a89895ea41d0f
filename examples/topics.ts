// The topics and services that typed_server.ts and typed_client.ts share: both sides get the same types.

import { type Codec, json } from "../src/client/mod.ts";

/** What the robot measures. */
export interface Battery {
  volts: number;
  cells: { volts: number; celsius: number }[];
}

/** Sent by the robot on `/battery`. The example gives apps a schema, so that they can plot every member. */
export const BATTERY: Codec<Battery> = json({ example: { volts: 12.6, cells: [{ volts: 4.2, celsius: 25 }] } });

/** Where clients send the robot. */
export interface Target {
  x: number;
  y: number;
}

/** Sent by clients on `/target`. */
export const TARGET: Codec<Target> = json({ name: "Target", example: { x: 0, y: 0 } });

/** A request of the service `/charge`. */
export interface Charge {
  percent: number;
}

/** A response of the service `/charge`. */
export interface Charged {
  minutes: number;
}
