// toRgba(): the pixels of each encoding, with images that are small enough to be computed by hand.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { RawImage } from "../../../src/status_page/panels/pixel_format.ts";
import { MAX_PIXELS, toRgba } from "../../../src/status_page/panels/raw_image.ts";

function image(encoding: string, width: number, height: number, data: readonly number[], step = 0): RawImage {
  return { encoding, width, height, step, isBigEndian: false, data: Uint8Array.from(data) };
}

/** Returns the pixels as text, such as `010203ff`, one for each pixel. */
function pixels(raw: RawImage): string[] {
  const hex = [...toRgba(raw)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/.{8}/g) ?? [];
}

for (
  const [encoding, data, expected] of [
    ["rgb8", [1, 2, 3], "010203ff"],
    ["bgr8", [1, 2, 3], "030201ff"],
    ["8UC3", [1, 2, 3], "030201ff"],
    ["rgba8", [1, 2, 3, 4], "01020304"],
    ["bgra8", [1, 2, 3, 4], "03020104"],
    ["mono8", [7], "070707ff"],
    ["8UC1", [7], "070707ff"],
  ] as const
) {
  Deno.test(`toRgba() converts ${encoding}`, () => {
    assertEquals(pixels(image(encoding, 1, 1, data)), [expected]);
  });
}

Deno.test("toRgba() skips the bytes between the end of a row and step", () => {
  const raw = image("rgb8", 1, 2, [1, 2, 3, 99, 99, 4, 5, 6], 5);
  assertEquals(pixels(raw), ["010203ff", "040506ff"]);
});

for (const encoding of ["mono16", "16UC1"]) {
  Deno.test(`toRgba() scales ${encoding} from its smallest to its largest value`, () => {
    // 1000, 1500 and 2000.
    assertEquals(pixels(image(encoding, 3, 1, [0xe8, 3, 0xdc, 5, 0xd0, 7])), ["000000ff", "808080ff", "ffffffff"]);
    const bigEndian = { ...image(encoding, 3, 1, [3, 0xe8, 5, 0xdc, 7, 0xd0]), isBigEndian: true };
    assertEquals(pixels(bigEndian), ["000000ff", "808080ff", "ffffffff"]);
    assertEquals(pixels(image(encoding, 2, 1, [5, 0, 5, 0])), ["000000ff", "000000ff"]);
  });
}

Deno.test("toRgba() scales 32FC1, and draws NaN and -Infinity black and Infinity white", () => {
  const data = new Uint8Array(Float32Array.of(-1, 0, 1, NaN, Infinity, -Infinity).buffer);
  const grey = pixels({ ...image("32FC1", 6, 1, []), data }).map((pixel) => pixel.slice(0, 2));
  assertEquals(grey, ["00", "80", "ff", "00", "ff", "00"]);
  const empty = new Uint8Array(Float32Array.of(NaN, NaN).buffer);
  assertEquals(pixels({ ...image("32FC1", 2, 1, []), data: empty }), ["000000ff", "000000ff"]);
});

Deno.test("toRgba() reads 32FC1 from bytes that are not aligned", () => {
  const data = new Uint8Array(9);
  data.set(new Uint8Array(Float32Array.of(2, 3).buffer), 1);
  assertEquals(pixels({ ...image("32FC1", 2, 1, []), data: data.subarray(1) }), ["000000ff", "ffffffff"]);
});

for (
  const [encoding, data] of [
    ["yuv422", [128, 0, 128, 255]],
    ["uyvy", [128, 0, 128, 255]],
    ["yuv422_yuy2", [0, 128, 255, 128]],
    ["yuyv", [0, 128, 255, 128]],
  ] as const
) {
  Deno.test(`toRgba() converts ${encoding}: two grey pixels`, () => {
    assertEquals(pixels(image(encoding, 2, 1, data)), ["000000ff", "ffffffff"]);
    // The last pixel of an odd width has its pair alone.
    assertEquals(pixels(image(encoding, 1, 1, data)), ["000000ff"]);
  });
}

