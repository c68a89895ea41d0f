// PACKED_FORMATS: pixels with one byte for each color, and grey pixels of one byte.

import type { PixelFormat } from "./pixel_format.ts";

/** The formats, by encoding. */
export const PACKED_FORMATS: readonly (readonly [string, PixelFormat])[] = [
  ["rgb8", packed(3, 0, 1, 2)],
  ["rgba8", packed(4, 0, 1, 2, 3)],
  ["bgr8", packed(3, 2, 1, 0)],
  ["8UC3", packed(3, 2, 1, 0)],
  ["bgra8", packed(4, 2, 1, 0, 3)],
  ["8UC4", packed(4, 2, 1, 0, 3)],
  ["mono8", packed(1, 0, 0, 0)],
  ["8UC1", packed(1, 0, 0, 0)],
];

/** `red`, `green`, `blue` and `alpha` are the offsets of these bytes within a pixel. */
function packed(pixelBytes: number, red: number, green: number, blue: number, alpha?: number): PixelFormat {
  return {
    rowBytes: (width) => width * pixelBytes,
    convert({ width, height, step, data }, rgba) {
      let target = 0;
      for (let row = 0; row < height; row++) {
        let source = row * step;
        for (let column = 0; column < width; column++) {
          rgba[target] = data[source + red]!;
          rgba[target + 1] = data[source + green]!;
          rgba[target + 2] = data[source + blue]!;
          if (alpha !== undefined) rgba[target + 3] = data[source + alpha]!;
          source += pixelBytes;
          target += 4;
        }
      }
    },
  };
}
