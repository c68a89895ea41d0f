// Frames for camera_server.ts: images of a folder, images of a stream of JPEGs, and a test pattern.

import { encodePng } from "../src/schemas/mod.ts";

/** Yields the JPEG and PNG files of a folder in the order of their names, again and again. */
export async function* folderFrames(folder: string): AsyncGenerator<Uint8Array> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.map(({ name }) => name).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  if (names.length === 0) throw new TypeError(`Cannot send frames: "${folder}" has no JPEG and no PNG files`);
  while (true) {
    for (const name of names) yield await Deno.readFile(`${folder}/${name}`);
  }
}

/** Yields a test pattern as PNG files: coloured bars that move, and a ball that bounces. */
export async function* testPattern(): AsyncGenerator<Uint8Array> {
  const [width, height] = [320, 240];
  for (let frame = 0;; frame++) {
    const data = new Uint8Array(width * height * 3);
    const [ballX, ballY] = [160 + 120 * Math.sin(frame / 25), 200 - 120 * Math.abs(Math.sin(frame / 12))];
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        const bar = Math.floor((x + frame) / 40) % 8; // 8 bars: each bit of the number switches one colour
        for (let colour = 0; colour < 3; colour++) data[at + colour] = bar & 1 << colour ? 180 : 30;
        if (Math.hypot(x - ballX, y - ballY) < 24) data.fill(255, at, at + 3);
      }
    }
    yield await encodePng({ width, height, data });
  }
}

/** Splits a stream of JPEGs into images. An incomplete image at the end is dropped. */
export async function* jpegFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array();
  for await (const chunk of stream) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    rest = bytes;
    for (let length = jpegLength(rest); length !== undefined; length = jpegLength(rest)) {
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
}

/**
 * The length of the first JPEG, or `undefined` if its end has not arrived yet. Skips segments such as Exif, because
 * these may contain a preview, which is a JPEG too.
 */
function jpegLength(bytes: Uint8Array): number | undefined {
  if (bytes.length > 1 && (bytes[0] !== 0xff || bytes[1] !== 0xd8)) {
    throw new TypeError("Cannot read frames: the stream does not consist of JPEGs");
  }
  let at = bytes.indexOf(0xff, 2);
  // A marker is 0xff and a byte. Segments have their length in the next two bytes.
  while (at !== -1 && at + 3 < bytes.length) {
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return at + 2; // the end of the image
    const isSegment = marker >= 0xc0 && marker < 0xff && !(marker >= 0xd0 && marker <= 0xd7);
    at += isSegment ? 2 + (bytes[at + 2]! << 8 | bytes[at + 3]!) : marker === 0xff ? 1 : 2;
    at = bytes.indexOf(0xff, at);
  }
  return at !== -1 && bytes[at] === 0xff && bytes[at + 1] === 0xd9 ? at + 2 : undefined;
}