Deno.test("toRgba() converts color differences: red and blue", () => {
  // Of pure red, Y is 76, U is 85 and V is 255. Of pure blue, Y is 29, U is 255 and V is 107.
  assertEquals(pixels(image("uyvy", 2, 1, [85, 76, 255, 76])), ["fe0000ff", "fe0000ff"]);
  assertEquals(pixels(image("yuyv", 2, 1, [29, 255, 29, 107])), ["0000feff", "0000feff"]);
});

Deno.test("toRgba() converts nv12, whose differences follow the rows", () => {
  const data = [0, 76, 255, 76, 85, 255];
  const [first, second, third] = pixels(image("nv12", 2, 2, data));
  assertEquals([first, second], ["b20000ff", "fe0000ff"]);
  assertEquals(third, "ffb3b3ff");
});

for (
  const [pattern, data] of [
    ["rggb", [10, 20, 30, 40]],
    ["bggr", [40, 20, 30, 10]],
    ["gbrg", [20, 40, 10, 30]],
    ["grbg", [20, 10, 40, 30]],
  ] as const
) {
  Deno.test(`toRgba() converts bayer_${pattern}8: four pixels get the colors of all four`, () => {
    assertEquals(pixels(image(`bayer_${pattern}8`, 2, 2, data)), Array(4).fill("0a1928ff"));
  });
}

Deno.test("toRgba() converts bayer images of odd sizes", () => {
  const threeByThree = image("bayer_rggb8", 3, 3, [10, 20, 99, 30, 40, 99, 99, 99, 99]);
  assertEquals(pixels(threeByThree), Array(9).fill("0a1928ff"));
  assertEquals(pixels(image("bayer_rggb8", 1, 1, [10])), ["0a0a0aff"]);
});

Deno.test("toRgba() writes into the previous pixels if the size is the same", () => {
  const first = toRgba(image("mono8", 2, 1, [1, 2]));
  assertEquals(toRgba(image("mono8", 2, 1, [3, 4]), first), first);
  assertEquals(first, Uint8ClampedArray.of(3, 3, 3, 255, 4, 4, 4, 255));
  assertEquals(toRgba(image("mono8", 1, 1, [3]), first).length, 4);
});

for (
  const [reason, raw, text] of [
    ["an unknown encoding", image("h264", 1, 1, [1]), 'encoding "h264" is unknown'],
    ["no pixels", image("mono8", 0, 1, []), "its size is 0 × 1"],
    ["a negative width", image("mono8", -1, -1, [1]), "its size is -1 × -1"],
    ["a width that is not an integer", image("mono8", 1.5, 1, [1, 1]), "its size is 1.5 × 1"],
    ["too many pixels", image("mono8", 65_536, 65_536, [1]), `65536 × 65536 is more than ${MAX_PIXELS} pixels`],
    ["an infinite width", image("mono8", Infinity, 1, [1]), "its size is Infinity × 1"],
    ["too few bytes", image("rgb8", 2, 1, [1, 2, 3, 4, 5]), "data has 5 bytes, but the image needs 6"],
    ["a short last row", image("mono8", 1, 2, [1, 2, 3], 3), "data has 3 bytes, but the image needs 4"],
    ["too few bytes for nv12", image("nv12", 2, 2, [1, 2, 3, 4, 5]), "data has 5 bytes, but the image needs 6"],
    ["a step below a row", image("rgb8", 2, 1, [1, 2, 3, 4, 5, 6], 5), "step is 5, but a row of 2 pixels has 6 bytes"],
    ["a negative step", image("mono8", 1, 2, [1, 2], -1), "step is -1"],
    ["a huge step", image("mono8", 1, 2, [1, 2], 4_294_967_295), "but the image needs 4294967296"],
  ] as const
) {
  Deno.test(`toRgba() rejects an image with ${reason}`, () => {
    assertThrows(() => toRgba(raw), RangeError, text);
  });
}
