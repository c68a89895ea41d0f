// SCALED_FORMATS: grey pixels of 16 or 32 bits, such as depths. The smallest is drawn black, the largest white.

import type { PixelFormat } from "./pixel_format.ts";

/** The formats, by encoding. */
export const SCALED_FORMATS: readonly (readonly [string, PixelFormat])[] = [
  ["mono16", scaled(2, (view, offset, isLittleEndian) => view.getUint16(offset, isLittleEndian))],
  ["16UC1", scaled(2, (view, offset, isLittleEndian) => view.getUint16(offset, isLittleEndian))],
  ["32FC1", scaled(4, (view, offset, isLittleEndian) => view.getFloat32(offset, isLittleEndian))],
];

type ReadPixel = (view: DataView, offset: number, isLittleEndian: boolean) => number;

function scaled(pixelBytes: number, read: ReadPixel): PixelFormat {
  return {
    rowBytes: (width) => width * pixelBytes,
    convert({ width, height, step, isBigEndian, data }, rgba) {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const values = new Float32Array(width * height);
      let min = Infinity;
      let max = -Infinity;
      for (let index = 0, row = 0; row < height; row++) {
        for (let column = 0; column < width; column++, index++) {
          const value = read(view, row * step + column * pixelBytes, !isBigEndian);
          values[index] = value;
          // Depth cameras send NaN or an infinity where they measure nothing.
          if (!Number.isFinite(value)) continue;
          if (value < min) min = value;
          if (value > max) max = value;
        }
      }
      const scale = max > min ? 255 / (max - min) : 0;
      for (let index = 0, target = 0; index < values.length; index++, target += 4) {
        // NaN becomes 0, and infinities the nearest brightness.
        const brightness = (values[index]! - min) * scale;
        rgba[target] = brightness;
        rgba[target + 1] = brightness;
        rgba[target + 2] = brightness;
      }
    },
  };
}
