// packPoints(): arrays of coordinates as a foxglove.PointCloud.

import { NumericType, type PackedElementFieldInit } from "../packed_element_field.ts";
import type { PointCloudInit } from "../point_cloud.ts";

/** The points for {@linkcode packPoints}. All arrays have one element for each point, except bytes of colours. */
export interface PackPointsOptions extends Pick<PointCloudInit, "timestamp" | "frame_id" | "pose"> {
  /** The x coordinates relative to `pose`, in metres. They are stored as float32. */
  x: ArrayLike<number>;
  /** The y coordinates relative to `pose`, in metres. They are stored as float32. */
  y: ArrayLike<number>;
  /** The z coordinates relative to `pose`, in metres. They are stored as float32. */
  z: ArrayLike<number>;
  /** The strength of each return, in any unit. It is stored as float32. Apps colour the points by it. */
  intensity?: ArrayLike<number>;
  /**
   * The colour of each point: 4 bytes red, green, blue and alpha, or one number `0xRRGGBBAA`. Alpha 255 is opaque, 0 is
   * invisible.
   *
   * Numbers from ROS are `0xAARRGGBB`: rotate them with `(argb << 8) | (argb >>> 24)`. Pass the pixels of a canvas as
   * bytes.
   */
  rgba?: Uint8Array | Uint8ClampedArray | Uint32Array;
}

/**
 * Packs arrays of coordinates into a `foxglove.PointCloud`. The arrays are copied, so the caller may reuse them.
 *
 * Each point takes 12 bytes, and 4 more each for `intensity` and `rgba`. All numbers are little-endian. The points are
 * relative to `pose`, which is relative to the frame `frame_id`. Coordinates may be `NaN`, for example where a lidar
 * got no return. Packing 100,000 points takes about 1 ms.
 *
 * Colours become the fields `red`, `green`, `blue` and `alpha`, which Foxglove's schema names. The 3D panel of
 * Lichtblick uses them without settings when all four exist. Otherwise it colours by `intensity`, or by `z`. It chooses
 * when it receives the first cloud of a topic, and remembers the choice in the layout.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { packPoints } from "@x/foxglove-ws/schemas";
 *
 * const cloud = packPoints({
 *   frame_id: "lidar",
 *   x: [1, 2, 3],
 *   y: [0, 0, 0],
 *   z: new Float32Array([0.1, 0.2, 0.3]),
 *   rgba: new Uint32Array([0xff0000ff, 0x00ff00ff, 0x0000ffff]), // red, green, blue
 * });
 * assertEquals(cloud.point_stride, 16);
 * assertEquals(cloud.fields?.map(({ name }) => name), ["x", "y", "z", "red", "green", "blue", "alpha"]);
 * assertEquals(cloud.data?.length, 3 * 16);
 * ```
 *
 * @throws {TypeError} When the arrays have different numbers of points, or are not arrays.
 */
export function packPoints(options: PackPointsOptions): PointCloudInit & { data: Uint8Array } {
  const { x, y, z, intensity, rgba, ...rest } = options;
  checkColumns({ x, y, z, intensity, rgba });
  const fields = COORDINATES.map((name, index) => field(name, 4 * index, NumericType.FLOAT32));
  let stride = 12;
  if (intensity) {
    fields.push(field("intensity", stride, NumericType.FLOAT32));
    stride += 4;
  }
  if (rgba) {
    fields.push(...COLOURS.map((name, index) => field(name, stride + index, NumericType.UINT8)));
    stride += 4;
  }
  const view = new DataView(new ArrayBuffer(x.length * stride));
  writeCoordinates(view, stride, asFloats(x), asFloats(y), asFloats(z));
  if (intensity) writeIntensity(view, stride, asFloats(intensity));
  if (rgba) writeColours(view, stride, rgba);
  return { ...rest, point_stride: stride, fields, data: new Uint8Array(view.buffer) };
}

const COORDINATES = ["x", "y", "z"];
const COLOURS = ["red", "green", "blue", "alpha"];

function field(name: string, offset: number, type: NumericType): PackedElementFieldInit {
  return { name, offset, type };
}

type Columns = Pick<PackPointsOptions, "x" | "y" | "z"> & {
  intensity: ArrayLike<number> | undefined;
  rgba: PackPointsOptions["rgba"] | undefined;
};

function checkColumns({ rgba, intensity, ...coordinates }: Columns): void {
  const counts: [name: string, count: number][] = [];
  for (const [name, values] of Object.entries({ ...coordinates, ...(intensity && { intensity }) })) {
    // Programs in JavaScript may pass anything.
    const count: unknown = (values as ArrayLike<number> | undefined)?.length;
    if (typeof values !== "object" || typeof count !== "number") {
      throw new TypeError(`Cannot pack points: "${name}" is not an array of numbers`);
    }
    counts.push([name, count]);
  }
  if (rgba) {
    if (!isBytes(rgba) && !(rgba instanceof Uint32Array)) {
      throw new TypeError(`Cannot pack points: "rgba" is not a Uint8Array or Uint32Array`);
    }
    counts.push(["rgba", isBytes(rgba) ? rgba.length / 4 : rgba.length]);
  }
  const [first] = counts;
  if (counts.some(([, count]) => count !== first?.[1])) {
    const list = counts.map(([name, count]) => `${name} ${count}`).join(", ");
    throw new TypeError(`Cannot pack points: the numbers of points differ: ${list}`);
  }
}

function isBytes(value: unknown): value is Uint8Array | Uint8ClampedArray {
  return value instanceof Uint8Array || value instanceof Uint8ClampedArray;
}

/**
 * Returns the values as float32. For 100,000 points, converting other arrays first is several times faster than loops
 * that read arrays of different types.
 */
function asFloats(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values);
}

function writeCoordinates(view: DataView, stride: number, x: Float32Array, y: Float32Array, z: Float32Array): void {
  for (let index = 0, start = 0; index < x.length; index++, start += stride) {
    view.setFloat32(start, x[index]!, true);
    view.setFloat32(start + 4, y[index]!, true);
    view.setFloat32(start + 8, z[index]!, true);
  }
}

function writeIntensity(view: DataView, stride: number, intensity: Float32Array): void {
  for (let index = 0, start = 12; index < intensity.length; index++, start += stride) {
    view.setFloat32(start, intensity[index]!, true);
  }
}

/** Writes 4 bytes of colour to the end of each point. */
function writeColours(view: DataView, stride: number, rgba: Uint8Array | Uint8ClampedArray | Uint32Array): void {
  // Big-endian, so that the bytes of 0xRRGGBBAA are red, green, blue and alpha in this order.
  if (rgba instanceof Uint32Array) {
    for (let index = 0, start = stride - 4; index < rgba.length; index++, start += stride) {
      view.setUint32(start, rgba[index]!);
    }
  } else {
    const source = new DataView(rgba.buffer, rgba.byteOffset, rgba.length);
    for (let index = 0, start = stride - 4; index < rgba.length; index += 4, start += stride) {
      view.setUint32(start, source.getUint32(index));
    }
  }
}
