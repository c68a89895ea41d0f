// toRgba(): the pixels of an uncompressed image, as a canvas needs them.

import { clip } from "../clip.ts";
import { BAYER_FORMATS } from "./bayer_pixels.ts";
import { PACKED_FORMATS } from "./packed_pixels.ts";
import type { PixelFormat, RawImage } from "./pixel_format.ts";
import { SCALED_FORMATS } from "./scaled_pixels.ts";
import { YUV_FORMATS } from "./yuv_pixels.ts";

/** Larger images are rejected, because a canvas of this size has 64 MiB already. */
export const MAX_PIXELS = 16_777_216;

const FORMATS: ReadonlyMap<string, PixelFormat> = new Map([
  ...PACKED_FORMATS,
  ...SCALED_FORMATS,
  ...YUV_FORMATS,
  ...BAYER_FORMATS,
]);

/**
 * Converts an image to RGBA. Writes into `previous` if it has the right size.
 *
 * @throws {RangeError} When the encoding is unknown, the image is too large, or `data` is too short for its size.
 */
export function toRgba(
  image: RawImage,
  previous?: Uint8ClampedArray<ArrayBuffer>,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, data } = image;
  const format = FORMATS.get(image.encoding);
  if (!format) throw new RangeError(`Cannot show the image: its encoding "${clip(image.encoding, 40)}" is unknown`);
  checkImageSize(width, height);
  const rowBytes = format.rowBytes(width);
  const step = image.step || rowBytes;
  if (!Number.isInteger(step) || step < rowBytes) {
    throw new RangeError(`Cannot show the image: step is ${step}, but a row of ${width} pixels has ${rowBytes} bytes`);
  }
  const needed = step * ((format.rows?.(height) ?? height) - 1) + rowBytes;
  if (data.length < needed) {
    throw new RangeError(`Cannot show the image: data has ${data.length} bytes, but the image needs ${needed}`);
  }
  const length = width * height * 4;
  const rgba = previous?.length === length ? previous : new Uint8ClampedArray(length);
  // One write of 32 bits is faster than four of 8. It gives the right order, because browsers run only on machines
  // where the lowest byte is the first.
  format.convert({ ...image, step }, new Uint32Array(rgba.buffer));
  return rgba;
}

/**
 * Checks the size of an image, before memory for its pixels is allocated.
 *
 * @throws {RangeError} When the image has no pixels, or more than {@linkcode MAX_PIXELS}.
 */
export function checkImageSize(width: number, height: number): void {
  const isSize = (value: number) => Number.isInteger(value) && value > 0;
  if (!isSize(width) || !isSize(height)) {
    throw new RangeError(`Cannot show the image: its size is ${width} × ${height}`);
  }
  if (width * height > MAX_PIXELS) {
    throw new RangeError(`Cannot show the image: ${width} × ${height} is more than ${MAX_PIXELS} pixels`);
  }
}
