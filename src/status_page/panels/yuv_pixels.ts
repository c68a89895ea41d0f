// YUV_FORMATS: pixels with a brightness each, where neighbours share two color differences (BT.601, full range).

import { OPAQUE, type PixelFormat } from "./pixel_format.ts";

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
    convert({ width, height, step, data }, pixels) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const pair = row * step + (column >> 1) * 4;
          const luma = data[pair + y + (column & 1) * 2]!;
          pixels[row * width + column] = toPixel(luma, data[pair + u]!, data[pair + v]!);
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
    convert({ width, height, step, data }, pixels) {
      for (let row = 0; row < height; row++) {
        const differences = (height + (row >> 1)) * step;
        for (let column = 0; column < width; column++) {
          const pair = differences + (column & ~1);
          pixels[row * width + column] = toPixel(data[row * step + column]!, data[pair]!, data[pair + 1]!);
        }
      }
    },
  };
}

/** Integers are twice as fast as floats here. The factors are 1.402, 0.344136, 0.714136 and 1.772, times 65,536. */
function toPixel(y: number, u: number, v: number): number {
  const luma = (y << 16) + 0x8000;
  const red = luma + 91_881 * (v - 128) >> 16;
  const green = luma - 22_553 * (u - 128) - 46_802 * (v - 128) >> 16;
  const blue = luma + 116_130 * (u - 128) >> 16;
  return OPAQUE | toByte(blue) << 16 | toByte(green) << 8 | toByte(red);
}

function toByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
