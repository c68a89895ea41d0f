// Types of json(). This file is only checked, not run.

import { type Codec, json, type JsonOptions } from "../../mod.ts";
import { json as clientJson } from "../../src/client/mod.ts";

interface Pose {
  x: number;
  frame?: string;
}

const TIME = { timestamp: 0n };
const BYTES = new Uint8Array();

// The type of messages comes from the example, with literals widened.
const battery = json({ example: { volts: 12.6, mode: "auto" } });
battery.encode({ volts: 5, mode: "manual" }, TIME);
const volts: number = battery.decode(BYTES).volts;
// @ts-expect-error: volts must be a number
battery.encode({ volts: "5", mode: "auto" }, TIME);
// @ts-expect-error: mode is missing
battery.encode({ volts: 5 }, TIME);
// @ts-expect-error: amps is unknown
battery.encode({ volts: 5, mode: "auto", amps: 1 }, TIME);
// @ts-expect-error: volts is not a string
const text: string = battery.decode(BYTES).volts;

// Or the program names it.
const pose: Codec<Pose> = json<Pose>({ name: "Pose", schema: { type: "object" } });
pose.encode({ x: 1 }, TIME);
json<Pose>({ example: { x: 1 } }).encode({ x: 1, frame: "map" }, TIME);
clientJson<Pose>({ schema: '{"type":"object"}' }).check?.({ x: 1 });
// @ts-expect-error: the example is not a Pose
json<Pose>({ example: { y: 1 } });

// Values are read as JSON has them.
const scan = json({
  example: { ranges: new Float32Array(2), image: new Uint8Array(2), at: new Date(), n: [{ a: 1 }] },
});
scan.encode({ ranges: new Float32Array(2), image: new Uint8Array(2), at: new Date(), n: [{ a: 2 }] }, TIME);
const read: { ranges: number[]; image: string; at: string; n: { a: number }[] } = scan.decode(BYTES);
// @ts-expect-error: bytes are read as base64 text
const image: Uint8Array = scan.decode(BYTES).image;

// Without both, values are unknown.
const unknown: Codec<unknown> = json({ schema: { type: "object" } });
// @ts-expect-error: decoded values are unknown
json().decode(BYTES).x;

const options: JsonOptions<Pose> = { name: "Pose" };
json(options).encode({ x: 1 }, TIME);
// @ts-expect-error: an unknown option
json({ shema: "{}" });
// @ts-expect-error: a schema is text or an object
json({ schema: 5 });
// @ts-expect-error: a name is text
json({ name: 5 });

export const used: readonly unknown[] = [volts, text, read, image, unknown];
