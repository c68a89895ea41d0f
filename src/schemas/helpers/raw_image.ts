// rawImage(): pixels as a foxglove.RawImage.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../../protocol/bytes.ts";
import type { RawImageInit } from "../raw_image.ts";

/**
 * The format of the pixels, in the names of ROS. Numbers of 16 and 32 bits are little-endian.
 *
 * | encoding                                                   | bytes per pixel                               |
 * | ---------------------------------------------------------- | --------------------------------------------- |
 * | `rgb8`, `bgr8` = `8UC3`                                    | 3                                             |
 * | `rgba8`, `bgra8`                                           | 4                                             |
 * | `mono8` = `8UC1`                                           | 1                                             |
 * | `mono16` = `16UC1`                                         | 2: uint16, often a depth in mm                |
 * | `32FC1`                                                    | 4: float32, from 0 (black) to 1 (white)       |
 * | `yuv422` = `uyvy`                                          | 2: U, Y1, V, Y2 for two pixels; an even width |
 * | `yuv422_yuy2` = `yuyv`                                     | 2: Y1, U, Y2, V for two pixels; an even width |
 * | `bayer_rggb8`, `bayer_bggr8`, `bayer_gbrg8`, `bayer_grbg8` | 1; an even width and height                   |
 * | `nv12`                                                     | 1 and a half; an even width and height        |
 *
 * `nv12` has all rows of Y, then half as many rows of alternating U and V, with the same step. Lichtblick 1.28 does not
 * show it, Foxglove does.
 */
export type RawImageEncoding =
  | "rgb8"
  | "bgr8"
  | "8UC3"
  | "rgba8"
  | "bgra8"
  | "mono8"
  | "8UC1"
  | "mono16"
  | "16UC1"
  | "32FC1"
  | "yuv422"
  | "uyvy"
  | "yuv422_yuy2"
  | "yuyv"
  | "bayer_rggb8"
  | "bayer_bggr8"
  | "bayer_gbrg8"
  | "bayer_grbg8"
  | "nv12";

/** The image for {@linkcode rawImage}. */
export interface RawImageOptions extends Pick<RawImageInit, "timestamp" | "frame_id"> {
  /** The width in pixels. */
  width: number;
  /** The height in pixels. */
  height: number;
  /** The format of the pixels. */
  encoding: RawImageEncoding;
  /**
   * The pixels, row by row, from the top. A `Uint16Array` for `mono16` or a `Float32Array` for `32FC1` is allowed. The
   * result refers to these bytes, so do not change them before the image is sent.
   */
  data: ByteSource;
  /**
   * The distance between two rows in `data`, in bytes. More than a row needs if each row ends with padding.
   *
   * @default {width * bytes per pixel} rows without padding
   */
  step?: number;
}

/**
 * Makes a `foxglove.RawImage`: computes `step`, and checks that `data` has exactly the bytes of the image.
 *
 * The bytes are not copied. `frame_id` is the frame of the camera: origin in the optical centre, x to the right, y
 * down, z into the image.
 *
 * @example
 * ```ts
 * import { assertEquals, } from "@std/assert/equals";
 * import { assertThrows } from "@std/assert/throws";
 * import { rawImage } from "@x/foxglove-ws/schemas";
 *
 * const depth = new Uint16Array(640 * 480); // in mm
 * const image = rawImage({ width: 640, height: 480, encoding: "16UC1", data: depth, frame_id: "camera" });
 * assertEquals(image.step, 1280);
 *
 * const colour = new Uint8Array(640 * 480 * 3);
 * assertThrows(
 *   () => rawImage({ width: 640, height: 480, encoding: "rgba8", data: colour }),
 *   TypeError,
 *   "921600 bytes",
 * );
 * ```
 *
 * @throws {TypeError} When `encoding` is unknown, or `data` is not bytes, or its length is not the expected one.
 * @throws {RangeError} When `width` or `height` is not a positive integer, or is odd although the encoding requires an
 * even one. Also when `step` is not an integer, or is shorter than a row.
 */
export function rawImage(options: RawImageOptions): RawImageInit & { data: Uint8Array } {
  const { width, height, encoding, data, step = rowBytes(encoding, width), ...rest } = options;
  checkSize(options);
  const minStep = rowBytes(encoding, width);
  if (!Number.isInteger(step) || step < minStep) {
    throw new RangeError(
      `${CANNOT}: "step" is ${step}, but a row of ${width} pixels of ${encoding} has ${minStep} bytes`,
    );
  }
  const bytes = bytesOf(data);
  if (!bytes) throw new TypeError(`${CANNOT}: "data" is ${kindOf(data)}, must be ${BYTES_RULE}`);
  const expected = step * (encoding === "nv12" ? height * 3 / 2 : height);
  if (bytes.length !== expected) {
    const size = `${width}x${height} ${encoding} with step ${step}`;
    throw new TypeError(`${CANNOT}: "data" has ${bytes.length} bytes, but ${size} has ${expected}`);
  }
  return { ...rest, width, height, encoding, step, data: bytes };
}

const CANNOT = "Cannot make a raw image";

/** How an encoding stores pixels. */
interface Layout {
  /** Bytes per pixel in a row. */
  bytes: number;
  /** Pixels share values with their neighbours, so these sizes must be even. */
  even?: readonly ("width" | "height")[];
}

const PAIRS = ["width"] as const;
const SQUARES = ["width", "height"] as const;

const LAYOUTS: Readonly<Record<RawImageEncoding, Layout>> = {
  rgb8: { bytes: 3 },
  bgr8: { bytes: 3 },
  "8UC3": { bytes: 3 },
  rgba8: { bytes: 4 },
  bgra8: { bytes: 4 },
  mono8: { bytes: 1 },
  "8UC1": { bytes: 1 },
  mono16: { bytes: 2 },
  "16UC1": { bytes: 2 },
  "32FC1": { bytes: 4 },
  yuv422: { bytes: 2, even: PAIRS },
  uyvy: { bytes: 2, even: PAIRS },
  yuv422_yuy2: { bytes: 2, even: PAIRS },
  yuyv: { bytes: 2, even: PAIRS },
  bayer_rggb8: { bytes: 1, even: SQUARES },
  bayer_bggr8: { bytes: 1, even: SQUARES },
  bayer_gbrg8: { bytes: 1, even: SQUARES },
  bayer_grbg8: { bytes: 1, even: SQUARES },
  nv12: { bytes: 1, even: SQUARES },
};

function layoutOf(encoding: RawImageEncoding): Layout {
  if (Object.hasOwn(LAYOUTS, encoding)) return LAYOUTS[encoding];
  const known = Object.keys(LAYOUTS).join(", ");
  throw new TypeError(`${CANNOT}: the encoding "${String(encoding)}" is unknown; known are ${known}`);
}

function rowBytes(encoding: RawImageEncoding, width: number): number {
  return width * layoutOf(encoding).bytes;
}

function checkSize(image: RawImageOptions): void {
  const { even = [] } = layoutOf(image.encoding);
  for (const name of ["width", "height"] as const) {
    const pixels = image[name];
    if (!Number.isInteger(pixels) || pixels < 1) {
      throw new RangeError(`${CANNOT}: "${name}" is ${pixels}, not a positive integer`);
    }
    if (even.includes(name) && pixels % 2 !== 0) {
      throw new RangeError(`${CANNOT}: "${name}" is ${pixels}, but ${image.encoding} requires an even ${name}`);
    }
  }
}
