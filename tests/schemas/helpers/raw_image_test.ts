// rawImage(): the step and the length of each encoding, and rejected images.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { rawImage, type RawImageEncoding, type RawImageOptions } from "../../../src/schemas/mod.ts";

/** The step and the length of an image of 6x4 pixels. */
const SIZES: Readonly<Record<RawImageEncoding, readonly [step: number, bytes: number]>> = {
  rgb8: [18, 72],
  bgr8: [18, 72],
  "8UC3": [18, 72],
  rgba8: [24, 96],
  bgra8: [24, 96],
  mono8: [6, 24],
  "8UC1": [6, 24],
  mono16: [12, 48],
  "16UC1": [12, 48],
  "32FC1": [24, 96],
  yuv422: [12, 48],
  uyvy: [12, 48],
  yuv422_yuy2: [12, 48],
  yuyv: [12, 48],
  bayer_rggb8: [6, 24],
  bayer_bggr8: [6, 24],
  bayer_gbrg8: [6, 24],
  bayer_grbg8: [6, 24],
  nv12: [6, 36],
};

for (const [name, [step, length]] of Object.entries(SIZES)) {
  Deno.test(`rawImage() computes the step and checks the length of ${name}`, () => {
    const encoding = name as RawImageEncoding;
    const data = new Uint8Array(length);
    assertEquals(rawImage({ width: 6, height: 4, encoding, data }), { width: 6, height: 4, encoding, step, data });
    for (const wrong of [length - 1, length + 1, 0]) {
      const text = `"data" has ${wrong} bytes, but 6x4 ${name} with step ${step} has ${length}`;
      const make = () => rawImage({ width: 6, height: 4, encoding, data: new Uint8Array(wrong) });
      assertThrows(make, TypeError, `Cannot make a raw image: ${text}`);
    }
  });
}

Deno.test("rawImage() accepts padding after each row", () => {
  assertEquals(rawImage({ width: 3, height: 2, encoding: "rgb8", step: 12, data: new Uint8Array(24) }).step, 12);
  assertEquals(rawImage({ width: 4, height: 2, encoding: "nv12", step: 6, data: new Uint8Array(18) }).step, 6);
});

Deno.test("rawImage() does not copy the pixels, and takes views of any type", () => {
  const depth = new Uint16Array([1, 256]);
  const { data } = rawImage({ width: 2, height: 1, encoding: "16UC1", data: depth });
  assertEquals(data, new Uint8Array([1, 0, 0, 1]));
  assertEquals(data?.buffer === depth.buffer, true);
  const buffer = new ArrayBuffer(8);
  const part = rawImage({ width: 1, height: 1, encoding: "32FC1", data: new DataView(buffer, 4) }).data;
  assertEquals([part?.buffer === buffer, part?.byteOffset, part?.length], [true, 4, 4]);
});

Deno.test("rawImage() keeps the timestamp and the frame", () => {
  const image = rawImage({
    width: 1,
    height: 1,
    encoding: "mono8",
    data: new Uint8Array(1),
    timestamp: 7n,
    frame_id: "c",
  });
  assertEquals([image.timestamp, image.frame_id], [7n, "c"]);
});

Deno.test("rawImage() rejects images that apps cannot show", () => {
  const valid: RawImageOptions = { width: 2, height: 2, encoding: "mono8", data: new Uint8Array(4) };
  const cases: [Record<string, unknown>, typeof TypeError | typeof RangeError, string][] = [
    [{ width: 0 }, RangeError, '"width" is 0, not a positive integer'],
    [{ height: 1.5 }, RangeError, '"height" is 1.5, not a positive integer'],
    [{ width: NaN }, RangeError, '"width" is NaN, not a positive integer'],
    [{ step: 1 }, RangeError, '"step" is 1, but a row of 2 pixels of mono8 has 2 bytes'],
    [{ step: 2.5 }, RangeError, '"step" is 2.5, but a row of 2 pixels of mono8 has 2 bytes'],
    [{ width: 3, encoding: "yuyv" }, RangeError, '"width" is 3, but yuyv requires an even width'],
    [{ height: 3, encoding: "bayer_rggb8" }, RangeError, '"height" is 3, but bayer_rggb8 requires an even height'],
    [{ height: 1, encoding: "nv12" }, RangeError, '"height" is 1, but nv12 requires an even height'],
    [{ encoding: "h264" }, TypeError, 'the encoding "h264" is unknown; known are rgb8, '],
    [{ encoding: "toString" }, TypeError, 'the encoding "toString" is unknown'],
    [{ data: [1, 2, 3, 4] }, TypeError, '"data" is an Array, must be bytes (a buffer or a view of one)'],
  ];
  for (const [change, errorClass, text] of cases) {
    const options = { ...valid, ...change } as RawImageOptions;
    assertThrows(() => rawImage(options), errorClass, `Cannot make a raw image: ${text}`);
  }
  const oddHeight = rawImage({ width: 2, height: 1, encoding: "uyvy", data: new Uint8Array(4) });
  assertEquals(oddHeight.step, 4);
});
