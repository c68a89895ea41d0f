// BAYER_FORMATS: the raw data of camera sensors, where each pixel has one color. Four pixels get the colors of all four.

import type { PixelFormat } from "./pixel_format.ts";

/** The formats, by encoding. The name lists the colors of 2 × 2 pixels, row by row. */
export const BAYER_FORMATS: readonly (readonly [string, PixelFormat])[] = ["rggb", "bggr", "gbrg", "grbg"].map(
  (pattern) => [`bayer_${pattern}8`, bayer(pattern)],
);

function bayer(pattern: string): PixelFormat {
  const red = pattern.indexOf("r");
  const blue = pattern.indexOf("b");
  const firstGreen = pattern.indexOf("g");
  const lastGreen = pattern.lastIndexOf("g");
  return {
    rowBytes: (width) => width,
    convert({ width, height, step, data }, rgba) {
      for (let row = 0; row < height; row++) {
        // The last row and column of an odd size use the block before them, because their own block is incomplete.
        const top = Math.max(0, Math.min(row & ~1, (height & ~1) - 2));
        for (let column = 0; column < width; column++) {
          const left = Math.max(0, Math.min(column & ~1, (width & ~1) - 2));
          // An image with a single row or column has no complete block, so its pixels are read twice.
          const at = (index: number) =>
            data[Math.min(top + (index >> 1), height - 1) * step + Math.min(left + (index & 1), width - 1)]!;
          const target = (row * width + column) * 4;
          rgba[target] = at(red);
          rgba[target + 1] = (at(firstGreen) + at(lastGreen)) / 2;
          rgba[target + 2] = at(blue);
        }
      }
    },
  };
}
