// encodePng(), read by an independent decoder.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { Buffer } from "node:buffer";
import { PNG } from "npm:pngjs@^7";
import { encodePng, type EncodePngOptions } from "../../../src/schemas/mod.ts";
import { Random } from "../../protocol/random.ts";

/** The image as RGBA, as the decoder returns all images. */
function toRgba(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  return Uint8Array.from({ length: 4 * pixels }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / 4), index % 4];
    if (channel === 3 && channels < 4) return 255;
    return data[pixel * channels + (channels === 1 ? 0 : channel)]!;
  });
}

/** Decodes a PNG file. Throws if a checksum is wrong. */
function decode(file: Uint8Array): { width: number; height: number; colorType: number; data: Uint8Array } {
  const image = PNG.sync.read(Buffer.from(file), { checkCRC: true });
  return { ...image, data: new Uint8Array(image.data) };
}

for (const [channels, colorType] of [[1, 0], [3, 2], [4, 6]] as const) {
  Deno.test(`encodePng() is lossless for ${channels} bytes per pixel`, async () => {
    const random = new Random(channels);
    for (const [width, height] of [[1, 1], [1, 5], [7, 1], [16, 16], [33, 20]] as const) {
      const data = random.bytes(width * height * channels);
      const image = decode(await encodePng({ width, height, data }));
      assertEquals([image.width, image.height, image.colorType], [width, height, colorType]);
      assertEquals(image.data, toRgba(data, channels));
    }
  });
}

Deno.test("encodePng() compresses images of more than one chunk", async () => {
  // About 300 KiB, compressed 8 KiB at a time.
  const [width, height] = [320, 240];
  const random = new Random(5);
  const data = Uint8Array.from(
    { length: width * height * 4 },
    (_, index) => index % 4 === 3 ? 255 : (index >> 4) + random.below(4),
  );
  const file = await encodePng({ width, height, data });
  assertEquals(decode(file).data, data);
  assert(file.length < data.length / 2, `${file.length} bytes`);
});

Deno.test("encodePng() lets timers run while it compresses", async () => {
  const order: string[] = [];
  const timer = new Promise<void>((resolve) => setTimeout(() => resolve(void order.push("timer")), 0));
  // Compressing 4 MB takes many turns of the event loop, and longer than the shortest timer.
  await encodePng({ width: 1000, height: 1000, data: new Uint8Array(4_000_000) });
  order.push("png");
  await timer;
  assertEquals(order, ["timer", "png"]);
});

Deno.test("encodePng() has read the pixels when it returns its promise", async () => {
  const data = new Uint8Array([1, 2, 3, 4, 5, 6]);
  const png = encodePng({ width: 2, height: 1, data });
  data.fill(0);
  assertEquals(decode(await png).data, new Uint8Array([1, 2, 3, 255, 4, 5, 6, 255]));
});

Deno.test("encodePng() takes buffers and views of any type, and returns fresh bytes", async () => {
  const expected = await encodePng({ width: 2, height: 2, data: new Uint8Array([1, 2, 3, 4]) });
  const bytes = new Uint8Array([0, 1, 2, 3, 4, 0]);
  const others = [
    new Uint8ClampedArray([1, 2, 3, 4]),
    new Uint8Array([1, 2, 3, 4]).buffer,
    new DataView(bytes.buffer, 1, 4),
  ];
  for (const data of others) {
    const file = await encodePng({ width: 2, height: 2, data });
    assertEquals(file, expected);
    assertEquals([file.byteOffset, file.buffer.byteLength], [0, file.length]);
  }
});

Deno.test("encodePng() rejects wrong sizes and lengths", async () => {
  const cases: [Record<string, unknown>, typeof TypeError | typeof RangeError, string][] = [
    [{ data: new Uint8Array(11) }, TypeError, '"data" has 11 bytes, but 2x2 pixels have 4, 12 or 16'],
    [{ data: new Uint8Array(8) }, TypeError, '"data" has 8 bytes, but 2x2 pixels have 4, 12 or 16'],
    [{ data: new Uint8Array() }, TypeError, '"data" has 0 bytes, but 2x2 pixels have 4, 12 or 16'],
    [{ data: [1, 2, 3, 4] }, TypeError, '"data" is an Array, must be bytes (a buffer or a view of one)'],
    [{ width: 0 }, RangeError, '"width" is 0, not an integer from 1 to 2147483647'],
    [{ height: 2 ** 31 }, RangeError, '"height" is 2147483648, not an integer from 1 to 2147483647'],
    [{ height: "2" }, RangeError, '"height" is 2, not an integer from 1 to 2147483647'],
  ];
  for (const [change, errorClass, text] of cases) {
    const options = { width: 2, height: 2, data: new Uint8Array(4), ...change } as EncodePngOptions;
    await assertRejects(() => encodePng(options), errorClass, `Cannot encode a PNG file: ${text}`);
  }
});
