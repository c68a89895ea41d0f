// readImageMessage(), imageTypeOf() and measureEncodedImage(): what a message with an image has.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { measureEncodedImage } from "../../../src/status_page/panels/encoded_image.ts";
import { imageTypeOf, readImageMessage } from "../../../src/status_page/panels/image_message.ts";

for (
  const [schemaName, expected] of [
    ["foxglove.RawImage", "raw"],
    ["foxglove_msgs/RawImage", "raw"],
    ["foxglove_msgs/msg/CompressedImage", "compressed"],
    ["foxglove::CompressedImage", "compressed"],
    ["sensor_msgs/Image", "raw"],
    ["sensor_msgs/msg/Image", "raw"],
    ["sensor_msgs/CompressedImage", "compressed"],
    ["sensor_msgs/msg/CompressedImage", "compressed"],
    ["foxglove.CompressedVideo", undefined],
    ["my.foxglove.RawImage", undefined],
    ["RawImage", undefined],
  ] as const
) {
  Deno.test(`imageTypeOf() ${expected ? `takes ${schemaName} as ${expected}` : `refuses ${schemaName}`}`, () => {
    assertEquals(imageTypeOf({ schemaName }), expected);
  });
}

Deno.test("readImageMessage() reads bytes, base64 and arrays of numbers", () => {
  for (const data of [Uint8Array.of(1, 2, 3), "AQID", [1, 2, 3]]) {
    assertEquals(readImageMessage("compressed", { data }), { type: "compressed", file: Uint8Array.of(1, 2, 3) });
  }
});

Deno.test("readImageMessage() reads a raw image of ROS", () => {
  const value = { width: 3, height: 1, encoding: "mono8", step: 3, is_bigendian: 1, data: "AQID" };
  const image = { width: 3, height: 1, encoding: "mono8", step: 3, isBigEndian: true, data: Uint8Array.of(1, 2, 3) };
  assertEquals(readImageMessage("raw", value), { type: "raw", image });
});

for (
  const value of [
    null,
    "AQID",
    {},
    { data: "*" },
    { data: 7 },
    { data: "AQID", width: "3", height: 1, encoding: "mono8" },
    { data: "AQID", width: 3, height: 1 },
  ]
) {
  Deno.test(`readImageMessage() refuses ${JSON.stringify(value)}`, () => {
    assertThrows(() => readImageMessage("raw", value), TypeError, "Cannot show the image: ");
  });
}

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...part].map((char) => char.charCodeAt(0)) : [...part]),
  );
}

const ZEROS = [0, 0, 0, 0];
const PNG = bytes([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13], "IHDR", [0, 0, 2, 128, 0, 0, 1, 224]);
const JPEG = bytes(
  [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9],
  [0xff, 0xff, 0xc2, 0, 17, 8, 1, 224, 2, 128],
);
const LOSSY = bytes("RIFF", ZEROS, "WEBPVP8 ", ZEROS, [0, 0, 0, 0x9d, 0x01, 0x2a, 128, 0x42, 224, 0x81]);
const LOSSLESS = bytes("RIFF", ZEROS, "WEBPVP8L", ZEROS, [0x2f, 0x7f, 0xc2, 0x77, 0x00]);
const EXTENDED = bytes("RIFF", ZEROS, "WEBPVP8X", ZEROS, ZEROS, [127, 2, 0, 223, 1, 0]);
const AVIF = bytes(
  ZEROS,
  "ftypavif",
  "....ispe",
  ZEROS,
  [0, 0, 0, 16, 0, 0, 0, 16],
  "ispe",
  ZEROS,
  [0, 0, 2, 128, 0, 0, 1, 224],
);

for (
  const [name, mediaType, file] of [
    ["a PNG", "image/png", PNG],
    ["a JPEG with other segments and a fill byte before its size", "image/jpeg", JPEG],
    ["a lossy WebP", "image/webp", LOSSY],
    ["a lossless WebP", "image/webp", LOSSLESS],
    ["an extended WebP", "image/webp", EXTENDED],
    ["the largest item of an AVIF", "image/avif", AVIF],
  ] as const
) {
  Deno.test(`measureEncodedImage() measures ${name}, also within a larger buffer`, () => {
    const expected = { mediaType, width: 640, height: 480 };
    assertEquals(measureEncodedImage(file), expected);
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    assertEquals(measureEncodedImage(shifted.subarray(3)), expected);
  });

  Deno.test(`measureEncodedImage() refuses ${name} that is cut`, () => {
    const lengths = Array.from({ length: file.length - 1 }, (_, length) => length);
    // An AVIF without its last item still has another one.
    const wrong = lengths.filter((length) => {
      const width = measureEncodedImage(file.subarray(0, length))?.width;
      return width !== undefined && width !== 16;
    });
    // The high bits of a lossless WebP are in the same number as the low ones, so nothing of it can be read early.
    assertEquals(wrong.filter((length) => mediaType !== "image/webp" || length < 20), []);
  });
}

Deno.test("measureEncodedImage() refuses other bytes", () => {
  assertEquals(measureEncodedImage(bytes("GIF89a..........")), undefined);
  assertEquals(measureEncodedImage(new Uint8Array(100)), undefined);
  assertEquals(measureEncodedImage(bytes([0xff, 0xd8], ZEROS)), undefined);
});
