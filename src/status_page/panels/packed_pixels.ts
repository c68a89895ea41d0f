// PACKED_FORMATS: pixels with one byte for each color, and grey pixels of one byte.

import { OPAQUE, type PixelFormat, type RawImage } from "./pixel_format.ts";

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
    convert({ width, height, step, data }: RawImage, pixels) {
      let target = 0;
      for (let row = 0; row < height; row++) {
        const end = row * step + width * pixelBytes;
        for (let source = row * step; source < end; source += pixelBytes) {
          const color = data[source + blue]! << 16 | data[source + green]! << 8 | data[source + red]!;
          pixels[target++] = color | (alpha === undefined ? OPAQUE : data[source + alpha]! << 24);
        }
      }
    },
  };
}
