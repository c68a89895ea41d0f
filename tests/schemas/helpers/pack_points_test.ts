// packPoints(): bytes, fields and rejected arrays.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { packPoints, type PackPointsOptions, type PointCloudInit } from "../../../src/schemas/mod.ts";

const X = [1, 2];
const Y = [-0.5, 1e10];
const Z = [0, NaN];
const SIZES: Readonly<Record<number, number>> = { 1: 1, 7: 4 };

/** Reads the points as an app does: by the fields, with the stride. */
function readPoints(
  { fields = [], point_stride = 0, data = new Uint8Array() }: PointCloudInit & { data?: Uint8Array },
) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from(
    { length: data.length / point_stride },
    (_, index) =>
      Object.fromEntries(fields.map(({ name = "", offset = 0, type = 0 }) => {
        const position = index * point_stride + offset;
        return [name, SIZES[type] === 4 ? view.getFloat32(position, true) : view.getUint8(position)];
      })),
  );
}

Deno.test("packPoints() packs x, y and z as little-endian float32", () => {
  const cloud = packPoints({ x: [1], y: [2], z: [-2] });
  assertEquals(cloud, {
    point_stride: 12,
    fields: [{ name: "x", offset: 0, type: 7 }, { name: "y", offset: 4, type: 7 }, { name: "z", offset: 8, type: 7 }],
    data: new Uint8Array([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0, 0xc0]),
  });
});

Deno.test("packPoints() adds intensity and colours after the coordinates", () => {
  const rgba = new Uint8Array([1, 2, 3, 4, 255, 254, 253, 252]);
  const cloud = packPoints({ x: X, y: Y, z: Z, intensity: [0.25, 100], rgba });
  assertEquals([cloud.point_stride, cloud.data?.length], [20, 40]);
  assertEquals(cloud.fields?.slice(3), [
    { name: "intensity", offset: 12, type: 7 },
    { name: "red", offset: 16, type: 1 },
    { name: "green", offset: 17, type: 1 },
    { name: "blue", offset: 18, type: 1 },
    { name: "alpha", offset: 19, type: 1 },
  ]);
  assertEquals(readPoints(cloud), [
    { x: 1, y: -0.5, z: 0, intensity: 0.25, red: 1, green: 2, blue: 3, alpha: 4 },
    { x: 2, y: 1e10, z: NaN, intensity: 100, red: 255, green: 254, blue: 253, alpha: 252 },
  ]);
});

Deno.test("packPoints() takes colours as bytes or as numbers 0xRRGGBBAA", () => {
  const expected = [{ red: 0x11, green: 0x22, blue: 0x33, alpha: 0x44 }, { red: 255, green: 0, blue: 128, alpha: 254 }];
  const bytes = [0x11, 0x22, 0x33, 0x44, 255, 0, 128, 254];
  // The last array is a view that is not aligned to 4 bytes.
  const colours = [
    new Uint8Array(bytes),
    new Uint8ClampedArray(bytes),
    new Uint32Array([0x11223344, 0xff0080fe]),
    new Uint8Array([0, ...bytes, 0]).subarray(1, 9),
  ];
  for (const rgba of colours) {
    const cloud = packPoints({ x: X, y: Y, z: [0, 0], rgba });
    assertEquals(cloud.point_stride, 16);
    assertEquals(readPoints(cloud).map(({ red, green, blue, alpha }) => ({ red, green, blue, alpha })), expected);
  }
});

Deno.test("packPoints() takes every kind of numeric array", () => {
  const expected = packPoints({ x: [1, 2, 3], y: [4, 5, 6], z: [7, 8, 9], intensity: [0, 1, 2] }).data;
  const kinds: ((values: number[]) => ArrayLike<number>)[] = [
    (values) => new Float32Array(values),
    (values) => new Float64Array(values),
    (values) => new Int16Array(values),
    (values) => new Uint8Array(values),
    ([first, second, third]) => ({ length: 3, 0: first!, 1: second!, 2: third! }),
    (values) => new Float32Array([0, ...values]).subarray(1),
  ];
  for (const [index, of] of kinds.entries()) {
    const other = kinds[(index + 1) % kinds.length]!;
    const cloud = packPoints({ x: of([1, 2, 3]), y: other([4, 5, 6]), z: of([7, 8, 9]), intensity: other([0, 1, 2]) });
    assertEquals([index, cloud.data], [index, expected]);
  }
});

Deno.test("packPoints() copies the points and keeps the other fields", () => {
  const x = new Float32Array([1]);
  const pose = { position: { z: 1 } };
  const cloud = packPoints({ x, y: [0], z: [0], timestamp: 5n, frame_id: "lidar", pose });
  x[0] = 9;
  assertEquals(readPoints(cloud), [{ x: 1, y: 0, z: 0 }]);
  assertEquals([cloud.timestamp, cloud.frame_id, cloud.pose], [5n, "lidar", pose]);
  assertEquals(Object.keys(packPoints({ x, y: x, z: x })).sort(), ["data", "fields", "point_stride"]);
});

Deno.test("packPoints() packs a cloud without points", () => {
  const cloud = packPoints({ x: [], y: [], z: [], rgba: new Uint8Array() });
  assertEquals([cloud.point_stride, cloud.fields?.length, cloud.data], [16, 7, new Uint8Array()]);
});

Deno.test("packPoints() rejects arrays with different numbers of points, and names all lengths", () => {
  const cases: [Partial<PackPointsOptions>, string][] = [
    [{ z: [1] }, "x 2, y 2, z 1"],
    [{ intensity: [] }, "x 2, y 2, z 2, intensity 0"],
    [{ rgba: new Uint8Array(10) }, "x 2, y 2, z 2, rgba 2.5"],
    [{ rgba: new Uint8Array(4) }, "x 2, y 2, z 2, rgba 1"],
    [{ rgba: new Uint32Array(8), intensity: X }, "x 2, y 2, z 2, intensity 2, rgba 8"],
  ];
  for (const [change, list] of cases) {
    const text = `Cannot pack points: the numbers of points differ: ${list}`;
    assertEquals(assertThrows(() => packPoints({ x: X, y: Y, z: Z, ...change }), TypeError).message, text);
  }
});

Deno.test("packPoints() rejects values that are not arrays", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ y: undefined }, '"y" is not an array of numbers'],
    [{ x: new DataView(new ArrayBuffer(2)) }, '"x" is not an array of numbers'],
    [{ x: "12" }, '"x" is not an array of numbers'],
    [{ intensity: 5 }, '"intensity" is not an array of numbers'],
    [{ rgba: [1, 2, 3, 4] }, '"rgba" is not a Uint8Array or Uint32Array'],
    [{ rgba: new Int32Array(2) }, '"rgba" is not a Uint8Array or Uint32Array'],
  ];
  for (const [change, text] of cases) {
    const options = { x: X, y: Y, z: Z, ...change } as unknown as PackPointsOptions;
    assertThrows(() => packPoints(options), TypeError, `Cannot pack points: ${text}`);
  }
});
