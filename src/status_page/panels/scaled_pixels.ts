// SCALED_FORMATS: grey pixels of 16 or 32 bits, such as depths. The smallest is drawn black, the largest white.

import { OPAQUE, type PixelFormat, type RawImage } from "./pixel_format.ts";

/** The formats, by encoding. */
export const SCALED_FORMATS: readonly (readonly [string, PixelFormat])[] = [
  ["mono16", scaled(Uint16Array)],
  ["16UC1", scaled(Uint16Array)],
  ["32FC1", scaled(Float32Array)],
];

type Numbers = Uint16Array | Float32Array;
type NumberArray = typeof Uint16Array | typeof Float32Array;

function scaled(type: NumberArray): PixelFormat {
  return {
    rowBytes: (width) => width * type.BYTES_PER_ELEMENT,
    convert(image, pixels) {
      const { width, height } = image;
      let min = Infinity;
      let max = -Infinity;
      for (let row = 0; row < height; row++) {
        const values = readRow(type, image, row);
        for (let column = 0; column < width; column++) {
          const value = values[column]!;
          // Depth cameras send NaN or an infinity where they measure nothing. NaN fails both comparisons.
          if (value < min && value !== -Infinity) min = value;
          if (value > max && value !== Infinity) max = value;
        }
      }
      const scale = max > min ? 255 / (max - min) : 0;
      for (let row = 0; row < height; row++) {
        const values = readRow(type, image, row);
        for (let column = 0; column < width; column++) {
          const value = values[column]!;
          // `| 0` makes an integer, and 0 of NaN and -Infinity.
          const grey = value > max ? 255 : (value - min) * scale + 0.5 | 0;
          pixels[row * width + column] = OPAQUE | grey << 16 | grey << 8 | grey;
        }
      }
    },
  };
}

/** Returns the numbers of a row: a view of the data if that is possible, otherwise a copy. */
function readRow(type: NumberArray, { width, step, isBigEndian, data }: RawImage, row: number): Numbers {
  const size = type.BYTES_PER_ELEMENT;
  const start = data.byteOffset + row * step;
  if (!isBigEndian && start % size === 0) return new type(data.buffer, start, width);
  const bytes = data.slice(row * step, row * step + width * size);
  if (isBigEndian) {
    for (let offset = 0; offset < bytes.length; offset += size) bytes.subarray(offset, offset + size).reverse();
  }
  return new type(bytes.buffer, 0, width);
}
