// BAYER_FORMATS: the raw data of camera sensors, where each pixel has one color. 2 × 2 pixels get the same color.

import { OPAQUE, type PixelFormat } from "./pixel_format.ts";

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
    convert({ width, height, step, data }, pixels) {
      // The last row and column of an odd size use the block before them, because their own block is incomplete.
      const lastTop = Math.max(0, (height & ~1) - 2);
      const lastLeft = Math.max(0, (width & ~1) - 2);
      // An image with a single row or column has no complete block, so its pixels are read twice.
      const down = height > 1 ? step : 0;
      const right = width > 1 ? 1 : 0;
      const at = [0, right, down, down + right];
      const [redAt, greenAt, otherGreenAt, blueAt] = [at[red]!, at[firstGreen]!, at[lastGreen]!, at[blue]!];
      for (let row = 0; row < height; row++) {
        const top = Math.min(row & ~1, lastTop) * step;
        for (let column = 0; column < width; column++) {
          const block = top + Math.min(column & ~1, lastLeft);
          const green = data[block + greenAt]! + data[block + otherGreenAt]! >> 1;
          pixels[row * width + column] = OPAQUE | data[block + blueAt]! << 16 | green << 8 | data[block + redAt]!;
        }
      }
    },
  };
}
