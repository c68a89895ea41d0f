// YUV_FORMATS: pixels with a brightness each, where neighbours share two color differences (BT.601, full range).

import type { PixelFormat } from "./pixel_format.ts";

/** The formats, by encoding. */
export const YUV_FORMATS: readonly (readonly [string, PixelFormat])[] = [
  ["yuv422", yuv422(1, 0, 2)],
  ["uyvy", yuv422(1, 0, 2)],
  ["yuv422_yuy2", yuv422(0, 1, 3)],
  ["yuyv", yuv422(0, 1, 3)],
  ["nv12", nv12()],
];

/** Two pixels in 4 bytes. The arguments are the offsets of the first brightness, and of the differences. */
function yuv422(y: number, u: number, v: number): PixelFormat {
  return {
    rowBytes: (width) => Math.ceil(width / 2) * 4,
    convert({ width, height, step, data }, rgba) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const pair = row * step + (column >> 1) * 4;
          const luma = data[pair + y + (column & 1) * 2]!;
          writeYuv(rgba, (row * width + column) * 4, luma, data[pair + u]!, data[pair + v]!);
        }
      }
    },
  };
}

/** The rows of the brightness, then half as many rows with the differences of 2 × 2 pixels. */
function nv12(): PixelFormat {
  return {
    rowBytes: (width) => Math.ceil(width / 2) * 2,
    rows: (height) => height + Math.ceil(height / 2),
    convert({ width, height, step, data }, rgba) {
      for (let row = 0; row < height; row++) {
        const differences = (height + (row >> 1)) * step;
        for (let column = 0; column < width; column++) {
          const pair = differences + (column & ~1);
          writeYuv(rgba, (row * width + column) * 4, data[row * step + column]!, data[pair]!, data[pair + 1]!);
        }
      }
    },
  };
}

function writeYuv(rgba: Uint8ClampedArray, target: number, y: number, u: number, v: number): void {
  rgba[target] = y + 1.402 * (v - 128);
  rgba[target + 1] = y - 0.344136 * (u - 128) - 0.714136 * (v - 128);
  rgba[target + 2] = y + 1.772 * (u - 128);
}
