// The time that packPoints() and encodePng() take for typical messages.

import { assertEquals } from "@std/assert/equals";
import { encodePng, packPoints } from "../src/schemas/mod.ts";

const POINTS = 100_000;
const STRIDE = 20;

const columns = { x: wave(1), y: wave(2), z: wave(3), intensity: wave(4) };
const lists = {
  x: Array.from(columns.x),
  y: Array.from(columns.y),
  z: Array.from(columns.z),
  intensity: Array.from(columns.intensity),
};
const rgba = Uint8Array.from({ length: 4 * POINTS }, (_, index) => index);

function wave(frequency: number): Float32Array {
  return Float32Array.from({ length: POINTS }, (_, index) => Math.sin(index * frequency / 100));
}

/** The loop that a program would have without the helper. It is only used for one type of array, which is faster. */
function packByHand({ x, y, z, intensity }: typeof columns): Uint8Array {
  const view = new DataView(new ArrayBuffer(POINTS * STRIDE));
  for (let index = 0; index < POINTS; index++) {
    const start = index * STRIDE;
    view.setFloat32(start, x[index]!, true);
    view.setFloat32(start + 4, y[index]!, true);
    view.setFloat32(start + 8, z[index]!, true);
    view.setFloat32(start + 12, intensity[index]!, true);
    view.setUint8(start + 16, rgba[4 * index]!);
    view.setUint8(start + 17, rgba[4 * index + 1]!);
    view.setUint8(start + 18, rgba[4 * index + 2]!);
    view.setUint8(start + 19, rgba[4 * index + 3]!);
  }
  return new Uint8Array(view.buffer);
}

assertEquals(packPoints({ ...columns, rgba }).data, packByHand(columns));
assertEquals(packPoints({ ...lists, rgba }).data, packByHand(columns));

const group = "100,000 points with intensity and colours";
Deno.bench({ name: "a loop over Float32Array", group, baseline: true, fn: () => void packByHand(columns) });
Deno.bench({ name: "packPoints() of Float32Array", group, fn: () => void packPoints({ ...columns, rgba }) });
Deno.bench({ name: "packPoints() of number[]", group, fn: () => void packPoints({ ...lists, rgba }) });

const WIDTH = 640;
const HEIGHT = 480;

/** An RGB image in which each value depends on its position. */
function paint(valueAt: (x: number, y: number, channel: number) => number): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return valueAt(pixel % WIDTH, Math.floor(pixel / WIDTH), index % 3);
  });
}

const images = {
  "a drawing": paint((x, y, channel) => ((x >> 6) + (y >> 6)) % 2 === 0 ? 40 : 200 + 10 * channel),
  "a camera": paint((x, y, channel) =>
    128 + 60 * Math.sin(x / 40 + channel) + 50 * Math.cos(y / 30) + 10 * Math.random()
  ),
  "noise": paint(() => 256 * Math.random()),
};

for (const [kind, data] of Object.entries(images)) {
  Deno.bench({
    name: `encodePng() of ${kind}`,
    group: "RGB images of 640x480",
    fn: async () => void (await encodePng({ width: WIDTH, height: HEIGHT, data })),
  });
}
